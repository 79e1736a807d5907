//! The rows of a shard.

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use futures::{StreamExt, TryStreamExt, stream};
use std::collections::HashMap;
use std::sync::Arc;

use super::column::Column;
use super::error::StoreError;
use super::open::{REQUESTS, wrong};
use super::reader::StoreReader;
use super::shard::CELL;
use super::variable::StoreVariable;

/// Which cells of a shard become rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// Those in which any variable of the store differs from its fill, whichever columns are read. All variables have to be
    /// fetched for it, unless the store declares which one tells (`occupancy` in its provenance).
    #[default]
    Occupied,
    /// Those in which any of the columns read differs from its fill. Only these columns are fetched.
    OccupiedInColumns,
    /// All of them.
    Dense,
}

impl StoreReader {
    /// The rows of one shard, ascending by cell: `cell` (UInt64, nested id) and the columns asked for, in that order.
    ///
    /// NaN is NULL, and so is a fill other than zero. A chunk that does not exist is all fill.
    ///
    /// # Errors
    /// An unknown shard or variable, a request that fails, a chunk that does not decode.
    pub async fn read_shard(
        &self,
        shard: usize,
        columns: &[&str],
        rows: Rows,
    ) -> Result<RecordBatch, StoreError> {
        let shards = self.parents.len();
        let Some(parent) = self.parents.get(shard) else {
            return Err(StoreError::NoSuchShard { shard, shards });
        };
        let chosen: Vec<&StoreVariable> =
            columns.iter().map(|name| self.variable(name)).collect::<Result<_, _>>()?;
        let telling = match (rows, self.occupancy()) {
            (Rows::Dense, _) => Vec::new(),
            (Rows::OccupiedInColumns, _) => chosen.clone(),
            (Rows::Occupied, Some(variable)) => vec![variable],
            (Rows::Occupied, None) => self.variables.iter().collect(),
        };
        let mut needed = chosen.clone();
        needed.extend(&telling);
        needed.sort_by(|a, b| a.name.cmp(&b.name));
        needed.dedup_by(|a, b| a.name == b.name);
        // The futures are made before they are streamed: a stream's closure would have to be one for every lifetime, and the
        // whole could not be spawned.
        let chunk = self.chunk(shard);
        let reads: Vec<_> = needed.iter().map(|v| self.read_chunk(v, chunk)).collect();
        let read: HashMap<&str, Column> =
            stream::iter(reads).buffer_unordered(REQUESTS).try_collect().await?;

        let mut keep = None;
        if rows != Rows::Dense {
            let mut flags = vec![false; self.cells_per_shard];
            for column in telling.iter().filter_map(|v| read.get(v.name.as_str())) {
                column.mark_occupied(&mut flags);
            }
            keep = Some(flags);
        }
        let first = parent * self.cells_per_shard as u64;
        let ids = (first..).zip(0..self.cells_per_shard);
        let kept = |i: usize| keep.as_ref().is_none_or(|flags| flags.get(i) == Some(&true));
        let ids: UInt64Array =
            ids.filter(|(_, i)| kept(*i)).map(|(id, _)| id).collect::<Vec<_>>().into();
        let count = ids.len();
        let mut fields = vec![Field::new(CELL, DataType::UInt64, false)];
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(ids)];
        for variable in chosen {
            fields.push(variable.field());
            if let Some(column) = read.get(variable.name.as_str()) {
                arrays.push(column.to_arrow(keep.as_deref()));
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(
            |e| StoreError::Arrow {
                action: format!("build the rows of shard {shard}"),
                source: Box::new(e),
            },
        )
    }

    fn variable(&self, name: &str) -> Result<&StoreVariable, StoreError> {
        self.variables.iter().find(|v| v.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.variables.iter().map(|v| v.name.as_str()).collect();
            StoreError::NoSuchVariable {
                store: self.target.to_string(),
                variable: name.into(),
                found: names.join(", "),
            }
        })
    }

    fn occupancy(&self) -> Option<&StoreVariable> {
        let name = self.aggregation.get("occupancy")?.as_str()?;
        self.variables.iter().find(|v| v.name == name)
    }

    async fn read_chunk<'a>(
        &self,
        variable: &'a StoreVariable,
        chunk: u64,
    ) -> Result<(&'a str, Column), StoreError> {
        let mut column = variable.column(self.cells_per_shard)?;
        let codec = &variable.codec;
        let key = codec.key(chunk);
        if let Some(object) = self.target.get(&key).await? {
            let bytes = codec.decode(chunk, &object)?;
            if !column.set_bytes(&bytes) {
                let expected = self.cells_per_shard * variable.dtype.size();
                let problem = format!("expected {expected} bytes of values, found {}", bytes.len());
                return Err(wrong(&self.target, &key, problem));
            }
        }
        Ok((variable.name.as_str(), column))
    }
}

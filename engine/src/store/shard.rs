//! One shard on its way into the store: rows to dense columns to chunk objects.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{CastOptions, can_cast_types, cast_with_options};
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::sync::Arc;

use super::column::{Column, Wide};
use super::error::StoreError;
use super::layout::{Layout, filled};

/// The name of the column that says where a row goes.
pub(super) const CELL: &str = "cell";

/// A dense buffer for one shard, all cells empty at first.
///
/// After an error its content is undefined; drop it.
#[derive(Debug)]
pub struct ShardBuffer {
    layout: Arc<Layout>,
    index: usize,
    /// Empty for a shard that does not exist, which every use reports.
    cells: Range<u64>,
    seen: Vec<bool>,
    columns: Vec<Column>,
}

/// The chunk objects of one shard, ready to be put.
#[derive(Debug)]
pub struct EncodedShard {
    pub(super) layout: Arc<Layout>,
    pub(super) index: usize,
    /// In the order of the variables. `None` where all cells hold the fill.
    pub(super) chunks: Vec<Option<Bytes>>,
    pub(super) cells: u64,
}

/// What was written of one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardWritten {
    /// Number of the shard.
    pub shard: usize,
    /// Cells in which at least one variable differs from its fill.
    pub cells: u64,
    /// Chunk objects put. The other variables have no object for this shard.
    pub objects: usize,
    /// Bytes of those objects.
    pub bytes: u64,
    /// SHA-256 in hexadecimal over name, length and bytes of each variable's object, in the order of the variables.
    pub sha256: String,
}

impl ShardBuffer {
    pub(super) fn new(layout: Arc<Layout>, index: usize) -> Self {
        let cells = layout.cells(index).unwrap_or(0..0);
        let k = usize::try_from(cells.end - cells.start).unwrap_or(0);
        // The layout has been built from the same fills, so none is refused here.
        let columns = layout.spec.variables.iter().filter_map(|v| filled(v, k).ok()).collect();
        Self { layout, index, cells, seen: vec![false; k], columns }
    }

    /// Number of the shard.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Bytes this buffer holds, from its creation to its encoding. Encoding one variable after the other takes twice the
    /// widest one's share besides.
    #[must_use]
    pub fn memory_size(&self) -> usize {
        self.seen.len()
            * (1 + self.layout.spec.variables.iter().map(|v| v.dtype.size()).sum::<usize>())
    }

    /// Place rows: `cell` (UInt64, nested id at the child order) and one column per variable, by name. Other columns are
    /// ignored.
    ///
    /// Any numeric, Boolean or time column is taken and cast: to a float by rounding to the nearest value, to an integer
    /// exactly. NULL is the variable's fill.
    ///
    /// # Errors
    /// A cell outside the shard, NULL, or seen before; a column that is missing or has another type; a value that an integer
    /// variable cannot hold (NaN, a fraction, too large).
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        let positions = self.positions(batch)?;
        for (i, variable) in self.layout.spec.variables.iter().enumerate() {
            let name = &variable.name;
            let array = self.column(batch, name, "a column of that name")?;
            let wide = self.widen(name, array)?;
            let Some(column) = self.columns.get_mut(i) else { continue };
            column.scatter(&positions, &wide).map_err(|refused| StoreError::NotRepresentable {
                variable: name.clone(),
                cell: positions.get(refused.row).map_or(0, |p| self.cells.start + *p as u64),
                value: refused.value,
                dtype: variable.dtype.name(),
            })?;
        }
        Ok(())
    }

    /// Compress the columns: CPU only, on the calling thread.
    ///
    /// # Errors
    /// A shard that the store does not have; a codec that fails; a cell that contradicts the declared occupancy.
    pub fn encode(self) -> Result<EncodedShard, StoreError> {
        self.layout.cells(self.index)?;
        let mut occupied = vec![false; self.seen.len()];
        for column in &self.columns {
            column.mark_occupied(&mut occupied);
        }
        self.check_occupancy(&occupied)?;
        let mut chunks = Vec::with_capacity(self.columns.len());
        // Each column is let go once it is encoded.
        for (codec, column) in self.layout.variables.iter().zip(self.columns) {
            chunks.push(if column.is_all_fill() {
                None
            } else {
                Some(codec.encode(self.index as u64, column.bytes())?)
            });
        }
        let cells = occupied.iter().filter(|o| **o).count() as u64;
        Ok(EncodedShard { layout: self.layout, index: self.index, chunks, cells })
    }

    fn positions(&mut self, batch: &RecordBatch) -> Result<Vec<usize>, StoreError> {
        // A shard that does not exist has no place for any row; say that rather than name a cell.
        self.layout.cells(self.index)?;
        let cells = self.column(batch, CELL, "UInt64")?;
        let Some(ids) = cells.as_primitive_opt::<UInt64Type>() else {
            return Err(self.refuse(CELL, "UInt64", cells.data_type()));
        };
        let shard = self.index;
        let mut positions = Vec::with_capacity(ids.len());
        for (row, &cell) in ids.values().iter().enumerate() {
            if ids.is_null(row) {
                return Err(StoreError::CellNull { shard, row });
            }
            let offset = cell.checked_sub(self.cells.start).and_then(|o| usize::try_from(o).ok());
            let slot = offset.and_then(|o| self.seen.get_mut(o).map(|slot| (o, slot)));
            let Some((offset, seen)) = slot else {
                let (first, last) = (self.cells.start, self.cells.end.saturating_sub(1));
                return Err(StoreError::CellOutside { cell, shard, first, last });
            };
            if std::mem::replace(seen, true) {
                return Err(StoreError::CellTwice { cell, shard });
            }
            positions.push(offset);
        }
        Ok(positions)
    }

    fn column<'a>(
        &self,
        batch: &'a RecordBatch,
        name: &str,
        expected: &str,
    ) -> Result<&'a ArrayRef, StoreError> {
        batch.column_by_name(name).ok_or_else(|| {
            let names: Vec<&str> =
                batch.schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
            StoreError::Column {
                column: name.into(),
                shard: self.index,
                expected: expected.into(),
                found: format!("only {}", names.join(", ")),
            }
        })
    }

    fn refuse(&self, name: &str, expected: &str, found: &DataType) -> StoreError {
        StoreError::Column {
            column: name.into(),
            shard: self.index,
            expected: expected.into(),
            found: found.to_string(),
        }
    }

    /// To 64 bits of the same kind, which loses nothing, except that decimals become floats.
    fn widen(&self, name: &str, array: &ArrayRef) -> Result<Wide, StoreError> {
        let from = array.data_type();
        let to = match from {
            DataType::Null => return Ok(Wide::Nothing),
            DataType::Boolean => DataType::UInt64,
            t if t.is_unsigned_integer() => DataType::UInt64,
            t if t.is_signed_integer() || t.is_temporal() => DataType::Int64,
            t if t.is_numeric() => DataType::Float64,
            _ => return Err(self.refuse(name, "a numeric type", from)),
        };
        if !can_cast_types(from, &to) {
            return Err(self.refuse(name, "a numeric type", from));
        }
        let options = CastOptions { safe: false, ..CastOptions::default() };
        let wide = cast_with_options(array, &to, &options).map_err(|e| StoreError::Arrow {
            action: format!("cast column {name} from {from} to {to} for shard {}", self.index),
            source: Box::new(e),
        })?;
        Ok(if let Some(signed) = wide.as_primitive_opt::<Int64Type>() {
            Wide::Signed(signed.clone())
        } else if let Some(unsigned) = wide.as_primitive_opt::<UInt64Type>() {
            Wide::Unsigned(unsigned.clone())
        } else if let Some(float) = wide.as_primitive_opt::<Float64Type>() {
            Wide::Float(float.clone())
        } else {
            return Err(self.refuse(name, "a numeric type", from));
        })
    }

    fn check_occupancy(&self, occupied: &[bool]) -> Result<(), StoreError> {
        let spec = &self.layout.spec;
        let Some(name) = spec.occupancy() else { return Ok(()) };
        let Some(i) = spec.variables.iter().position(|v| v.name == name) else { return Ok(()) };
        let mut told = vec![false; occupied.len()];
        if let Some(column) = self.columns.get(i) {
            column.mark_occupied(&mut told);
        }
        match occupied.iter().zip(&told).position(|(o, t)| *o && !*t) {
            Some(at) => Err(StoreError::Occupancy {
                variable: name.into(),
                cell: self.cells.start + at as u64,
            }),
            None => Ok(()),
        }
    }
}

impl EncodedShard {
    /// Number of the shard.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// What [`write_shard`](super::StoreWriter::write_shard) answers once the objects are put.
    #[must_use]
    pub fn summary(&self) -> ShardWritten {
        let mut hash = Sha256::new();
        for (variable, chunk) in self.layout.spec.variables.iter().zip(&self.chunks) {
            let bytes = chunk.as_deref().unwrap_or_default();
            hash.update(variable.name.as_bytes());
            hash.update([0]);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        ShardWritten {
            shard: self.index,
            cells: self.cells,
            objects: self.chunks.iter().flatten().count(),
            bytes: self.chunks.iter().flatten().map(|c| c.len() as u64).sum(),
            sha256: format!("{:x}", hash.finalize()),
        }
    }
}

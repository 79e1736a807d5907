//! A store as Arrow.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value};
use std::sync::Arc;

use super::chunk::ChunkCodec;
use super::error::StoreError;
use super::metadata::{COORDINATE, MORTON};
use super::open::{self, Level, REQUESTS, ReadOptions, wrong};
use super::parents;
use super::shard::CELL;
use super::spec::Ellipsoid;
use super::target::Target;
use super::variable::{StoreVariable, chunk_length};

/// Reads one level of a flat, compact store, shard by shard.
#[derive(Debug)]
pub struct StoreReader {
    pub(super) target: Target,
    order: u8,
    parent_order: u8,
    pub(super) cells_per_shard: usize,
    ellipsoid: Ellipsoid,
    pub(super) aggregation: Map<String, Value>,
    pub(super) parents: Vec<u64>,
    /// By name ascending.
    pub(super) variables: Vec<StoreVariable>,
    skipped: Vec<(String, String)>,
}

impl StoreReader {
    /// Open the finest level of a finished store.
    ///
    /// # Errors
    /// [`StoreError::Unfinished`] without the completion mark; [`StoreError::Metadata`] for anything that is no flat compact
    /// store of nested HEALPix cells; a request that fails.
    pub async fn open(target: Target) -> Result<Self, StoreError> {
        Self::open_with(target, ReadOptions::default()).await
    }

    /// Open with options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(target: Target, options: ReadOptions) -> Result<Self, StoreError> {
        let Level { order, aggregation, group, arrays } = open::level(&target, options).await?;
        let refuse = |node: &str, problem: String| Err(wrong(&target, node, problem));
        let dggs = group.pointer("/attributes/dggs").unwrap_or(&Value::Null);
        let expected = [
            ("name", Value::from("healpix")),
            ("refinement_level", Value::from(order)),
            ("indexing_scheme", Value::from("nested")),
            ("coordinate", Value::from(COORDINATE)),
            ("compression", Value::from("none")),
        ];
        for (key, value) in expected {
            if dggs.get(key) != Some(&value) {
                let found = dggs.get(key).unwrap_or(&Value::Null);
                return refuse(
                    &format!("{order}"),
                    format!("dggs.{key}: expected {value}, found {found}"),
                );
            }
        }
        let ellipsoid = match dggs.get("ellipsoid").map(|e| e.get("name")) {
            None => Ellipsoid::Sphere,
            Some(Some(name)) if name == "WGS84" => Ellipsoid::Wgs84,
            Some(name) => {
                let found = name.unwrap_or(&Value::Null);
                return refuse(
                    &format!("{order}"),
                    format!("dggs.ellipsoid: expected WGS84 or none, found {found}"),
                );
            }
        };

        let path = format!("{order}/{COORDINATE}");
        let Some(document) = arrays.get(COORDINATE) else {
            return refuse(&path, "there is no such array".into());
        };
        let length = document.pointer("/shape/0").and_then(Value::as_u64).unwrap_or(0);
        let chunk = chunk_length(document).unwrap_or(0);
        let depth = u8::try_from(chunk.trailing_zeros() / 2).unwrap_or(u8::MAX);
        let power_of_four = chunk.is_power_of_two() && chunk.trailing_zeros().is_multiple_of(2);
        if !power_of_four
            || depth > order
            || !length.is_multiple_of(chunk)
            || length > 12 << (2 * order)
        {
            return refuse(
                &path,
                format!(
                    "expected whole parents of 4^n cells, found {length} cells in chunks of {chunk}"
                ),
            );
        }
        let too_large =
            |_| wrong(&target, &path, format!("{length} cells are too many for this machine"));
        let cells_per_shard = usize::try_from(chunk).map_err(too_large)?;
        let shards = usize::try_from(length / chunk).map_err(too_large)?;
        let codec = ChunkCodec::new(&path, document).map_err(|e| wrong(&target, &path, e))?;

        let mut variables = Vec::new();
        let mut skipped = Vec::new();
        for (name, document) in &arrays {
            // The grid mapping has no dimension; the coordinate and the words are functions of the parents.
            let scalar = document.get("shape") == Some(&Value::Array(Vec::new()));
            if name == COORDINATE || name == MORTON || scalar {
                continue;
            }
            match StoreVariable::new(&format!("{order}/{name}"), name, document, cells_per_shard) {
                Ok(variable) => variables.push(variable),
                Err(reason) => skipped.push((name.clone(), reason)),
            }
        }
        let parents = match parents::recover(&aggregation, shards) {
            Some(parents) => parents,
            None => first_ids(&target, &codec, shards, chunk).await?,
        };
        let parent_order = order - depth;
        if let Some(w) = parents.windows(2).find(|w| w[0] >= w[1]) {
            return refuse(&path, format!("parent {} comes after {}", w[1], w[0]));
        }
        if let Some(last) = parents.last().filter(|p| **p >= 12 << (2 * parent_order)) {
            return refuse(&path, format!("parent {last} does not exist at order {parent_order}"));
        }
        Ok(Self {
            target,
            order,
            parent_order,
            cells_per_shard,
            ellipsoid,
            aggregation,
            parents,
            variables,
            skipped,
        })
    }

    /// Where the store lies.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The HEALPix order of the cells.
    #[must_use]
    pub fn child_order(&self) -> u8 {
        self.order
    }

    /// The HEALPix order of the shards.
    #[must_use]
    pub fn parent_order(&self) -> u8 {
        self.parent_order
    }

    /// `4^(child order - parent order)`.
    #[must_use]
    pub fn cells_per_shard(&self) -> usize {
        self.cells_per_shard
    }

    /// How the cells were made.
    #[must_use]
    pub fn ellipsoid(&self) -> Ellipsoid {
        self.ellipsoid
    }

    /// The parents' nested ids, ascending. Shard *i* holds the children of the *i*-th.
    #[must_use]
    pub fn parents(&self) -> &[u64] {
        &self.parents
    }

    /// The shard that holds a cell, if one does.
    #[must_use]
    pub fn shard_of(&self, cell: u64) -> Option<usize> {
        self.parents.binary_search(&(cell / self.cells_per_shard as u64)).ok()
    }

    /// Whether the completion mark is set.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        open::is_finished(&self.aggregation)
    }

    /// The root attribute `aggregation`: how the store was made.
    #[must_use]
    pub fn aggregation(&self) -> &Map<String, Value> {
        &self.aggregation
    }

    /// The variables, by name ascending.
    #[must_use]
    pub fn variables(&self) -> &[StoreVariable] {
        &self.variables
    }

    /// Arrays that are not read, and why: further dimensions, another type, another chunking.
    #[must_use]
    pub fn skipped(&self) -> &[(String, String)] {
        &self.skipped
    }

    /// `cell` (UInt64) and all variables.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        let fields = std::iter::once(Field::new(CELL, DataType::UInt64, false));
        Arc::new(Schema::new(
            fields.chain(self.variables.iter().map(StoreVariable::field)).collect::<Vec<_>>(),
        ))
    }
}

/// The parents, from the first id of each chunk of the coordinate.
async fn first_ids(
    target: &Target,
    codec: &ChunkCodec,
    shards: usize,
    cells: u64,
) -> Result<Vec<u64>, StoreError> {
    stream::iter(0..shards as u64)
        .map(async |chunk| {
            let key = codec.key(chunk);
            let object = target.get(&key).await?;
            let object =
                object.ok_or_else(|| wrong(target, &key, "the chunk is missing".into()))?;
            let ids = codec.decode(chunk, &object)?;
            let first = ids.first_chunk().copied().map(u64::from_ne_bytes);
            let first = first.ok_or_else(|| wrong(target, &key, "the chunk is empty".into()))?;
            if first.is_multiple_of(cells) {
                Ok(first / cells)
            } else {
                Err(wrong(target, &key, format!("{first} is not the first child of a parent")))
            }
        })
        .buffered(REQUESTS)
        .try_collect()
        .await
}

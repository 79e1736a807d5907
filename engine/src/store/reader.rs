//! A store as Arrow.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::axis::{self, Axis, Coordinate, Extent};
use super::chunk::ChunkCodec;
use super::error::StoreError;
use super::grid::{self, DeclaredGrid};
use super::metadata::{COORDINATE, MORTON};
use super::open::{self, Level, ReadOptions, wrong};
use super::parents;
use super::shard::CELL;
use super::spec::Ellipsoid;
use super::target::Target;
use super::variable::{StoreVariable, chunk_length};

/// Reads one level of a flat store, shard by shard: a compact one, as this engine writes it, or one of zagg or its
/// predecessor, whose chunks are in the order of a catalog or are all that the sphere has.
#[derive(Debug)]
pub struct StoreReader {
    pub(super) target: Target,
    order: u8,
    parent_order: u8,
    pub(super) cells_per_shard: usize,
    ellipsoid: Ellipsoid,
    pub(super) aggregation: Map<String, Value>,
    pub(super) parents: Vec<u64>,
    /// The chunk of each shard, where it is not the shard's own number.
    chunks: Option<Vec<u64>>,
    /// By name ascending.
    pub(super) variables: Vec<StoreVariable>,
    skipped: Vec<(String, String)>,
    has_morton: bool,
}

impl StoreReader {
    /// Open the finest level of a finished store.
    ///
    /// # Errors
    /// [`StoreError::Unfinished`] where the completion mark is not set; [`StoreError::Metadata`] for anything that is no flat
    /// store of nested HEALPix cells; a request that fails.
    pub async fn open(target: Target) -> Result<Self, StoreError> {
        Self::open_with(target, ReadOptions::default()).await
    }

    /// Open with options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(target: Target, options: ReadOptions) -> Result<Self, StoreError> {
        let level = open::level(&target, options).await?;
        let DeclaredGrid { ellipsoid, dimension } =
            grid::declared(&target, &level, options.ellipsoid)?;
        let Level { order, aggregation, is_own, arrays, .. } = level;
        let refuse = |node: &str, problem: String| Err(wrong(&target, node, problem));

        let (path, document) = axis_of(&arrays, order, &dimension);
        let Some(document) = document else {
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

        let mut variables = Vec::new();
        let mut skipped = Vec::new();
        for (name, document) in &arrays {
            // The grid mapping has no dimension; the coordinate and the words are functions of the parents.
            let scalar = document.get("shape") == Some(&Value::Array(Vec::new()));
            if name == COORDINATE || name == MORTON || scalar {
                continue;
            }
            let path = format!("{order}/{name}");
            match StoreVariable::new(&path, name, document, &dimension, cells_per_shard) {
                Ok(variable) => variables.push(variable),
                Err(reason) => skipped.push((name.clone(), reason)),
            }
        }
        let coordinate = coordinate(&arrays, order).map_err(|e| wrong(&target, &path, e))?;
        let extent = Extent { order, cells_per_chunk: chunk, chunks: length / chunk };
        let axis = match (parents::recover(&aggregation, shards), &coordinate) {
            (Some(parents), _) => Axis { parents, chunks: None },
            (None, Some(coordinate)) if is_own => axis::of_ids(&target, coordinate, extent).await?,
            (None, coordinate) => {
                if let (true, Some((name, reason))) = (variables.is_empty(), skipped.first()) {
                    let problem = format!("no variable can be read: of {name}, {reason}");
                    return refuse(&format!("{order}"), problem);
                }
                let codecs: Vec<&ChunkCodec> = variables.iter().map(|v| &v.codec).collect();
                axis::by_listing(&target, coordinate.as_ref(), &codecs, extent).await?
            }
        };
        let Axis { parents, chunks } = axis;
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
            chunks,
            variables,
            skipped,
            has_morton: arrays.contains_key(MORTON),
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

    /// The chunk that holds a shard.
    pub(super) fn chunk(&self, shard: usize) -> u64 {
        let chunk = self.chunks.as_ref().and_then(|chunks| chunks.get(shard).copied());
        chunk.unwrap_or(shard as u64)
    }

    /// Whether the completion mark is set. Stores of other writers have none.
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

    /// Whether the store holds packed Morton words, or what it calls so. They follow from the cells and are not read.
    #[must_use]
    pub fn has_morton(&self) -> bool {
        self.has_morton
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

/// The array whose length is that of the axis: the coordinate, or any that has no other dimension.
fn axis_of<'a>(
    arrays: &'a BTreeMap<String, Value>,
    order: u8,
    dimension: &str,
) -> (String, Option<&'a Value>) {
    let along =
        |document: &Value| document.get("dimension_names") == Some(&Value::from(vec![dimension]));
    let coordinate = arrays.get_key_value(COORDINATE).or_else(|| arrays.get_key_value(MORTON));
    let found = coordinate.or_else(|| arrays.iter().find(|(_, document)| along(document)));
    let name = found.map_or(COORDINATE, |(name, _)| name.as_str());
    (format!("{order}/{name}"), found.map(|(_, document)| document))
}

/// The nested ids, or the packed words where there are no ids. Words that are signed are of an older kind, and not read.
fn coordinate(arrays: &BTreeMap<String, Value>, order: u8) -> Result<Option<Coordinate>, String> {
    let unsigned = |document: &&Value| document.get("data_type") == Some(&Value::from("uint64"));
    let found = match (arrays.get(COORDINATE), arrays.get(MORTON).filter(unsigned)) {
        (Some(document), _) => Some((COORDINATE, document)),
        (None, words) => words.map(|document| (MORTON, document)),
    };
    let Some((name, document)) = found else { return Ok(None) };
    let codec = ChunkCodec::new(&format!("{order}/{name}"), document)?;
    Ok(Some(Coordinate { codec, words: name == MORTON }))
}

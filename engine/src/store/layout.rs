//! A checked specification with everything that follows from it.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

use super::chunk::ChunkCodec;
use super::column::Column;
use super::error::StoreError;
use super::metadata::{self, COORDINATE, GRID_MAPPING, MORTON};
use super::parents;
use super::spec::{StoreSpec, VariableSpec};

/// The layout of one store: a pure function of its specification, the same in every process that works on it.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) spec: StoreSpec,
    /// The chunk of the first parent: not 0 where the parents are only a part of the store's.
    pub(super) first: usize,
    pub(super) coordinate: ChunkCodec,
    pub(super) morton: Option<ChunkCodec>,
    /// One per variable, in the specification's order.
    pub(super) variables: Vec<ChunkCodec>,
    /// Every document below the level group, by name.
    pub(super) arrays: BTreeMap<String, Value>,
}

impl Layout {
    pub(super) fn new(spec: StoreSpec, first: usize) -> Result<Self, StoreError> {
        spec.check()?;
        let level = spec.child_order;
        let codec = |name: &str, document: &Value| {
            ChunkCodec::new(&format!("{level}/{name}"), document)
                .map_err(|e| StoreError::Spec { problem: format!("array {level}/{name}: {e}") })
        };
        let mut arrays = BTreeMap::new();
        let mut variables = Vec::new();
        for variable in &spec.variables {
            let fill = filled(variable, 0)?.fill_json();
            let document = metadata::variable(&spec, variable, fill);
            variables.push(codec(&variable.name, &document)?);
            arrays.insert(variable.name.clone(), document);
        }
        let document = metadata::coordinate(&spec);
        let coordinate = codec(COORDINATE, &document)?;
        arrays.insert(COORDINATE.into(), document);
        let mut morton = None;
        if spec.morton {
            let document = metadata::morton(&spec);
            morton = Some(codec(MORTON, &document)?);
            arrays.insert(MORTON.into(), document);
        }
        arrays.insert(GRID_MAPPING.into(), metadata::grid_mapping(&spec));
        Ok(Self { spec, first, coordinate, morton, variables, arrays })
    }

    /// The group's name: the order in decimal.
    pub(super) fn level(&self) -> String {
        self.spec.child_order.to_string()
    }

    /// The nested ids of a shard's cells.
    pub(super) fn cells(&self, shard: usize) -> Result<Range<u64>, StoreError> {
        let shards = self.first + self.spec.parents.len();
        let parent = shard.checked_sub(self.first).and_then(|i| self.spec.parents.get(i));
        let parent = parent.ok_or(StoreError::NoSuchShard { shard, shards })?;
        let k = self.spec.cells_per_shard() as u64;
        Ok(parent * k..(parent + 1) * k)
    }

    /// The root document's `aggregation` object.
    pub(super) fn aggregation(
        &self,
        complete: bool,
        extra: Map<String, Value>,
    ) -> Map<String, Value> {
        let spec = &self.spec;
        let mut out = spec.provenance.clone();
        out.extend(extra);
        out.insert("complete".into(), json!(complete));
        out.insert("child_order".into(), json!(spec.child_order));
        out.insert("parent_order".into(), json!(spec.parent_order));
        parents::describe(&spec.parents, &mut out);
        out
    }
}

/// A variable's column of `cells` cells without data.
pub(super) fn filled(variable: &VariableSpec, cells: usize) -> Result<Column, StoreError> {
    let fill = variable.fill_or_default();
    Column::filled(variable.dtype, &fill, cells).ok_or_else(|| StoreError::Spec {
        problem: format!(
            "variable {}: the fill value {fill} is not a value of {}",
            variable.name, variable.dtype
        ),
    })
}

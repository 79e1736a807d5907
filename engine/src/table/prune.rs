//! Which partitions a filter leaves, by the cells they can hold.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::SchemaRef;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

use crate::config::Grid;

/// For each of `shards`, whether a row in it can pass `predicate`.
///
/// The bounds are the shard's own: `shard` is one value, `cell` one range. Whatever DataFusion can decide
/// from a minimum and a maximum prunes: equality, ranges, `IN`, and their combinations.
pub(super) fn keep(
    shards: &[u64],
    predicate: &Arc<dyn PhysicalExpr>,
    schema: &SchemaRef,
    grid: &Grid,
) -> Result<Vec<bool>> {
    let predicate = PruningPredicateBuilder::new()
        .with_file_schema(Arc::clone(schema))
        .try_build(Arc::clone(predicate))?;
    predicate.prune(&Bounds { shards, grid })
}

struct Bounds<'a> {
    shards: &'a [u64],
    grid: &'a Grid,
}

impl Bounds<'_> {
    fn values(&self, column: &Column, last: u64) -> Option<ArrayRef> {
        let shift = 2 * (self.grid.child_order - self.grid.parent_order);
        let of = |shard: &u64| match column.name.as_str() {
            "shard" => Some(*shard),
            "cell" => Some((shard << shift) + last * ((1 << shift) - 1)),
            _ => None,
        };
        let values: Option<Vec<u64>> = self.shards.iter().map(of).collect();
        Some(Arc::new(UInt64Array::from(values?)))
    }
}

impl PruningStatistics for Bounds<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, 0)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, 1)
    }

    fn num_containers(&self) -> usize {
        self.shards.len()
    }

    fn null_counts(&self, _column: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        None
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

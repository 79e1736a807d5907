//! Which shards a filter leaves, by the cells they can hold.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::SchemaRef;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

/// The least and the greatest value of a column in a shard, by the column's name; `None` where it is not known.
pub(crate) trait ShardBounds {
    /// One value for each shard: the least, or the greatest where `greatest` is set.
    fn bounds(&self, column: &str, greatest: bool) -> Option<ArrayRef>;

    /// How many shards there are.
    fn shards(&self) -> usize;
}

/// For each shard, whether a row in it can pass `predicate`.
///
/// Whatever DataFusion can decide from a minimum and a maximum prunes: equality, ranges, `IN`, and their combinations.
pub(crate) fn keep(
    bounds: &impl ShardBounds,
    predicate: &Arc<dyn PhysicalExpr>,
    schema: &SchemaRef,
) -> Result<Vec<bool>> {
    let predicate = PruningPredicateBuilder::new()
        .with_file_schema(Arc::clone(schema))
        .try_build(Arc::clone(predicate))?;
    predicate.prune(&Statistics(bounds))
}

/// The bounds of `cell`, by the parents of the cells.
pub(crate) fn cells(parents: &[u64], bits: u8, greatest: bool) -> ArrayRef {
    let last = if greatest { (1 << bits) - 1 } else { 0 };
    Arc::new(UInt64Array::from_iter_values(parents.iter().map(|parent| (parent << bits) + last)))
}

struct Statistics<'a, B>(&'a B);

impl<B: ShardBounds> PruningStatistics for Statistics<'_, B> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.0.bounds(&column.name, false)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.0.bounds(&column.name, true)
    }

    fn num_containers(&self) -> usize {
        self.0.shards()
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

//! Finds the aggregations that can do without hashing.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, Partitioning};

use super::CellAggregateExec;
use crate::table::GranuleScanExec;

/// The most cells in a shard for which a table is made: 4 MiB for each shard under way.
const WIDEST: u32 = 20;

/// Replaces `GROUP BY cell` over the shards of a granule scan by [`CellAggregateExec`].
///
/// Three things must hold, and all can be read from the plan: the only key is the column whose ranges are
/// the partitions; below it, nothing but one-to-one operators stands on a scan by shards; and every
/// aggregate can work on many groups at once.
#[derive(Debug)]
pub struct DenseCells;

impl PhysicalOptimizerRule for DenseCells {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            let Some(aggregate) = node.downcast_ref::<AggregateExec>() else {
                return Ok(Transformed::no(node));
            };
            match shards(aggregate) {
                Some((shards, shift)) => {
                    let dense = CellAggregateExec::try_new(aggregate.clone(), shards, shift)?;
                    Ok(Transformed::yes(Arc::new(dense)))
                }
                None => Ok(Transformed::no(node)),
            }
        })
        .data()
    }

    fn name(&self) -> &str {
        "dense_cells"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// The shard of each partition and the bits of a cell within it, if the aggregation is one of cells.
fn shards(aggregate: &AggregateExec) -> Option<(Arc<[u64]>, u32)> {
    if !matches!(aggregate.mode(), AggregateMode::SinglePartitioned | AggregateMode::Single)
        || aggregate.limit_options().is_some()
        || !aggregate.aggr_expr().iter().all(|a| a.groups_accumulator_supported())
    {
        return None;
    }
    let group = aggregate.group_expr();
    let ([(key, _)], true) = (group.expr(), group.is_single()) else { return None };
    let input = aggregate.input();
    let Partitioning::Range(ranges) = input.output_partitioning() else { return None };
    let [of] = ranges.ordering().iter().as_slice() else { return None };
    if !of.expr.eq(key) {
        return None;
    }
    let partitions = input.output_partitioning().partition_count();
    let mut node = input;
    loop {
        if let Some(scan) = node.downcast_ref::<GranuleScanExec>() {
            let shift = u32::from(scan.cell_bits());
            let shards: Option<Arc<[u64]>> = scan.partitions().iter().map(|p| p.shard).collect();
            return shards.filter(|s| s.len() == partitions && shift <= WIDEST).map(|s| (s, shift));
        }
        // A key computed from cells is not the scan's column, and its ranges are not shards.
        let [below] = node.children()[..] else { return None };
        if below.output_partitioning().partition_count() != partitions {
            return None;
        }
        node = below;
    }
}

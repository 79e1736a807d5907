//! Finds the aggregations by cell.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, Partitioning};

use super::CellAggregateExec;
use super::by::By;
use crate::table::GranuleScanExec;

/// The most cells in a shard for which a table is made: 4 MiB for each shard under way.
const WIDEST: u32 = 20;

/// Replaces `GROUP BY cell` by [`CellAggregateExec`]: over the shards of a granule scan, and in the first of two stages over
/// anything else.
///
/// All that must hold can be read from the plan: there is no other key; every aggregate can work on many groups at once;
/// and either the key is the column whose ranges are the partitions, with nothing but one-to-one operators between it and a
/// scan by shards, or it is a cell by how it is computed.
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
            match by(aggregate) {
                Some(by) => {
                    let cells = CellAggregateExec::try_new(aggregate.clone(), by)?;
                    Ok(Transformed::yes(Arc::new(cells)))
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

/// How the cells of an aggregation are found, if it is one by cell alone and every aggregate can work on many groups at
/// once.
fn by(aggregate: &AggregateExec) -> Option<By> {
    if aggregate.limit_options().is_some()
        || !aggregate.aggr_expr().iter().all(|a| a.groups_accumulator_supported())
    {
        return None;
    }
    let group = aggregate.group_expr();
    let ([(key, _)], true) = (group.expr(), group.is_single()) else { return None };
    match aggregate.mode() {
        AggregateMode::SinglePartitioned | AggregateMode::Single => shards(aggregate, key),
        AggregateMode::Partial => is_cell(key, aggregate.input()).then_some(By::Runs),
        _ => None,
    }
}

/// Whether a key is a cell that was found from a position, or the ancestor of one: rows along a track then have the same for
/// dozens of rows.
fn is_cell(key: &Arc<dyn PhysicalExpr>, input: &Arc<dyn ExecutionPlan>) -> bool {
    if let Some(call) = key.downcast_ref::<ScalarFunctionExpr>() {
        return match call.name() {
            "healpix_cell" => true,
            "healpix_parent" => call.args().first().is_some_and(|cell| is_cell(cell, input)),
            _ => false,
        };
    }
    let (Some(column), Some(below)) =
        (key.downcast_ref::<Column>(), input.downcast_ref::<ProjectionExec>())
    else {
        return false;
    };
    below.expr().get(column.index()).is_some_and(|from| is_cell(&from.expr, below.input()))
}

/// The shards of an aggregation whose key is the column whose ranges are the partitions, with nothing but one-to-one
/// operators between it and a scan by shards.
fn shards(aggregate: &AggregateExec, key: &Arc<dyn PhysicalExpr>) -> Option<By> {
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
            let shards = shards.filter(|s| s.len() == partitions && shift <= WIDEST)?;
            return Some(By::Shards { shards, shift });
        }
        // A key computed from cells is not the scan's column, and its ranges are not shards.
        let [below] = node.children()[..] else { return None };
        if below.output_partitioning().partition_count() != partitions {
            return None;
        }
        node = below;
    }
}

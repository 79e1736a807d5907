//! Whether a result misses granules that could not be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use zagg_engine::table::{GranuleOutcome, GranuleScanExec};

/// The granules that the scans of an executed plan went on without, each with the reason. A table that does
/// not allow for this fails instead.
pub(crate) fn failed_granules(plan: &Arc<dyn ExecutionPlan>) -> BTreeMap<String, String> {
    let mut failed = BTreeMap::new();
    collect(plan, &mut failed);
    failed
}

fn collect(plan: &Arc<dyn ExecutionPlan>, failed: &mut BTreeMap<String, String>) {
    if let Some(scan) = plan.downcast_ref::<GranuleScanExec>() {
        let partitions = 0..scan.partitions().len();
        let reads = partitions.filter_map(|partition| scan.report().take(partition));
        for read in reads.flat_map(|read| read.granules) {
            if let GranuleOutcome::Failed { reason } = read.outcome {
                failed.insert(read.granule, reason);
            }
        }
    }
    plan.children().into_iter().for_each(|child| collect(child, failed));
}

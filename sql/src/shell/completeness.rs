//! Whether a result misses granules that could not be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::physical_plan::ExecutionPlan;
use zagg_engine::sql::ZarrSinkExec;
use zagg_engine::table::{GranuleOutcome, GranuleScanExec};

/// The granules that the scans of an executed plan went on without, each with the reason. A table that does
/// not allow for this fails instead.
pub(crate) fn failed_granules(plan: &Arc<dyn ExecutionPlan>) -> BTreeMap<String, String> {
    let mut failed = BTreeMap::new();
    collect(plan, &mut failed);
    failed
}

fn collect(plan: &Arc<dyn ExecutionPlan>, failed: &mut BTreeMap<String, String>) {
    let listed = match (plan.downcast_ref::<GranuleScanExec>(), plan.downcast_ref::<ZarrSinkExec>())
    {
        // Those whose positions could not be read when the table was made.
        (Some(scan), _) => scan.failed(),
        // A store keeps the reports of its scans.
        (_, Some(sink)) => sink.failed(),
        _ => &[],
    };
    failed.extend(listed.iter().map(|f| (f.granule.clone(), f.reason.clone())));
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

#[cfg(test)]
mod tests {
    use datafusion::physical_plan::collect;
    use tempfile::TempDir;
    use zagg_engine::config::Config;
    use zagg_engine::granule::{GranulePool, GranuleRef, Locations, PoolOptions};
    use zagg_engine::synthetic::Synthetic;
    use zagg_engine::table::{GranuleTable, ScanOptions};

    use super::*;

    #[tokio::test]
    async fn granules_that_were_left_out_are_named() {
        let dir = TempDir::new().unwrap();
        let small = Synthetic { segments_per_beam: 50, ..Synthetic::default() };
        let mut links = small.write(dir.path()).unwrap();
        links.push(dir.path().join("ATL06_broken.h5"));
        std::fs::write(links.last().unwrap(), b"not HDF5 at all").unwrap();

        let context = zagg_engine::session().unwrap();
        let runtime = context.runtime_env();
        let locations = Locations::new(Arc::clone(&runtime.object_store_registry));
        let refs = links
            .iter()
            .map(|link| GranuleRef::from_link(link.to_str().unwrap(), &locations).unwrap())
            .collect();
        let config = Config::load("atl06").unwrap();
        let (pool, options) = (&runtime.memory_pool, PoolOptions::default());
        let pool = GranulePool::try_new(config.source, config.grid, refs, None, pool, &options);
        let scan = ScanOptions { allow_partial: true, ..ScanOptions::default() };
        let table = GranuleTable::by_granule("atl06", Arc::new(pool.unwrap()), scan).await.unwrap();
        context.register_table("atl06", Arc::new(table)).unwrap();

        let frame = context.sql("SELECT count(h_li) FROM atl06").await.unwrap();
        let plan = frame.create_physical_plan().await.unwrap();
        collect(Arc::clone(&plan), context.task_ctx()).await.unwrap();
        let failed = failed_granules(&plan);
        let names: Vec<&String> = failed.keys().collect();
        assert!(names.len() == 1 && names[0].contains("ATL06_broken"), "{failed:?}");
    }
}

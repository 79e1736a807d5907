//! The physical scan.

use std::fmt;
use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{ScalarValue, SplitPoint, internal_err};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::col;
use datafusion::physical_expr::{
    EquivalenceProperties, LexOrdering, Partitioning, PhysicalExpr, PhysicalSortExpr,
    RangePartitioning,
};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};

use crate::cost::{self, Estimate, Rates, Scanned};
use crate::granule::{GranulePool, Meter};
use crate::journal::{Recorder, Tally};
use crate::run::FailedGranule;
use crate::table::batch::ReadPlan;
use crate::table::{ScanOptions, ScanReport};
use crate::table::{display, stream};

/// One partition of a scan.
#[derive(Debug, Clone)]
pub struct ScanPartition {
    /// The shard it is, with a shard map; otherwise it holds all rows of its granules.
    pub shard: Option<u64>,
    /// The granules to look at, by their number in the pool, ascending: the order of the rows.
    pub granules: Vec<usize>,
}

/// What a scan knows of its granules from an index.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The last part of the index's link.
    index: Option<String>,
    /// Granules that the index tells of.
    by_index: usize,
    granules: usize,
}

impl Known {
    fn new(pool: &GranulePool, partitions: &[ScanPartition]) -> Self {
        let mut granules: Vec<usize> =
            partitions.iter().flat_map(|partition| partition.granules.iter().copied()).collect();
        granules.sort_unstable();
        granules.dedup();
        let index = pool.granule_index().map(|index| {
            let link = index.name();
            link.rsplit(['/', '\\']).next().unwrap_or(link).to_owned()
        });
        let by_index = granules.iter().filter(|granule| pool.index_of(**granule).is_some()).count();
        Self { index, by_index, granules: granules.len() }
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.index {
            Some(index) => write!(f, "{index} ({} of {} granules)", self.by_index, self.granules),
            None => f.write_str("none"),
        }
    }
}

/// Reads granules: one partition per shard, or per granule.
#[derive(Debug)]
pub struct GranuleScanExec {
    pub(super) table: Arc<str>,
    pub(super) pool: Arc<GranulePool>,
    pub(super) partitions: Vec<ScanPartition>,
    /// Their shards, ascending; none without a shard map.
    shards: Arc<[u64]>,
    /// How many there would be without the filter.
    pub(super) partitions_before: usize,
    pub(super) read: Arc<ReadPlan>,
    pub(super) fetch: Option<usize>,
    pub(super) options: ScanOptions,
    pub(super) report: Arc<ScanReport>,
    /// Granules left out before the scan began.
    pub(super) failed: Arc<[FailedGranule]>,
    pub(super) known: Known,
    recorder: Arc<Recorder>,
    pub(super) estimate: Option<Estimate>,
    meter: Option<Arc<Meter>>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

/// What a scan is to read.
pub(super) struct ScanOf {
    pub(super) table: String,
    pub(super) pool: Arc<GranulePool>,
    pub(super) partitions: Vec<ScanPartition>,
    pub(super) partitions_before: usize,
    pub(super) read: ReadPlan,
    pub(super) fetch: Option<usize>,
    pub(super) options: ScanOptions,
    pub(super) failed: Arc<[FailedGranule]>,
    pub(super) recorder: Arc<Recorder>,
}

impl GranuleScanExec {
    pub(super) fn try_new(scan: ScanOf) -> Result<Self> {
        let ScanOf { table, pool, partitions, partitions_before, read, fetch, .. } = scan;
        let (options, failed, recorder) = (scan.options, scan.failed, scan.recorder);
        let schema = Arc::clone(&read.output);
        let traffic = pool.granules().first().map(|granule| &granule.location.traffic);
        let meter = traffic.map(|traffic| Arc::new(Meter::new(Arc::clone(traffic))));
        let grid = pool.grid();
        let shift = 2 * (grid.child_order - grid.parent_order);
        let partitioning = partitioning(&schema, &partitions, shift)?;
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            partitioning,
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let mut shards: Vec<u64> = partitions.iter().filter_map(|p| p.shard).collect();
        shards.sort_unstable();
        Ok(Self {
            table: table.into(),
            known: Known::new(&pool, &partitions),
            pool,
            partitions,
            shards: shards.into(),
            partitions_before,
            read: Arc::new(read),
            fetch,
            options,
            failed,
            report: Arc::default(),
            recorder,
            estimate: None,
            meter,
            metrics: ExecutionPlanMetricsSet::new(),
            properties: Arc::new(properties),
        })
    }

    /// The same with an estimate of what it will take, where `of` are the partitions of the table. At most some requests
    /// without a body are made for it.
    pub(super) async fn estimated(mut self, of: &[ScanPartition], rates: &Rates) -> Self {
        self.estimate = Some(self.foresee_of(of, rates).await);
        self
    }

    /// What a scan of all partitions of its table will take.
    pub(crate) async fn foresee(&self, rates: &Rates) -> Estimate {
        self.foresee_of(&self.partitions, rates).await
    }

    async fn foresee_of(&self, of: &[ScanPartition], rates: &Rates) -> Estimate {
        let wanted = self.read.wanted(&self.shards);
        let (pool, partitions) = (&*self.pool, self.partitions.as_slice());
        let estimate =
            cost::estimate(&Scanned { pool, partitions, of, wanted: &wanted }, rates).await;
        if let Some(meter) = &self.meter {
            // Requests for it are not the scan's own.
            meter.since_last();
        }
        estimate
    }

    /// What it was estimated to take before it ran: there where EXPLAIN shows it or a limit of cost asks for it.
    pub fn estimate(&self) -> Option<&Estimate> {
        self.estimate.as_ref()
    }

    /// Its statement's place in the journal.
    pub(crate) fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// What it reads, in one line: the same whenever and wherever it is planned.
    pub(crate) fn summary(&self) -> String {
        display::Summary(self).to_string()
    }

    /// What was read, partition by partition, as they come to their ends.
    pub fn report(&self) -> &Arc<ScanReport> {
        &self.report
    }

    /// Granules that could not be read when the table was made, and are not in it.
    pub fn failed(&self) -> &[FailedGranule] {
        &self.failed
    }

    /// The granules behind the scan.
    pub fn pool(&self) -> &Arc<GranulePool> {
        &self.pool
    }

    /// Bits of a cell's id within its shard.
    pub fn cell_bits(&self) -> u8 {
        let grid = self.pool.grid();
        2 * (grid.child_order - grid.parent_order)
    }

    /// The partitions, after pruning.
    pub fn partitions(&self) -> &[ScanPartition] {
        &self.partitions
    }
}

/// Ranges of `cell` where each partition is a shard and `cell` is in the output: then a group of cells
/// never spans partitions, and DataFusion knows.
fn partitioning(
    schema: &SchemaRef,
    partitions: &[ScanPartition],
    shift: u8,
) -> Result<Partitioning> {
    let unknown = Partitioning::UnknownPartitioning(partitions.len());
    let shards: Option<Vec<u64>> = partitions.iter().map(|p| p.shard).collect();
    let (Some(shards), Ok(cell)) = (shards, col("cell", schema)) else { return Ok(unknown) };
    let order = PhysicalSortExpr::new(cell, SortOptions { descending: false, nulls_first: false });
    let Some(ordering) = LexOrdering::new([order]) else { return Ok(unknown) };
    let first_cell = |shard: &u64| SplitPoint::new(vec![ScalarValue::UInt64(Some(shard << shift))]);
    let splits = shards.iter().skip(1).map(first_cell).collect();
    Ok(Partitioning::Range(RangePartitioning::try_new(ordering, splits)?))
}

impl ExecutionPlan for GranuleScanExec {
    fn name(&self) -> &str {
        "GranuleScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.read.predicate.as_ref().map_or(Ok(TreeNodeRecursion::Continue), f)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() { Ok(self) } else { internal_err!("a granule scan has no children") }
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() { Ok(self) } else { internal_err!("a granule scan has no children") }
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let Some(spec) = self.partitions.get(partition) else {
            return internal_err!("partition {partition} of {}", self.partitions.len());
        };
        Ok(stream::open(stream::Scan {
            pool: Arc::clone(&self.pool),
            partition,
            spec: spec.clone(),
            wanted: self.read.wanted(&self.shards),
            read: Arc::clone(&self.read),
            tally: Tally::new(Arc::clone(&self.recorder), &self.table, spec.shard),
            batch_size: context.session_config().batch_size(),
            fetch: self.fetch,
            options: self.options.clone(),
            report: Arc::clone(&self.report),
            metrics: stream::ScanMetrics::new(&self.metrics, partition, self.meter.clone()),
        }))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn fetch(&self) -> Option<usize> {
        self.fetch
    }
}

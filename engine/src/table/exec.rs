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
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

use crate::granule::{GranulePool, Meter};
use crate::run::FailedGranule;
use crate::table::batch::ReadPlan;
use crate::table::stream;
use crate::table::{ScanOptions, ScanReport};

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
struct Known {
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
    pub(super) table: String,
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
    failed: Arc<[FailedGranule]>,
    known: Known,
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
}

impl GranuleScanExec {
    pub(super) fn try_new(scan: ScanOf) -> Result<Self> {
        let ScanOf { table, pool, partitions, partitions_before, read, fetch, options, failed } =
            scan;
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
            table,
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
            meter,
            metrics: ExecutionPlanMetricsSet::new(),
            properties: Arc::new(properties),
        })
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

impl DisplayAs for GranuleScanExec {
    fn fmt_as(&self, t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.partitions.first().and_then(|p| p.shard) {
            Some(_) => "shards",
            None => "granules",
        };
        let columns: Vec<&str> =
            self.read.output.fields().iter().map(|field| field.name().as_str()).collect();
        let (kept, before) = (self.partitions.len(), self.partitions_before);
        match t {
            DisplayFormatType::TreeRender => {
                writeln!(f, "table={}", self.table)?;
                writeln!(f, "{kind}={kept} of {before}")?;
                writeln!(f, "index={}", self.known)?;
                if let Some(predicate) = &self.read.predicate {
                    writeln!(f, "filter={predicate}")?;
                }
                Ok(())
            }
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(
                    f,
                    "GranuleScanExec: table={}, {kind}={kept} of {before}, index={}, columns=[{}]",
                    self.table,
                    self.known,
                    columns.join(", ")
                )?;
                if let Some(predicate) = &self.read.predicate {
                    write!(f, ", filter={predicate}")?;
                }
                if !self.failed.is_empty() {
                    write!(f, ", granules_left_out={}", self.failed.len())?;
                }
                if let Some(fetch) = self.fetch {
                    write!(f, ", limit={fetch}")?;
                }
                Ok(())
            }
        }
    }
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
            shards: Arc::clone(&self.shards),
            read: Arc::clone(&self.read),
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

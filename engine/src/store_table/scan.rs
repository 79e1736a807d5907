//! The physical scan of a store.

use std::fmt;
use std::sync::Arc;

use arrow::array::cast::AsArray;
use arrow::array::{ArrayRef, Float64Array, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::compute::SortOptions;
use arrow::datatypes::{SchemaRef, UInt64Type};
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::col;
use datafusion::physical_expr::{
    EquivalenceProperties, Partitioning, PhysicalExpr, PhysicalSortExpr,
};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::limit::LimitStream;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::stream::{self, StreamExt};
use zagg_udfs::cell::morton::{self, Kind};

use super::MADE;
use super::centres::Centres;
use super::kept::{Dropped, Kept};
use super::rules::Grid;
use crate::error::Error;
use crate::store::{Rows, StoreReader};

/// Shards of one store that are fetched at a time, in each partition.
const AHEAD: usize = 4;

/// Reads shards of a store.
#[derive(Debug)]
pub struct StoreScanExec {
    reader: Arc<StoreReader>,
    schema: SchemaRef,
    /// The shards that filters have left, ascending.
    shards: Arc<[usize]>,
    dropped: Dropped,
    rows: Rows,
    fetch: Option<usize>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

/// What a scan is to read.
pub(super) struct StoreScan {
    pub(super) reader: Arc<StoreReader>,
    pub(super) schema: SchemaRef,
    pub(super) kept: Kept,
    pub(super) rows: Rows,
    /// The most that there may be.
    pub(super) partitions: usize,
    pub(super) fetch: Option<usize>,
}

impl StoreScanExec {
    pub(super) fn new(scan: StoreScan) -> Self {
        let StoreScan { reader, schema, kept: Kept { shards, dropped }, rows, partitions, fetch } =
            scan;
        let partitions = partitions.clamp(1, shards.len().max(1));
        let properties = PlanProperties::new(
            EquivalenceProperties::new_with_orderings(
                Arc::clone(&schema),
                ascending(&reader, &schema),
            ),
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        let metrics = ExecutionPlanMetricsSet::new();
        let properties = Arc::new(properties);
        Self { reader, schema, shards: shards.into(), dropped, rows, fetch, metrics, properties }
    }
}

/// Shards ascend by their parents, and a partition has consecutive ones; so rows ascend by cell, and by its word.
fn ascending(reader: &StoreReader, schema: &SchemaRef) -> Vec<Vec<PhysicalSortExpr>> {
    let options = SortOptions { descending: false, nulls_first: false };
    let by = |name: &str| Some(vec![PhysicalSortExpr::new(col(name, schema).ok()?, options)]);
    let grid = Grid::of(reader);
    ["cell", "morton"].into_iter().filter(|name| grid.is_made(name)).filter_map(by).collect()
}

impl DisplayAs for StoreScanExec {
    fn fmt_as(&self, t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kept, all) = (self.shards.len(), self.reader.parents().len());
        let order = self.reader.child_order();
        let columns: Vec<&str> = self.schema.fields().iter().map(|f| f.name().as_str()).collect();
        let rows = match self.rows {
            Rows::Dense => "dense",
            Rows::Occupied | Rows::OccupiedInColumns => "occupied",
        };
        match t {
            DisplayFormatType::TreeRender => writeln!(f, "order={order}\nshards={kept} of {all}"),
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                let columns = columns.join(", ");
                write!(
                    f,
                    "StoreScanExec: order={order}, rows={rows}, shards={kept} of {all}{}, columns=[{columns}]",
                    self.dropped
                )?;
                self.fetch.map_or(Ok(()), |fetch| write!(f, ", limit={fetch}"))
            }
        }
    }
}

impl ExecutionPlan for StoreScanExec {
    fn name(&self) -> &str {
        "StoreScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() {
            Ok(self)
        } else {
            internal_err!("the scan of a store has no children")
        }
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if children.is_empty() {
            Ok(self)
        } else {
            internal_err!("the scan of a store has no children")
        }
    }

    fn execute(
        &self,
        partition: usize,
        _context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let (shards, of) = (self.shards.len(), self.properties.partitioning.partition_count());
        if partition >= of {
            return internal_err!("partition {partition} of {of}");
        }
        let mine = shards * partition / of..shards * (partition + 1) / of;
        let mine: Vec<usize> = self.shards.get(mine).unwrap_or_default().to_vec();
        let (reader, schema, rows) =
            (Arc::clone(&self.reader), Arc::clone(&self.schema), self.rows);
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let counted = metrics.clone();
        let batches = stream::iter(mine)
            .map(move |shard| read(Arc::clone(&reader), Arc::clone(&schema), shard, rows))
            .buffered(AHEAD)
            .inspect(move |batch| {
                if let Ok(batch) = batch {
                    counted.record_output(batch.num_rows());
                }
            });
        let stream = RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches);
        Ok(match self.fetch {
            None => Box::pin(stream),
            Some(fetch) => Box::pin(LimitStream::new(Box::pin(stream), 0, Some(fetch), metrics)),
        })
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn fetch(&self) -> Option<usize> {
        self.fetch
    }
}

async fn read(
    reader: Arc<StoreReader>,
    schema: SchemaRef,
    shard: usize,
    rows: Rows,
) -> Result<RecordBatch> {
    let stored = |name: &str| reader.variables().iter().any(|variable| variable.name() == name);
    let fields = schema.fields().iter().map(|field| field.name().as_str());
    let columns: Vec<&str> = fields.clone().filter(|name| stored(name)).collect();
    let batch = reader.read_shard(shard, &columns, rows).await.map_err(Error::from)?;
    let cells = batch.column(0).as_primitive::<UInt64Type>();
    let made: Vec<&str> = fields.filter(|name| MADE.contains(name) && !stored(name)).collect();
    let is_centre = |name: &&str| ["longitude", "latitude"].contains(name);
    let centres = centres(&reader, cells, made.iter().any(is_centre))?;
    let column = |name: &str| -> Result<ArrayRef> {
        Ok(match name {
            name if stored(name) => Arc::clone(batch.column(batch.schema_ref().index_of(name)?)),
            "longitude" => Arc::new(Float64Array::from_iter_values(centres.iter().map(|c| c.0))),
            "latitude" => Arc::new(Float64Array::from_iter_values(centres.iter().map(|c| c.1))),
            "morton" => Arc::new(words(&reader, cells)?),
            _ => Arc::clone(batch.column(0)),
        })
    };
    let columns: Result<Vec<_>> = schema.fields().iter().map(|f| column(f.name())).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema, columns?, &options)?)
}

fn words(reader: &StoreReader, cells: &UInt64Array) -> Result<UInt64Array> {
    let word = |cell: &u64| morton::from_nested(*cell, reader.child_order(), Kind::Area);
    let words: std::result::Result<Vec<u64>, _> = cells.values().iter().map(word).collect();
    Ok(words.map_err(|e| Error::Request(e.to_string()))?.into())
}

fn centres(reader: &StoreReader, cells: &UInt64Array, wanted: bool) -> Result<Vec<(f64, f64)>> {
    if !wanted {
        return Ok(Vec::new());
    }
    let centres = Centres::of(reader.child_order(), reader.ellipsoid());
    let centre = |cell: &u64| centres.at(*cell).map_err(|e| Error::Request(e.to_string()));
    Ok(cells.values().iter().map(centre).collect::<Result<_, _>>()?)
}

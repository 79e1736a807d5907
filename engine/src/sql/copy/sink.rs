//! The operator that writes a store.

use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow::array::{RecordBatch, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, PlanProperties,
};
use futures::stream;

use super::layout::{ZarrOptions, shard_scan};
use super::shards::{Copy, Statement};
use crate::granule::Locations;
use crate::run::FailedGranule;

/// Writes rows of `cell` and statistics into a new store.
///
/// Where partition *i* of the input is a shard of a table of granules, it becomes chunk *i* as soon as it is there: nothing
/// is gathered and no rows change places. All other inputs are gathered first and divided by the parents of their cells.
#[derive(Debug)]
pub struct ZarrSinkExec {
    input: Arc<dyn ExecutionPlan>,
    place: String,
    options: ZarrOptions,
    locations: Arc<Locations>,
    statement: Statement,
    properties: Arc<PlanProperties>,
    failed: Arc<OnceLock<Vec<FailedGranule>>>,
}

impl ZarrSinkExec {
    /// # Errors
    /// If the orders are not known, or a column is none that a store can hold.
    pub(in crate::sql) fn try_new(
        input: Arc<dyn ExecutionPlan>,
        place: String,
        options: ZarrOptions,
        locations: Arc<Locations>,
        statement: Statement,
    ) -> Result<Self> {
        options.spec(&input.schema(), shard_scan(&input))?;
        let count = Field::new("count", DataType::UInt64, false);
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::new(Schema::new(vec![count]))),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let (properties, failed) = (Arc::new(properties), Arc::default());
        Ok(Self { input, place, options, locations, statement, properties, failed })
    }

    /// Granules that the store was written without, as their table allows. None before it is written.
    pub fn failed(&self) -> &[FailedGranule] {
        self.failed.get().map_or(&[], Vec::as_slice)
    }

    /// The same from another input.
    fn over(&self, children: &[Arc<dyn ExecutionPlan>]) -> Result<Arc<dyn ExecutionPlan>> {
        let [input] = children else {
            return internal_err!("a store is written from one input, not {}", children.len());
        };
        let (place, options) = (self.place.clone(), self.options.clone());
        let (locations, statement) = (Arc::clone(&self.locations), self.statement.clone());
        let again = Self::try_new(Arc::clone(input), place, options, locations, statement)?;
        Ok(Arc::new(again))
    }

    fn copy(&self) -> Result<Copy> {
        Copy::plan(&self.input, &self.place, &self.options, &self.locations, &self.statement)
    }
}

impl DisplayAs for ZarrSinkExec {
    fn fmt_as(&self, t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let copy = self.copy().map_err(|_| fmt::Error)?;
        let shards = match copy.shards() {
            Some(shards) => format!("{shards}, one for each partition"),
            None => "by the cells, once all are there".to_owned(),
        };
        let (child, parent) = copy.orders();
        match t {
            DisplayFormatType::TreeRender => {
                writeln!(
                    f,
                    "store={}\norder={child}\nparent_order={parent}\nshards={shards}",
                    self.place
                )
            }
            DisplayFormatType::Default | DisplayFormatType::Verbose => write!(
                f,
                "ZarrSinkExec: store={}, order={child}, parent_order={parent}, shards={shards}",
                self.place
            ),
        }
    }
}

impl ExecutionPlan for ZarrSinkExec {
    fn name(&self) -> &str {
        "ZarrSinkExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::UnspecifiedDistribution]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
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
        self.over(&children)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.over(&children)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if partition != 0 {
            return internal_err!("a store is written by one partition, not by {partition}");
        }
        let (copy, schema) = (self.copy()?, self.schema());
        let counted = counted(copy, context, Arc::clone(&schema), Arc::clone(&self.failed));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream::once(counted))))
    }
}

async fn counted(
    copy: Copy,
    context: Arc<TaskContext>,
    schema: SchemaRef,
    failed: Arc<OnceLock<Vec<FailedGranule>>>,
) -> Result<RecordBatch> {
    let (cells, without) = copy.run(context).await?;
    failed.get_or_init(|| without);
    Ok(RecordBatch::try_new(schema, vec![Arc::new(UInt64Array::from(vec![cells]))])?)
}

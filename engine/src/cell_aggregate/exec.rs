//! The operator.

use std::fmt;
use std::sync::{Arc, OnceLock};

use arrow::array::ArrayRef;
use arrow::compute::SortOptions;
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};

use super::by::By;
use super::stream;

/// Aggregates rows by cell. Over shards it gives the cells in ascending order, over anything else, as a first stage, the
/// states of cells, some perhaps more than once.
///
/// Its output is that of the [`AggregateExec`] it is made from, beside the order.
#[derive(Debug)]
pub struct CellAggregateExec {
    aggregate: AggregateExec,
    by: By,
    arguments: Arc<[Vec<Argument>]>,
    metrics: ExecutionPlanMetricsSet,
    properties: Arc<PlanProperties>,
}

/// One argument of an aggregate.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) expr: Arc<dyn PhysicalExpr>,
    /// The value of a constant for a whole batch: for some constants, such as lists, making that takes
    /// longer than aggregating the batch.
    pub(super) repeated: Option<OnceLock<ArrayRef>>,
}

impl CellAggregateExec {
    pub(super) fn try_new(aggregate: AggregateExec, by: By) -> Result<Self> {
        let argument = |expr: Arc<dyn PhysicalExpr>| Argument {
            repeated: expr.downcast_ref::<Literal>().map(|_| OnceLock::new()),
            expr,
        };
        let arguments = aggregate.aggr_expr().iter().map(|function| {
            let order = function.order_bys().iter().map(|by| Arc::clone(&by.expr));
            function.expressions().into_iter().chain(order).map(argument).collect()
        });
        let arguments = arguments.collect();
        let mut properties = PlanProperties::clone(aggregate.properties());
        if by.is_ordered() {
            let key = Arc::new(Column::new(aggregate.schema().field(0).name(), 0));
            let ascending = SortOptions { descending: false, nulls_first: false };
            properties.eq_properties.add_ordering([PhysicalSortExpr::new(key, ascending)]);
        }
        properties.emission_type = EmissionType::Final;
        let metrics = ExecutionPlanMetricsSet::new();
        let properties = Arc::new(properties);
        Ok(Self { aggregate, by, arguments, metrics, properties })
    }
}

impl DisplayAs for CellAggregateExec {
    fn fmt_as(&self, t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let functions: Vec<&str> =
            self.aggregate.aggr_expr().iter().map(|function| function.name()).collect();
        match t {
            DisplayFormatType::TreeRender => {
                self.by.lines(f)?;
                writeln!(f, "aggr={}", functions.join(", "))
            }
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                let key = self.aggregate.schema();
                write!(
                    f,
                    "CellAggregateExec: gby={}, {}, aggr=[{}]",
                    key.field(0).name(),
                    self.by,
                    functions.join(", ")
                )
            }
        }
    }
}

impl ExecutionPlan for CellAggregateExec {
    fn name(&self) -> &str {
        "CellAggregateExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![self.aggregate.input()]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.aggregate.apply_expressions(f)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let aggregate = Arc::new(self.aggregate.clone()).replace_children(children, options)?;
        let Some(aggregate) = aggregate.downcast_ref::<AggregateExec>() else {
            return internal_err!("an aggregation became a {}", aggregate.name());
        };
        Ok(Arc::new(Self::try_new(aggregate.clone(), self.by.clone())?))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let (key, _) = &self.aggregate.group_expr().expr()[0];
        stream::open(stream::Aggregation {
            input: self.aggregate.input().execute(partition, Arc::clone(&context))?,
            schema: self.aggregate.schema(),
            key: Arc::clone(key),
            functions: self.aggregate.aggr_expr(),
            arguments: Arc::clone(&self.arguments),
            filters: self.aggregate.filter_expr(),
            by: &self.by,
            context: &context,
            metrics: &self.metrics,
            partition,
        })
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

//! One shard's rows, aggregated.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, UInt32Array, UInt64Array};
use arrow::compute::take;
use arrow::datatypes::{SchemaRef, UInt64Type};
use datafusion::common::{internal_datafusion_err, internal_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::stream::{self, StreamExt, TryStreamExt};

use super::exec::Argument;
use super::groups::Groups;
use super::runs::{self, Run, RunAccumulator};

/// All that one partition needs.
pub(super) struct Aggregation<'a> {
    pub(super) input: SendableRecordBatchStream,
    pub(super) schema: SchemaRef,
    pub(super) key: Arc<dyn PhysicalExpr>,
    pub(super) functions: &'a [Arc<AggregateFunctionExpr>],
    pub(super) arguments: Arc<[Vec<Argument>]>,
    pub(super) filters: &'a [Option<Arc<dyn PhysicalExpr>>],
    pub(super) shard: u64,
    pub(super) shift: u32,
    pub(super) context: &'a TaskContext,
    pub(super) metrics: &'a ExecutionPlanMetricsSet,
    pub(super) partition: usize,
}

/// Starts aggregating when it is first polled.
pub(super) fn open(aggregation: Aggregation<'_>) -> Result<SendableRecordBatchStream> {
    let Aggregation { mut input, schema, context, .. } = aggregation;
    let functions = aggregation.functions.iter().zip(aggregation.filters);
    let accumulators = functions.map(|(function, filter)| match runs::accumulator(function) {
        Some(by_runs) if filter.is_none() => Ok(Accumulator::Runs(by_runs)),
        _ => function.create_groups_accumulator().map(Accumulator::Rows),
    });
    let batch_size = context.session_config().batch_size();
    let consumer = MemoryConsumer::new(format!("CellAggregateExec[{}]", aggregation.partition));
    let mut state = State {
        schema: Arc::clone(&schema),
        key: aggregation.key,
        accumulators: accumulators.collect::<Result<_>>()?,
        arguments: aggregation.arguments,
        filters: aggregation.filters.to_vec(),
        groups: Groups::new(aggregation.shard << aggregation.shift, 1 << aggregation.shift),
        runs: Vec::new(),
        numbers: Vec::new(),
        batch_size,
        memory: consumer.register(context.memory_pool()),
    };
    let metrics = BaselineMetrics::new(aggregation.metrics, aggregation.partition);
    let all = async move {
        while let Some(batch) = input.next().await {
            let _timer = metrics.elapsed_compute().timer();
            state.add(&batch?)?;
        }
        // The scan's buffers are not needed any more.
        drop(input);
        let whole = {
            let _timer = metrics.elapsed_compute().timer();
            state.finish()?
        };
        metrics.record_output(whole.num_rows());
        metrics.done();
        Result::<_, DataFusionError>::Ok(stream::iter(slices(whole, batch_size).map(Ok)))
    };
    let batches = stream::once(all).try_flatten();
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
}

/// A shard on its way.
struct State {
    schema: SchemaRef,
    key: Arc<dyn PhysicalExpr>,
    accumulators: Vec<Accumulator>,
    arguments: Arc<[Vec<Argument>]>,
    filters: Vec<Option<Arc<dyn PhysicalExpr>>>,
    groups: Groups,
    /// The runs of a batch, and the group of each of its rows.
    runs: Vec<Run>,
    numbers: Vec<usize>,
    batch_size: usize,
    memory: MemoryReservation,
}

enum Accumulator {
    Rows(Box<dyn GroupsAccumulator>),
    Runs(Box<dyn RunAccumulator>),
}

impl State {
    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let rows = batch.num_rows();
        let cells = self.key.evaluate(batch)?.into_array(rows)?;
        let cells: &UInt64Array = cells.as_primitive_opt::<UInt64Type>().ok_or_else(|| {
            internal_datafusion_err!("a cell is UInt64, got {}", cells.data_type())
        })?;
        self.groups.runs(cells, &mut self.runs)?;
        self.numbers.clear();
        for run in &self.runs {
            self.numbers.resize(run.end as usize, run.group as usize);
        }
        let functions = self.accumulators.iter_mut().zip(self.arguments.iter()).zip(&self.filters);
        let mut size = self.groups.size() + self.numbers.capacity() * size_of::<usize>();
        for ((accumulator, arguments), filter) in functions {
            let values = arguments.iter().map(|argument| argument.values(batch, self.batch_size));
            let values = values.collect::<Result<Vec<ArrayRef>>>()?;
            let groups = self.groups.len();
            let accumulator = match (accumulator, values.as_slice()) {
                (Accumulator::Runs(accumulator), [values]) => {
                    accumulator.update(values, &self.runs, groups)?;
                    size += accumulator.size();
                    continue;
                }
                (Accumulator::Runs(_), _) => return internal_err!("one argument was expected"),
                (Accumulator::Rows(accumulator), _) => accumulator,
            };
            let filter = filter.as_ref().map(|filter| filter.evaluate(batch)?.into_array(rows));
            let filter = filter.transpose()?;
            let filter: Option<&BooleanArray> = filter.as_ref().and_then(|f| f.as_boolean_opt());
            accumulator.update_batch(&values, &self.numbers, filter, groups)?;
            size += accumulator.size();
        }
        self.memory.try_resize(size)
    }

    /// One row per cell.
    fn finish(&mut self) -> Result<RecordBatch> {
        let (cells, numbers) = self.groups.ascending();
        let numbers = UInt32Array::from(numbers);
        if numbers.is_empty() {
            return Ok(RecordBatch::new_empty(Arc::clone(&self.schema)));
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt64Array::from(cells))];
        for accumulator in &mut self.accumulators {
            let results = match accumulator {
                Accumulator::Rows(accumulator) => accumulator.evaluate(EmitTo::All)?,
                Accumulator::Runs(accumulator) => accumulator.finish(),
            };
            columns.push(take(&results, &numbers, None)?);
        }
        self.accumulators.clear();
        self.memory.free();
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Argument {
    /// The argument for each row of `batch`, which has at most `most` rows as a rule.
    fn values(&self, batch: &RecordBatch, most: usize) -> Result<ArrayRef> {
        let rows = batch.num_rows();
        let Some(repeated) = self.repeated.as_ref().filter(|_| rows <= most) else {
            return self.expr.evaluate(batch)?.into_array(rows);
        };
        let repeated = match repeated.get() {
            Some(values) => values,
            None => {
                let values = self.expr.evaluate(batch)?.into_array_of_size(most)?;
                repeated.get_or_init(|| values)
            }
        };
        Ok(repeated.slice(0, rows))
    }
}

/// A batch in parts of at most `rows` rows. An empty one has none.
fn slices(batch: RecordBatch, rows: usize) -> impl Iterator<Item = RecordBatch> {
    let rows = rows.max(1);
    (0..batch.num_rows())
        .step_by(rows)
        .map(move |start| batch.slice(start, rows.min(batch.num_rows() - start)))
}

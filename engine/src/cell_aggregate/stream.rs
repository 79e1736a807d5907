//! The rows of one partition, aggregated.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch, UInt64Array};
use arrow::compute::take;
use arrow::datatypes::{SchemaRef, UInt64Type};
use datafusion::common::{internal_datafusion_err, internal_err};
use datafusion::error::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_plan::EmptyRecordBatchStream;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::stream::{self, StreamExt, TryStreamExt};

use super::by::By;
use super::exec::Argument;
use super::groups::{AnyGroups, Groups, ShardGroups};
use super::runs::{self, Run, RunAccumulator};

/// All that one partition needs.
pub(super) struct Aggregation<'a> {
    pub(super) input: SendableRecordBatchStream,
    pub(super) schema: SchemaRef,
    pub(super) key: Arc<dyn PhysicalExpr>,
    pub(super) functions: &'a [Arc<AggregateFunctionExpr>],
    pub(super) arguments: Arc<[Vec<Argument>]>,
    pub(super) filters: &'a [Option<Arc<dyn PhysicalExpr>>],
    pub(super) by: &'a By,
    pub(super) context: &'a TaskContext,
    pub(super) metrics: &'a ExecutionPlanMetricsSet,
    pub(super) partition: usize,
}

/// Rows after which it is asked whether they are worth being brought together.
const TRIED: usize = 100_000;

/// Starts aggregating when it is first polled.
pub(super) fn open(aggregation: Aggregation<'_>) -> Result<SendableRecordBatchStream> {
    let Aggregation { input, schema, context, partition, .. } = aggregation;
    let functions = aggregation.functions.iter().zip(aggregation.filters);
    let accumulators = functions.map(|(function, filter)| match runs::accumulator(function) {
        Some(by_runs) if filter.is_none() => Ok(Accumulator::Runs(by_runs)),
        _ => function.create_groups_accumulator().map(Accumulator::Rows),
    });
    let (groups, partial): (Box<dyn Groups>, bool) = match aggregation.by.shard(partition)? {
        Some((first, width)) => (Box::new(ShardGroups::new(first, width)), false),
        None => (Box::<AnyGroups>::default(), true),
    };
    let batch_size = context.session_config().batch_size();
    let consumer = MemoryConsumer::new(format!("CellAggregateExec[{partition}]"));
    let state = State {
        input,
        schema: Arc::clone(&schema),
        key: aggregation.key,
        accumulators: accumulators.collect::<Result<_>>()?,
        arguments: aggregation.arguments,
        filters: aggregation.filters.to_vec(),
        groups,
        partial,
        rows: 0,
        runs: Vec::new(),
        numbers: Vec::new(),
        batch_size,
        memory: consumer.register(context.memory_pool()),
        metrics: BaselineMetrics::new(aggregation.metrics, partition),
    };
    let parts = stream::try_unfold(Some(state), State::next);
    let batches = parts.map_ok(move |part| stream::iter(slices(part, batch_size).map(Ok)));
    Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches.try_flatten())))
}

/// A partition on its way.
struct State {
    input: SendableRecordBatchStream,
    schema: SchemaRef,
    key: Arc<dyn PhysicalExpr>,
    accumulators: Vec<Accumulator>,
    arguments: Arc<[Vec<Argument>]>,
    filters: Vec<Option<Arc<dyn PhysicalExpr>>>,
    groups: Box<dyn Groups>,
    /// Whether the states of groups are given out, which another operator merges, and so may be given out early.
    partial: bool,
    /// Rows since anything was given out.
    rows: usize,
    /// The runs of a batch, and the group of each of its rows.
    runs: Vec<Run>,
    numbers: Vec<usize>,
    batch_size: usize,
    memory: MemoryReservation,
    metrics: BaselineMetrics,
}

enum Accumulator {
    Rows(Box<dyn GroupsAccumulator>),
    Runs(Box<dyn RunAccumulator>),
}

impl State {
    /// What is given out next, and what then remains to be done.
    async fn next(state: Option<Self>) -> Result<Option<(RecordBatch, Option<Self>)>> {
        let Some(mut state) = state else { return Ok(None) };
        while let Some(batch) = state.input.next().await {
            let batch = batch?;
            let elapsed = state.metrics.elapsed_compute().clone();
            let _timer = elapsed.timer();
            state.add(&batch)?;
            let fits = state.reserve();
            if !state.partial {
                fits?;
            } else if fits.is_err() || state.in_vain() {
                let part = state.give()?;
                return Ok(Some((part, Some(state))));
            }
        }
        // The scan's buffers are not needed any more.
        state.input = Box::pin(EmptyRecordBatchStream::new(state.input.schema()));
        let elapsed = state.metrics.elapsed_compute().clone();
        let last = {
            let _timer = elapsed.timer();
            state.give()?
        };
        state.metrics.done();
        Ok(Some((last, None)))
    }

    /// Whether nearly every row has a group of its own: then those who merge can as well have them at once.
    fn in_vain(&self) -> bool {
        self.rows >= TRIED && self.groups.len() > self.rows / 5 * 4
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let rows = batch.num_rows();
        let cells = self.key.evaluate(batch)?.into_array(rows)?;
        let cells: &UInt64Array = cells.as_primitive_opt::<UInt64Type>().ok_or_else(|| {
            internal_datafusion_err!("a cell is UInt64, got {}", cells.data_type())
        })?;
        self.groups.runs(cells, &mut self.runs)?;
        self.rows += rows;
        self.numbers.clear();
        for run in &self.runs {
            self.numbers.resize(run.end as usize, run.group as usize);
        }
        let functions = self.accumulators.iter_mut().zip(self.arguments.iter()).zip(&self.filters);
        for ((accumulator, arguments), filter) in functions {
            let values = arguments.iter().map(|argument| argument.values(batch, self.batch_size));
            let values = values.collect::<Result<Vec<ArrayRef>>>()?;
            let groups = self.groups.len();
            let accumulator = match (accumulator, values.as_slice()) {
                (Accumulator::Runs(accumulator), [values]) => {
                    accumulator.update(values, &self.runs, groups)?;
                    continue;
                }
                (Accumulator::Runs(_), _) => return internal_err!("one argument was expected"),
                (Accumulator::Rows(accumulator), _) => accumulator,
            };
            let filter = filter.as_ref().map(|filter| filter.evaluate(batch)?.into_array(rows));
            let filter = filter.transpose()?;
            let filter: Option<&BooleanArray> = filter.as_ref().and_then(|f| f.as_boolean_opt());
            accumulator.update_batch(&values, &self.numbers, filter, groups)?;
        }
        Ok(())
    }

    /// Asks for the memory that is held by now.
    fn reserve(&mut self) -> Result<()> {
        let accumulators = self.accumulators.iter().map(|accumulator| match accumulator {
            Accumulator::Rows(accumulator) => accumulator.size(),
            Accumulator::Runs(accumulator) => accumulator.size(),
        });
        let numbers = self.numbers.capacity() * size_of::<usize>();
        self.memory.try_resize(self.groups.size() + numbers + accumulators.sum::<usize>())
    }

    /// One row per group. No group is left.
    fn give(&mut self) -> Result<RecordBatch> {
        self.rows = 0;
        if self.groups.len() == 0 {
            return Ok(RecordBatch::new_empty(Arc::clone(&self.schema)));
        }
        let (cells, order) = self.groups.take();
        let mut columns = vec![cells];
        for accumulator in &mut self.accumulators {
            let results = match accumulator {
                Accumulator::Rows(accumulator) if self.partial => accumulator.state(EmitTo::All)?,
                Accumulator::Rows(accumulator) => vec![accumulator.evaluate(EmitTo::All)?],
                // A count, sum, least or greatest is its own state.
                Accumulator::Runs(accumulator) => vec![accumulator.finish()],
            };
            for column in results {
                columns.push(match &order {
                    Some(order) => take(&column, order, None)?,
                    None => column,
                });
            }
        }
        self.memory.free();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)?;
        self.metrics.record_output(batch.num_rows());
        Ok(batch)
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

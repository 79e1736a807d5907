//! The shards of a `COPY`, from partitions or from gathered rows.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use arrow::datatypes::UInt64Type;
use datafusion::catalog::Session;
use datafusion::common::exec_err;
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, displayable};
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::{Map, Value, json};

use super::layout::{ZarrOptions, shard_scan};
use crate::cost::Planning;
use crate::error::Error;
use crate::granule::Locations;
use crate::journal::Recorder;
use crate::run::FailedGranule;
use crate::sql::{StatementText, place};
use crate::store::{ShardWritten, StoreSpec, StoreWriter};
use crate::table::{GranuleOutcome, GranuleScanExec};

/// The statement that writes a store, as far as it is known.
#[derive(Debug, Clone, Default)]
pub(in crate::sql) struct Statement {
    text: Option<Arc<StatementText>>,
    recorder: Arc<Recorder>,
}

impl Statement {
    /// The one that is being planned.
    pub(in crate::sql) fn of(session: &dyn Session) -> Self {
        let config = session.config();
        let planning = config.get_extension::<Planning>();
        let recorder = planning.map(|planning| Arc::clone(&planning.recorder));
        Self { text: config.get_extension(), recorder: recorder.unwrap_or_default() }
    }
}

/// A store that is about to be written.
pub(super) struct Copy {
    input: Arc<dyn ExecutionPlan>,
    place: String,
    locations: Arc<Locations>,
    spec: StoreSpec,
    overwrite: bool,
    /// Partition *i* of the input is parent *i* of the specification.
    by_partition: bool,
    /// Takes down what is written.
    recorder: Arc<Recorder>,
}

impl Copy {
    pub(super) fn plan(
        input: &Arc<dyn ExecutionPlan>,
        place: &str,
        options: &ZarrOptions,
        locations: &Arc<Locations>,
        statement: &Statement,
    ) -> Result<Self> {
        let Statement { text, recorder } = statement;
        let scan = shard_scan(input);
        let mut spec = options.spec(&input.schema(), scan)?;
        let same = |scan: &&GranuleScanExec| {
            let grid = scan.pool().grid();
            (grid.child_order, grid.parent_order) == (spec.child_order, spec.parent_order)
        };
        let sharded = scan.filter(same);
        if let Some(scan) = sharded {
            spec.parents = scan.partitions().iter().filter_map(|p| p.shard).collect();
        }
        let by_partition = sharded.is_some();
        if let Some(scan) = scan {
            let ids: Vec<&str> = scan.pool().granules().iter().map(|g| g.id.as_str()).collect();
            spec.provenance.insert("granules".into(), json!(ids));
        }
        let software = concat!("zagg-sql ", env!("CARGO_PKG_VERSION"));
        spec.provenance.insert("software".into(), json!(software));
        if let Some(StatementText { sql, parameters }) = text.as_deref() {
            spec.provenance.insert("sql".into(), json!(sql));
            if !parameters.is_empty() {
                let parameters: Map<String, Value> =
                    parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
                spec.provenance.insert("parameters".into(), Value::Object(parameters));
            }
        }
        spec.provenance.insert("plan".into(), json!(lines(input, 0)));
        Ok(Self {
            input: Arc::clone(input),
            place: place.to_owned(),
            locations: Arc::clone(locations),
            spec,
            overwrite: options.overwrite,
            by_partition,
            recorder: recorder.clone(),
        })
    }

    /// How many shards there will be, where that is known.
    pub(super) fn shards(&self) -> Option<usize> {
        self.by_partition.then_some(self.spec.parents.len())
    }

    /// The orders of cells and of shards.
    pub(super) fn orders(&self) -> (u8, u8) {
        (self.spec.child_order, self.spec.parent_order)
    }

    /// Writes the store, and gives how many cells have data in it, and which granules could not be read.
    ///
    /// # Errors
    /// If something is at the place already and is not to be replaced, the query fails, or a row has no place in the store.
    /// The store is then left without its completion mark.
    pub(super) async fn run(self, context: Arc<TaskContext>) -> Result<(u64, Vec<FailedGranule>)> {
        let target = place::target(&self.place, &self.locations)?;
        let at_once = context.session_config().target_partitions().max(1) * 2;
        let begin = |spec| StoreWriter::create_alone(target, spec, self.overwrite);
        let (input, recorder) = (&self.input, &self.recorder);
        recorder.begin();
        let (writer, written) = if self.by_partition {
            let parents = self.spec.parents.clone();
            let writer = begin(self.spec).await.map_err(Error::from)?;
            let shards = (0..input.output_partitioning().partition_count()).map(|partition| {
                let (input, context) = (Arc::clone(input), Arc::clone(&context));
                let (writer, recorder) = (writer.clone(), Arc::clone(recorder));
                let parent = parents.get(partition).copied();
                SpawnedTask::spawn(async move {
                    let mut shard = writer.shard(partition);
                    let mut rows = input.execute(partition, context)?;
                    while let Some(batch) = rows.next().await {
                        shard.push(&batch?).map_err(Error::from)?;
                    }
                    drop(rows);
                    let written = writer.write_shard(shard).await.map_err(Error::from)?;
                    note(&recorder, parent, &written);
                    Ok(written)
                })
            });
            let written = all(shards, at_once).await?;
            (writer, written)
        } else {
            let rows = gather(input, &context).await?;
            let bits = 2 * (self.spec.child_order.saturating_sub(self.spec.parent_order));
            let parts = by_parent(&rows, bits)?;
            let mut spec = self.spec;
            spec.parents = parts.iter().map(|(parent, _)| *parent).collect();
            let writer = begin(spec).await.map_err(Error::from)?;
            let shards = parts.into_iter().enumerate().map(|(i, (parent, rows))| {
                let (writer, recorder) = (writer.clone(), Arc::clone(recorder));
                SpawnedTask::spawn(async move {
                    let mut shard = writer.shard(i);
                    shard.push(&rows).map_err(Error::from)?;
                    let written = writer.write_shard(shard).await.map_err(Error::from)?;
                    note(&recorder, Some(parent), &written);
                    Ok(written)
                })
            });
            let written = all(shards, at_once).await?;
            (writer, written)
        };
        let mut extra = Map::new();
        let failed = failed(input);
        if !failed.is_empty() {
            extra.insert("granules_failed".into(), json!(failed));
        }
        writer.finish(extra).await.map_err(Error::from)?;
        Ok((written.iter().map(|shard| shard.cells).sum(), failed))
    }
}

/// Takes down a shard that was written.
fn note(recorder: &Recorder, parent: Option<u64>, written: &ShardWritten) {
    if let Some(parent) = parent {
        recorder.written(parent, written.cells, written.bytes);
    }
}

/// A plan as text, each operator in a line, without what was estimated of it: the same query gives the same store.
fn lines(plan: &Arc<dyn ExecutionPlan>, depth: usize) -> Vec<String> {
    let text = match plan.downcast_ref::<GranuleScanExec>() {
        Some(scan) => scan.summary(),
        None => displayable(plan.as_ref()).one_line().to_string().trim_end().to_owned(),
    };
    let mut all = vec![format!("{}{text}", "  ".repeat(depth))];
    all.extend(plan.children().into_iter().flat_map(|child| lines(child, depth + 1)));
    all
}

/// Runs shards, some at a time. The first error drops, and so ends, all that are under way.
async fn all(
    shards: impl Iterator<Item = SpawnedTask<Result<ShardWritten>>>,
    at_once: usize,
) -> Result<Vec<ShardWritten>> {
    let joined = |shard: SpawnedTask<Result<ShardWritten>>| async move {
        match shard.join().await {
            Ok(done) => done,
            Err(stopped) => exec_err!("a shard stopped early: {stopped}"),
        }
    };
    stream::iter(shards).map(joined).buffer_unordered(at_once).try_collect().await
}

/// All rows of the input as one batch, in the memory that the session allows.
async fn gather(input: &Arc<dyn ExecutionPlan>, context: &Arc<TaskContext>) -> Result<RecordBatch> {
    let reservation = MemoryConsumer::new("rows of a Zarr store").register(context.memory_pool());
    let partitions = input.output_partitioning().partition_count();
    let streams = (0..partitions).map(|partition| {
        let (input, context) = (Arc::clone(input), Arc::clone(context));
        SpawnedTask::spawn(async move {
            input.execute(partition, context)?.try_collect::<Vec<_>>().await
        })
    });
    let streams: Vec<_> = streams.collect();
    let mut batches = Vec::new();
    for stream in streams {
        let found = stream.join().await.map_err(|e| Error::Worker(e.to_string()))??;
        for batch in found {
            // Once as it comes, once as part of the whole, once in the order of the cells.
            reservation.try_grow(3 * batch.get_array_memory_size())?;
            batches.push(batch);
        }
    }
    let rows = concat_batches(&input.schema(), &batches)?;
    drop(batches);
    let cells = rows.column_by_name("cell").ok_or_else(|| Error::Request("no `cell`".into()))?;
    let order = sort_to_indices(cells, None, None)?;
    Ok(take_record_batch(&rows, &order)?)
}

/// The rows of each parent, by rows that ascend by `cell`.
fn by_parent(rows: &RecordBatch, bits: u8) -> Result<Vec<(u64, RecordBatch)>> {
    let cells = rows.column_by_name("cell").and_then(|c| c.as_primitive_opt::<UInt64Type>());
    let Some(cells) = cells else { return exec_err!("`cell` is no UInt64") };
    if cells.null_count() > 0 {
        return exec_err!(
            "{} of {} rows have no `cell`: leave them out by WHERE cell IS NOT NULL, or give them one",
            cells.null_count(),
            cells.len()
        );
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for part in cells.values().chunk_by(|a, b| a >> bits == b >> bits) {
        let parent = part.first().map_or(0, |cell| cell >> bits);
        parts.push((parent, rows.slice(start, part.len())));
        start += part.len();
    }
    Ok(parts)
}

/// The granules that the scans below could not read, where that was allowed.
fn failed(plan: &Arc<dyn ExecutionPlan>) -> Vec<FailedGranule> {
    let mut failed = Vec::new();
    if let Some(scan) = plan.downcast_ref::<GranuleScanExec>() {
        failed.extend_from_slice(scan.failed());
        for partition in 0..scan.partitions().len() {
            let Some(read) = scan.report().take(partition) else { continue };
            for granule in read.granules {
                if let GranuleOutcome::Failed { reason } = granule.outcome {
                    failed.push(FailedGranule { granule: granule.granule, reason });
                }
            }
        }
    }
    failed.extend(plan.children().into_iter().flat_map(self::failed));
    failed.sort_by(|a, b| a.granule.cmp(&b.granule));
    failed.dedup_by(|a, b| a.granule == b.granule);
    failed
}

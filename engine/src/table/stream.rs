//! One partition of a scan as a stream of batches.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::metrics::{
    BaselineMetrics, Count, ExecutionPlanMetricsSet, MetricBuilder,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream, StreamExt};

use crate::granule::{GranulePool, GranuleRows, Meter, Rows, Segment, Wanted};
use crate::journal::Tally;
use crate::table::batch::{Batches, ReadPlan};
use crate::table::{
    GranuleOutcome, GranuleRead, PartitionRead, ScanOptions, ScanPartition, ScanReport,
};

/// Rows of a beam loaded at once where a partition is a whole granule.
const WINDOW_ROWS: u64 = 1 << 20;

/// What EXPLAIN ANALYZE shows of a scan.
#[derive(Debug)]
pub(super) struct ScanMetrics {
    baseline: BaselineMetrics,
    rows_read: Count,
    rows_filtered: Count,
    chunks_decoded: Count,
    granules_read: Count,
    granules_skipped: Count,
    granules_failed: Count,
    requests: Count,
    metadata_requests: Count,
    bytes_read: Count,
    rounds: Count,
    /// Counts for all partitions at once: which of them a request is for is not known, since chunks and
    /// metadata are read for several. Each partition takes what has come together when it ends.
    meter: Option<Arc<Meter>>,
}

impl ScanMetrics {
    pub(super) fn new(
        metrics: &ExecutionPlanMetricsSet,
        partition: usize,
        meter: Option<Arc<Meter>>,
    ) -> Self {
        let count = |name| MetricBuilder::new(metrics).counter(name, partition);
        Self {
            baseline: BaselineMetrics::new(metrics, partition),
            rows_read: count("rows_read"),
            rows_filtered: count("rows_filtered"),
            chunks_decoded: count("chunks_decoded"),
            granules_read: count("granules_read"),
            granules_skipped: count("granules_skipped"),
            granules_failed: count("granules_failed"),
            requests: count("requests"),
            metadata_requests: count("metadata_requests"),
            bytes_read: count("bytes_read"),
            rounds: count("rounds"),
            meter,
        }
    }
}

/// Everything one partition needs.
pub(super) struct Scan {
    pub(super) pool: Arc<GranulePool>,
    pub(super) partition: usize,
    pub(super) spec: ScanPartition,
    pub(super) wanted: Wanted,
    pub(super) tally: Tally,
    pub(super) read: Arc<ReadPlan>,
    pub(super) batch_size: usize,
    pub(super) fetch: Option<usize>,
    pub(super) options: ScanOptions,
    pub(super) report: Arc<ScanReport>,
    pub(super) metrics: ScanMetrics,
}

/// Starts reading when it is first polled.
pub(super) fn open(scan: Scan) -> SendableRecordBatchStream {
    let schema = Arc::clone(&scan.read.output);
    let batches = stream::unfold(Some(Reader::new(scan)), |reader| async move {
        let mut reader = reader?;
        match reader.next().await {
            Ok(Some(batch)) => Some((Ok(batch), Some(reader))),
            Ok(None) => {
                reader.tally.ended();
                reader.finish();
                None
            }
            Err(error) => {
                reader.tally.failed(error.to_string());
                reader.finish();
                Some((Err(error), None))
            }
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

struct Reader {
    pool: Arc<GranulePool>,
    loads: BoxStream<'static, Loaded>,
    /// Loaded and not yet looked at, with the number of their granule.
    pending: VecDeque<Segment>,
    granule: usize,
    batches: Batches,
    left: Option<usize>,
    ended: bool,
    allow_partial: bool,
    done: PartitionRead,
    tally: Tally,
    report: Arc<ScanReport>,
    metrics: ScanMetrics,
}

impl Reader {
    fn new(scan: Scan) -> Self {
        Self {
            loads: loads(Arc::clone(&scan.pool), scan.spec, scan.wanted, scan.options.prefetch),
            batches: Batches::new(scan.read, &scan.pool, scan.batch_size),
            pool: scan.pool,
            pending: VecDeque::new(),
            granule: 0,
            left: scan.fetch,
            ended: false,
            allow_partial: scan.options.allow_partial,
            done: PartitionRead { partition: scan.partition, ..PartitionRead::default() },
            tally: scan.tally,
            report: scan.report,
            metrics: scan.metrics,
        }
    }

    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        while self.left != Some(0) {
            if let Some(batch) = self.batches.next() {
                return Ok(Some(self.limited(batch)));
            }
            if self.ended {
                break;
            }
            if let Some(segment) = self.pending.pop_front() {
                let _timer = self.metrics.baseline.elapsed_compute().timer();
                let rows = segment.rows;
                let kept = self.batches.push(segment, self.granule)?;
                self.done.rows_read += rows as u64;
                self.done.rows_kept += kept as u64;
                self.tally.kept(kept);
                self.metrics.rows_read.add(rows);
                self.metrics.rows_filtered.add(rows - kept);
                continue;
            }
            match self.loads.next().await {
                Some(loaded) => self.accept(loaded)?,
                None => {
                    self.ended = true;
                    self.batches.finish()?;
                }
            }
        }
        Ok(None)
    }

    /// Accounts for a load, and queues its rows.
    fn accept(&mut self, loaded: Loaded) -> Result<()> {
        let granule = &self.pool.granules()[loaded.granule];
        let outcome = match loaded.rows {
            Ok(rows) => {
                let read: u64 = rows.segments.iter().map(|s| s.rows as u64).sum();
                self.done.chunks_decoded += rows.chunks_decoded;
                self.metrics.chunks_decoded.add(rows.chunks_decoded as usize);
                self.pending = rows.segments.into();
                self.granule = loaded.granule;
                if read == 0 { GranuleOutcome::NoRows } else { GranuleOutcome::Read { rows: read } }
            }
            Err(error) if self.allow_partial => {
                GranuleOutcome::Failed { reason: error.to_string() }
            }
            Err(error) => {
                let outcome = GranuleOutcome::Failed { reason: error.to_string() };
                self.tally.loaded(granule, &outcome, loaded.took);
                return Err(error.into());
            }
        };
        self.tally.loaded(granule, &outcome, loaded.took);
        let granule = &granule.id;
        match self.done.granules.last_mut() {
            // Another window of the same granule.
            Some(last) if last.granule == *granule => last.outcome.and(outcome),
            _ => self.done.granules.push(GranuleRead {
                granule: granule.clone(),
                outcome,
                beams_missing: loaded.beams_missing,
            }),
        }
        Ok(())
    }

    fn limited(&mut self, batch: RecordBatch) -> RecordBatch {
        let batch = match &mut self.left {
            Some(left) => {
                let batch = batch.slice(0, batch.num_rows().min(*left));
                *left -= batch.num_rows();
                batch
            }
            None => batch,
        };
        self.metrics.baseline.record_output(batch.num_rows());
        batch
    }

    fn finish(self) {
        for granule in &self.done.granules {
            match granule.outcome {
                GranuleOutcome::Read { .. } => self.metrics.granules_read.add(1),
                GranuleOutcome::NoRows => self.metrics.granules_skipped.add(1),
                GranuleOutcome::Failed { .. } => self.metrics.granules_failed.add(1),
            }
        }
        if let Some(meter) = &self.metrics.meter {
            let reads = meter.since_last();
            self.metrics.requests.add(reads.requests as usize);
            self.metrics.metadata_requests.add(reads.metadata_requests as usize);
            self.metrics.bytes_read.add(reads.bytes as usize);
            self.metrics.rounds.add(reads.rounds as usize);
        }
        self.report.finish(self.done);
    }
}

/// Rows that were loaded, or why they were not.
struct Loaded {
    granule: usize,
    took: Duration,
    beams_missing: Vec<String>,
    rows: crate::error::Result<GranuleRows>,
}

/// The granules of a partition in order, some of them loading ahead of the reader.
fn loads(
    pool: Arc<GranulePool>,
    spec: ScanPartition,
    wanted: Wanted,
    prefetch: usize,
) -> BoxStream<'static, Loaded> {
    let wanted = Arc::new(wanted);
    let granules = stream::iter(spec.granules);
    let parts = match spec.shard {
        Some(shard) => granules
            .map(move |granule| {
                load(Arc::clone(&pool), granule, Some(Rows::Shard(shard)), Arc::clone(&wanted))
            })
            .boxed(),
        None => granules
            .then(move |granule| windows(Arc::clone(&pool), granule, Arc::clone(&wanted)))
            .flatten()
            .boxed(),
    };
    parts.buffered(prefetch.max(1)).boxed()
}

/// Loads rows of a granule, or only opens it.
fn load(
    pool: Arc<GranulePool>,
    granule: usize,
    rows: Option<Rows>,
    wanted: Arc<Wanted>,
) -> BoxFuture<'static, Loaded> {
    Box::pin(async move {
        let started = Instant::now();
        let (beams_missing, rows) = match (pool.open(granule).await, rows) {
            (Ok(opened), Some(rows)) => {
                (opened.missing.clone(), pool.rows(granule, &rows, &wanted).await)
            }
            (Ok(opened), None) => {
                let rows = pool.confirm(granule).await.map(|()| GranuleRows::default());
                (opened.missing.clone(), rows)
            }
            (Err(error), _) => (Vec::new(), Err(error)),
        };
        Loaded { granule, took: started.elapsed(), beams_missing, rows }
    })
}

/// A granule beam by beam and window by window, so that it is never in memory as a whole. One that cannot
/// be opened, or has no rows, is one load that says so.
async fn windows(
    pool: Arc<GranulePool>,
    granule: usize,
    wanted: Arc<Wanted>,
) -> impl Stream<Item = BoxFuture<'static, Loaded>> {
    let mut parts = Vec::new();
    if let Ok(opened) = pool.open(granule).await {
        for (b, beam) in opened.beams.iter().enumerate() {
            let starts = (0..beam.rows).step_by(WINDOW_ROWS as usize);
            parts.extend(starts.map(|s| Some(Rows::Beam(b, s..(s + WINDOW_ROWS).min(beam.rows)))));
        }
    }
    if parts.is_empty() {
        parts.push(None);
    }
    stream::iter(parts).map(move |rows| load(Arc::clone(&pool), granule, rows, Arc::clone(&wanted)))
}

//! What one partition of a scan did, until it comes to its end in whatever way.

use std::sync::Arc;
use std::time::{Duration, Instant};

use object_store::path::Path;

use super::Recorder;
use super::rows::{GranuleRow, Outcome, ShardRow};
use crate::granule::GranuleRef;
use crate::table::GranuleOutcome;

/// Counts for one partition. The journal gets it when this is dropped: a query that is cancelled is remembered too.
#[derive(Debug)]
pub(crate) struct Tally {
    recorder: Arc<Recorder>,
    table: Arc<str>,
    shard: Option<u64>,
    started: Instant,
    granules: Vec<(String, GranuleRow)>,
    outcome: Outcome,
}

impl Tally {
    pub(crate) fn new(recorder: Arc<Recorder>, table: &Arc<str>, shard: Option<u64>) -> Self {
        recorder.begin();
        Self {
            recorder,
            table: Arc::clone(table),
            shard,
            started: Instant::now(),
            granules: Vec::new(),
            outcome: Outcome::Stopped,
        }
    }

    /// A granule, or a further part of the last one, was loaded.
    pub(crate) fn loaded(
        &mut self,
        granule: &GranuleRef,
        outcome: &GranuleOutcome,
        took: Duration,
    ) {
        let (outcome, rows_read) = match outcome {
            GranuleOutcome::Read { rows } => (Outcome::Read, *rows),
            GranuleOutcome::NoRows => (Outcome::Skipped, 0),
            GranuleOutcome::Failed { reason } => (Outcome::Failed(reason.clone()), 0),
        };
        let object: Path = granule.location.path.clone();
        let seconds = took.as_secs_f64();
        let row = GranuleRow { outcome, rows_read, rows_kept: 0, seconds, object };
        match self.granules.last_mut() {
            Some((id, last)) if *id == granule.id => last.add(row),
            _ => self.granules.push((granule.id.clone(), row)),
        }
    }

    /// So many rows of the last granule passed the filter.
    pub(crate) fn kept(&mut self, rows: usize) {
        if let Some((_, last)) = self.granules.last_mut() {
            last.rows_kept += rows as u64;
        }
    }

    /// The partition came to its end.
    pub(crate) fn ended(&mut self) {
        let read = self.granules.iter().any(|(_, granule)| granule.rows_read > 0);
        self.outcome = if read { Outcome::Read } else { Outcome::Skipped };
    }

    /// The partition failed.
    pub(crate) fn failed(&mut self, reason: String) {
        self.outcome = Outcome::Failed(reason);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        let sum =
            |part: fn(&GranuleRow) -> u64| self.granules.iter().map(|(_, row)| part(row)).sum();
        if let Some(shard) = self.shard {
            let row = ShardRow {
                outcome: std::mem::take(&mut self.outcome),
                rows_read: sum(|row| row.rows_read),
                rows_kept: sum(|row| row.rows_kept),
                seconds: self.started.elapsed().as_secs_f64(),
                written: None,
            };
            self.recorder.shard(&self.table, shard, row);
        }
        for (granule, row) in self.granules.drain(..) {
            self.recorder.granule(&self.table, granule, row);
        }
    }
}

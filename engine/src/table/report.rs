//! What a scan read, skipped and failed to read: the completeness of its result.

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// What became of one granule in one partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GranuleOutcome {
    /// Rows were read.
    Read {
        /// How many, before any filter.
        rows: u64,
    },
    /// The granule is sound and has no row here. Shard maps made from footprints may say more than is so.
    NoRows,
    /// The granule could not be read, and none of its rows is in the result.
    Failed {
        /// The error.
        reason: String,
    },
}

impl GranuleOutcome {
    /// Adds what became of a further part of the same granule.
    pub(super) fn and(&mut self, part: Self) {
        match (&mut *self, part) {
            (Self::Failed { .. }, _) | (_, Self::NoRows) => {}
            (Self::Read { rows }, Self::Read { rows: more }) => *rows += more,
            (before, part) => *before = part,
        }
    }
}

/// One granule in one partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GranuleRead {
    /// The granule's id.
    pub granule: String,
    /// What became of it.
    pub outcome: GranuleOutcome,
    /// Beams that the granule does not have, which is normal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beams_missing: Vec<String>,
}

/// One partition of a scan, from its start to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionRead {
    /// The partition's number in the plan.
    pub partition: usize,
    /// Rows of the granules that fall into the partition.
    pub rows_read: u64,
    /// Those that the filter let pass.
    pub rows_kept: u64,
    /// HDF5 chunks decoded on this partition's behalf, beside those it found in the cache.
    pub chunks_decoded: u64,
    /// Every granule of the partition that was looked at.
    pub granules: Vec<GranuleRead>,
}

impl PartitionRead {
    /// Rows that the filter dropped.
    pub fn rows_filtered(&self) -> u64 {
        self.rows_read - self.rows_kept
    }
}

/// Collects [`PartitionRead`]s while a plan runs.
#[derive(Debug, Default)]
pub struct ScanReport {
    finished: Mutex<Vec<PartitionRead>>,
}

impl ScanReport {
    pub(super) fn finish(&self, read: PartitionRead) {
        self.finished.lock().push(read);
    }

    /// Takes out the report on `partition`, once it has come to its end.
    pub fn take(&self, partition: usize) -> Option<PartitionRead> {
        let mut finished = self.finished.lock();
        let at = finished.iter().position(|read| read.partition == partition)?;
        Some(finished.swap_remove(at))
    }
}

//! The rows of the tables.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use object_store::path::Path;

/// What became of a granule or a shard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Rows were read.
    Read,
    /// It is sound and has no row here.
    #[default]
    Skipped,
    /// It could not be read.
    Failed(String),
    /// Nobody wanted the rest: a LIMIT was reached, or the query cancelled.
    Stopped,
}

/// A statement that read granules, or a run.
#[derive(Debug, Clone)]
pub(super) struct QueryRow {
    pub(super) query: u64,
    pub(super) sql: Option<Arc<str>>,
    pub(super) started: DateTime<Utc>,
    /// Granules that are not in `zagg.granules`, since there are too many.
    pub(super) left_out: u64,
}

/// One granule in one query, all partitions together.
#[derive(Debug, Clone, Default)]
pub(crate) struct GranuleRow {
    pub(crate) outcome: Outcome,
    pub(crate) rows_read: u64,
    pub(crate) rows_kept: u64,
    /// Waited for and decoded, added up over what was under way at the same time.
    pub(crate) seconds: f64,
    /// Its path in its store.
    pub(crate) object: Path,
}

/// One shard in one query.
#[derive(Debug, Clone, Default)]
pub(crate) struct ShardRow {
    pub(crate) outcome: Outcome,
    pub(crate) rows_read: u64,
    pub(crate) rows_kept: u64,
    pub(crate) seconds: f64,
    /// In the store that the query wrote.
    pub(crate) written: Option<Written>,
}

/// A shard in a store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) cells: u64,
    pub(crate) bytes: u64,
}

/// One request to a store.
#[derive(Debug, Clone)]
pub(crate) struct RequestRow {
    pub(crate) query: Option<u64>,
    /// The store's own link; none for files of this machine.
    pub(crate) store: Option<Arc<str>>,
    pub(crate) object: Path,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) seconds: f64,
    pub(crate) purpose: &'static str,
}

impl Outcome {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Skipped => "skipped",
            Self::Failed(_) => "failed",
            Self::Stopped => "stopped",
        }
    }

    pub(super) fn reason(&self) -> Option<&str> {
        match self {
            Self::Failed(reason) => Some(reason),
            _ => None,
        }
    }

    /// The graver of the two: that of a whole, of whose parts these are.
    pub(super) fn and(&mut self, other: Self) {
        let gravity = |outcome: &Self| match outcome {
            Self::Skipped => 0,
            Self::Read => 1,
            Self::Stopped => 2,
            Self::Failed(_) => 3,
        };
        if gravity(&other) > gravity(self) {
            *self = other;
        }
    }
}

impl GranuleRow {
    pub(super) fn add(&mut self, other: Self) {
        self.outcome.and(other.outcome);
        self.rows_read += other.rows_read;
        self.rows_kept += other.rows_kept;
        self.seconds += other.seconds;
        self.object = other.object;
    }
}

impl RequestRow {
    /// Where the object is, as it may be shown.
    pub(super) fn url(&self) -> String {
        match &self.store {
            Some(store) => format!("{}/{}", store.trim_end_matches('/'), self.object),
            None => format!("/{}", self.object),
        }
    }
}

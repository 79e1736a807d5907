//! What a worker answers.

use serde::{Deserialize, Serialize};
use zagg_engine::run::ShardOutcome;

use crate::EVENT_VERSION;

/// The answer to a [`ShardEvent`](crate::ShardEvent).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShardResponse {
    /// [`EVENT_VERSION`].
    pub version: u32,
    /// How it went.
    #[serde(flatten)]
    pub result: Result<ShardOutcome, WorkerError>,
}

/// Why a shard could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct WorkerError {
    /// What went wrong, with what.
    pub message: String,
    /// Whether doing it again can help.
    pub retryable: bool,
}

impl ShardResponse {
    pub(crate) fn new(result: Result<ShardOutcome, WorkerError>) -> Self {
        Self { version: EVENT_VERSION, result }
    }
}

impl From<zagg_engine::Error> for WorkerError {
    fn from(error: zagg_engine::Error) -> Self {
        Self { retryable: error.is_retryable(), message: error.to_string() }
    }
}

//! What a worker is told.

use serde::{Deserialize, Serialize};
use zagg_engine::Result;
use zagg_engine::catalog::GranuleLink;
use zagg_engine::run::{Job, ShardJob};
use zagg_engine::table::ColumnInfo;

/// The version of [`ShardEvent`] and [`ShardResponse`](crate::ShardResponse). A worker refuses any other, since a
/// field it does not know could change the result.
pub const EVENT_VERSION: u32 = 1;

/// One shard of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardEvent {
    /// [`EVENT_VERSION`].
    pub version: u32,
    /// The configuration's name, which is the table's.
    pub config_name: String,
    /// The configuration as YAML.
    pub config: String,
    /// Where the store is: its template has been written.
    pub store: String,
    /// The shard's number in the store.
    pub chunk: usize,
    /// The shard: a nested id at the parent order. As text, since readers of JSON keep only 53 bits.
    pub cell: String,
    /// The granules to look at.
    pub granules: Vec<GranuleLink>,
    /// The columns' types, as the dispatcher found them: every worker plans the same query.
    pub columns: Vec<ColumnInfo>,
    /// Rows in a batch.
    pub batch_size: usize,
    /// Bytes of decoded chunks to keep.
    pub cache_bytes: usize,
    /// Go on without granules that cannot be read.
    pub allow_partial: bool,
}

impl ShardEvent {
    /// The event for one shard of a job.
    ///
    /// # Errors
    /// When the job has no such shard.
    pub fn of_job(job: &Job, chunk: usize) -> Result<Self> {
        let ShardJob { chunk, cell, granules, columns } = job.shard_job(chunk)?;
        let request = job.request();
        Ok(Self {
            version: EVENT_VERSION,
            config_name: request.config.name.clone(),
            config: request.config.text.clone(),
            store: request.store.clone(),
            chunk,
            cell: cell.to_string(),
            granules,
            columns,
            batch_size: request.batch_size,
            cache_bytes: request.cache_bytes,
            allow_partial: request.allow_partial,
        })
    }
}

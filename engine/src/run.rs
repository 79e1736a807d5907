//! A whole run: configuration and granules in, a finished store out.
//!
//! ```text
//! RunRequest ─► Job (shard map, plan, store template) ─► ShardRunner, shard by shard ─► finish ─► RunSummary
//! ```
//!
//! The plan is one and the same whoever drives it. [`LocalRunner`] executes its partitions in this process;
//! a remote runner sends each shard elsewhere, where a job of that one shard is prepared and run.

mod cost;
mod drive;
mod indexing;
pub(crate) mod input;
mod job;
mod link;
mod local;
mod outcome;
mod request;
mod spec;
mod summary;

pub use drive::{ShardRunner, drive};
pub use indexing::{IndexRequest, IndexSummary, make_index};
pub use job::{Job, ShardJob};
pub use local::LocalRunner;
pub use outcome::ShardOutcome;
pub use request::{Input, RunRequest};
pub use summary::{DryRun, FailedGranule, IndexUse, RunSummary};

use std::sync::Arc;

use crate::error::Result;

/// Shards under way for each worker: while one waits for bytes, or for a chunk that a neighbour is decoding,
/// another goes on.
const SHARDS_PER_WORKER: usize = 2;

/// Runs a request to its end in this process: template, all shards, completion mark.
///
/// `progress` is called as each shard is done, with the number done and the number of all.
///
/// # Errors
/// As [`Job::prepare`], [`Job::check_cost`] and [`ShardRunner::run_shard`]. The store is then left without its completion mark.
pub async fn run(
    request: RunRequest,
    progress: impl FnMut(&ShardOutcome, usize, usize),
) -> Result<RunSummary> {
    let job = Arc::new(Job::prepare(request).await?);
    job.check_cost().await?;
    let runner = LocalRunner::create(Arc::clone(&job)).await?;
    let under_way = job.workers().saturating_mul(SHARDS_PER_WORKER);
    let outcomes = drive(Arc::new(runner), job.shards(), under_way, progress).await?;
    job.finish(outcomes).await
}

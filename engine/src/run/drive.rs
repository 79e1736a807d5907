//! Shards through a runner, some at a time.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::task::JoinSet;

use crate::error::{Error, Result};
use crate::run::ShardOutcome;

/// Somewhere shards can be run: this process, a function service, a cluster.
#[async_trait]
pub trait ShardRunner: Send + Sync + 'static {
    /// Reads, aggregates and writes one shard, by its number in the store. Doing it again is safe: it
    /// writes the same bytes.
    async fn run_shard(&self, chunk: usize) -> Result<ShardOutcome>;
}

/// Runs shards `0..shards` in their order, `workers` at a time, and gives the outcomes in that order.
///
/// # Errors
/// The first error of any shard. The shards under way are given up.
pub async fn drive(
    runner: Arc<dyn ShardRunner>,
    shards: usize,
    workers: usize,
    mut progress: impl FnMut(&ShardOutcome, usize, usize),
) -> Result<Vec<ShardOutcome>> {
    let mut waiting = 0..shards;
    let mut running = JoinSet::new();
    let mut outcomes = Vec::with_capacity(shards);
    loop {
        while running.len() < workers.max(1)
            && let Some(chunk) = waiting.next()
        {
            let runner = Arc::clone(&runner);
            running.spawn(async move { runner.run_shard(chunk).await });
        }
        let Some(finished) = running.join_next().await else { break };
        let outcome = finished.map_err(|e| Error::Worker(e.to_string()))??;
        progress(&outcome, outcomes.len() + 1, shards);
        outcomes.push(outcome);
    }
    outcomes.sort_unstable_by_key(|outcome| outcome.chunk);
    Ok(outcomes)
}

//! A run by events, in this process.

use std::sync::Arc;

use async_trait::async_trait;
use zagg_engine::run::{Job, ShardOutcome, ShardRunner};
use zagg_engine::{Error, Result};

use crate::{ShardEvent, ShardResponse, handle};

/// Sends every shard through its serialised event and response, and runs it here.
#[derive(Debug)]
pub struct EventRunner {
    job: Arc<Job>,
}

impl EventRunner {
    /// Writes the store's template first, as the dispatcher of a remote run would.
    ///
    /// # Errors
    /// When something is there already and the request does not say to overwrite it.
    pub async fn create(job: Arc<Job>) -> Result<Self> {
        job.create_store().await?;
        Ok(Self { job })
    }
}

#[async_trait]
impl ShardRunner for EventRunner {
    async fn run_shard(&self, chunk: usize) -> Result<ShardOutcome> {
        let broken = |e: serde_json::Error| Error::Worker(e.to_string());
        let event = serde_json::to_vec(&ShardEvent::of_job(&self.job, chunk)?).map_err(broken)?;
        let response = serde_json::to_vec(&handle(&event).await).map_err(broken)?;
        let response: ShardResponse = serde_json::from_slice(&response).map_err(broken)?;
        response.result.map_err(|error| Error::Worker(format!("shard {chunk}: {error}")))
    }
}

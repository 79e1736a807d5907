//! The worker: from an event's bytes to a response.

use zagg_engine::config::Config;
use zagg_engine::run::{Input, Job, RunRequest, ShardJob, ShardOutcome};

use crate::{EVENT_VERSION, ShardEvent, ShardResponse, WorkerError};

/// Does the shard that `event`, a [`ShardEvent`] in JSON, describes.
///
/// Never fails: what goes wrong is in the response.
pub async fn handle(event: &[u8]) -> ShardResponse {
    ShardResponse::new(run(event).await)
}

async fn run(event: &[u8]) -> Result<ShardOutcome, WorkerError> {
    let refused = |message: String| WorkerError { message, retryable: false };
    // The version first: an event of another version need not have the fields of this one.
    let version = serde_json::from_slice::<Version>(event)
        .map_err(|e| refused(format!("not a shard event: {e}")))?
        .version;
    if version != EVENT_VERSION {
        return Err(refused(format!(
            "the event has version {version}, this worker knows version {EVENT_VERSION}"
        )));
    }
    let event: ShardEvent =
        serde_json::from_slice(event).map_err(|e| refused(format!("not a shard event: {e}")))?;
    let cell: u64 = event
        .cell
        .parse()
        .map_err(|_| refused(format!("the shard `{}` is not a nested id", event.cell)))?;

    let config =
        Config::parse(&event.config_name, &event.config).map_err(zagg_engine::Error::from)?;
    let mut request = RunRequest::new(config, Input::Granules(Vec::new()), event.store);
    request.batch_size = event.batch_size;
    request.cache_bytes = event.cache_bytes;
    request.allow_partial = event.allow_partial;
    let shard =
        ShardJob { chunk: event.chunk, cell, granules: event.granules, columns: event.columns };
    let job = Job::prepare_shard(request, shard).await?;
    Ok(job.run_only_shard(event.chunk).await?)
}

#[derive(serde::Deserialize)]
struct Version {
    version: u32,
}

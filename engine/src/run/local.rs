//! Shards in this process.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use futures::StreamExt;

use crate::error::{Error, Result};
use crate::run::{Job, ShardOutcome, ShardRunner};
use crate::store::StoreWriter;

/// Executes the partitions of a job's plan here, and writes each as its chunk.
#[derive(Debug)]
pub struct LocalRunner {
    job: Arc<Job>,
    writer: StoreWriter,
}

impl LocalRunner {
    /// Begins the store first.
    ///
    /// # Errors
    /// When something is there already and the request does not say to overwrite it.
    pub async fn create(job: Arc<Job>) -> Result<Self> {
        let writer = job.create_store_alone().await?;
        Ok(Self { job, writer })
    }
}

#[async_trait]
impl ShardRunner for LocalRunner {
    async fn run_shard(&self, chunk: usize) -> Result<ShardOutcome> {
        self.job.run_partition(chunk, &self.writer, chunk).await
    }
}

impl Job {
    /// Executes one partition of the plan and writes it as chunk `chunk` of the store.
    pub(super) async fn run_partition(
        &self,
        partition: usize,
        writer: &StoreWriter,
        chunk: usize,
    ) -> Result<ShardOutcome> {
        let started = Instant::now();
        let cell = self.shard(partition)?.cell;
        let mut buffer = writer.shard(chunk);
        let mut rows = self.plan().execute(partition, Arc::clone(self.task()))?;
        while let Some(batch) = rows.next().await {
            buffer.push(&batch?)?;
        }
        drop(rows);
        let read = self.report().take(partition).ok_or_else(|| {
            Error::Worker(format!("shard {cell} ended without a report on what was read"))
        })?;
        // One worker is one core: compressing beside the scan would be a second one.
        let written = match self.workers() {
            1 => writer.write_shard_here(buffer).await?,
            _ => writer.write_shard(buffer).await?,
        };
        self.recorder().written(cell, written.cells, written.bytes);
        Ok(ShardOutcome {
            chunk,
            cell,
            read,
            cells: written.cells,
            objects: written.objects as u64,
            bytes_written: written.bytes,
            sha256: written.sha256,
            seconds: started.elapsed().as_secs_f64(),
        })
    }
}

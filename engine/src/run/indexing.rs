//! Making a granule index: of granules alone, or beside a run.

use std::sync::Arc;
use std::time::Instant;

use datafusion::execution::runtime_env::RuntimeEnv;
use futures::stream::{self, StreamExt};
use serde::Serialize;
use zagg_catalog::ShardMap;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::granule::{GranulePool, GranuleRef, Locations, PoolOptions};
use crate::index::{GranuleEntry, IndexWriter};
use crate::run::{FailedGranule, Input, Job, input};

/// Everything that decides a granule index.
#[derive(Debug, Clone)]
pub struct IndexRequest {
    /// Which datasets, and which grid.
    pub config: Config,
    /// Of which granules. Of a shard map all granules are taken, each once.
    pub input: Input,
    /// Where it goes: a path or an `s3://` URL. What is there already is replaced.
    pub out: String,
    /// Granules worked on at once.
    pub workers: usize,
    /// Go on without granules that cannot be read, and list them.
    pub allow_partial: bool,
    /// The host program's object stores and memory pool, as in [`RunRequest`](crate::run::RunRequest).
    pub runtime: Arc<RuntimeEnv>,
}

/// An index that was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndexSummary {
    /// Where it is.
    pub index: String,
    /// Its bytes.
    pub bytes: u64,
    /// Granules in it.
    pub granules: usize,
    /// Granules that could not be read, with the reasons.
    pub granules_failed: Vec<FailedGranule>,
    /// Their rows.
    pub rows: u64,
    /// Runs of rows in one cell.
    pub runs: u64,
    /// HDF5 chunks.
    pub chunks: u64,
    /// Requests for granules.
    pub requests: u64,
    /// Bytes of granules read.
    pub bytes_read: u64,
    /// From the start until it was written.
    pub seconds: f64,
}

impl IndexSummary {
    fn new(index: &str) -> Self {
        Self {
            index: index.to_owned(),
            bytes: 0,
            granules: 0,
            granules_failed: Vec::new(),
            rows: 0,
            runs: 0,
            chunks: 0,
            requests: 0,
            bytes_read: 0,
            seconds: 0.0,
        }
    }

    fn count(&mut self, entry: &GranuleEntry) {
        self.granules += 1;
        for rows in entry.beams.iter().filter_map(|beam| beam.found.as_ref()) {
            self.rows += rows.rows;
            self.runs += rows.runs.len() as u64;
            self.chunks += rows.datasets.iter().map(|parts| parts.chunks() as u64).sum::<u64>();
        }
    }
}

/// Reads structure and positions of granules and writes what they say as a
/// [granule index](crate::index).
///
/// `progress` is called as granules are done, with the number done and the number of all.
///
/// # Errors
/// When the input or a granule cannot be read (unless `allow_partial`), when there is no granule, or when the
/// index cannot be written. Then what was at its place stays.
pub async fn make_index(
    request: IndexRequest,
    mut progress: impl FnMut(usize, usize),
) -> Result<IndexSummary> {
    let started = Instant::now();
    let IndexRequest { config, input, out, workers, allow_partial, runtime } = request;
    let locations = Locations::new(Arc::clone(&runtime.object_store_registry));
    let to = Locations::new(Arc::clone(&runtime.object_store_registry)).resolve(&out)?;
    let mut granules = match input {
        Input::ShardMap(path) => {
            input::granules_of(&ShardMap::read(path)?, config.source.driver, &locations).await?
        }
        Input::Granules(links) => input::granules(&links, &locations)?,
    };
    granules.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some([a, _]) = granules.array_windows().find(|[a, b]| a.id == b.id) {
        return Err(Error::Request(format!("granule {} is given twice", a.id)));
    }
    let all = granules.len();
    let mut summary = IndexSummary::new(&out);
    let mut writer = IndexWriter::new(&config.grid)?;
    let described = |granule: GranuleRef| {
        // A pool for each, so that nothing of it stays when it is done.
        let pool = GranulePool::try_new(
            config.source.clone(),
            config.grid,
            vec![granule.clone()],
            None,
            &runtime.memory_pool,
            &PoolOptions::default(),
        );
        async move { (granule.id, async { pool?.describe(0).await }.await) }
    };
    let mut entries = stream::iter(granules).map(described).buffered(workers.max(1));
    let mut done = 0;
    while let Some((id, entry)) = entries.next().await {
        done += 1;
        match entry {
            Ok(entry) => {
                summary.count(&entry);
                writer.push(entry)?;
            }
            Err(error) if allow_partial => summary
                .granules_failed
                .push(FailedGranule { granule: id, reason: error.to_string() }),
            Err(error) => return Err(error),
        }
        progress(done, all);
    }
    if summary.granules == 0 {
        let reasons = summary.granules_failed.iter().map(|f| format!("\n  {}", f.reason));
        let reasons: String = reasons.collect();
        return Err(Error::Request(format!("none of {all} granules could be read{reasons}")));
    }
    summary.bytes = writer.write(&to).await?;
    summary.requests = locations.traffic().gets();
    summary.bytes_read = locations.traffic().bytes_read();
    summary.seconds = started.elapsed().as_secs_f64();
    Ok(summary)
}

impl Job {
    /// Writes the granule index that was asked for: of the granules whose rows are known by now.
    pub(super) async fn write_index(&self) -> Result<Option<IndexSummary>> {
        let Some(out) = &self.request.index_out else { return Ok(None) };
        let started = Instant::now();
        let before = (self.locations.traffic().gets(), self.locations.traffic().bytes_read());
        let to = self.locations.resolve(out)?;
        let mut summary = IndexSummary::new(out);
        let mut writer = IndexWriter::new(self.pool.grid())?;
        for granule in self.pool.known_rows() {
            match self.pool.describe(granule).await {
                Ok(entry) => {
                    summary.count(&entry);
                    writer.push(entry)?;
                }
                Err(error) if self.request.allow_partial => {
                    let granule = self.pool.granules()[granule].id.clone();
                    summary
                        .granules_failed
                        .push(FailedGranule { granule, reason: error.to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        summary.bytes = writer.write(&to).await?;
        summary.requests = self.locations.traffic().gets() - before.0;
        summary.bytes_read = self.locations.traffic().bytes_read() - before.1;
        summary.seconds = started.elapsed().as_secs_f64();
        Ok(Some(summary))
    }
}

//! What a run did, for people and for programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::cost::Estimate;
use crate::error::Result;
use crate::run::{IndexSummary, Job, ShardOutcome};
use crate::table::GranuleOutcome;

/// A granule that is not, or not wholly, in the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedGranule {
    /// The granule's id.
    pub granule: String,
    /// The error.
    pub reason: String,
}

/// How far a granule index went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndexUse {
    /// The index.
    pub index: String,
    /// Granules that it told of.
    pub granules: usize,
    /// Granules that were opened instead: they are not in the index, or without some dataset or beam.
    pub lacks: Vec<String>,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunSummary {
    /// Where the store is.
    pub store: String,
    /// The order of its cells, which is the name of the group to open.
    pub level: u8,
    /// Whether every granule is in the result as a whole.
    pub complete: bool,
    /// Shards in the store.
    pub shards: usize,
    /// Those with at least one cell with data.
    pub shards_with_data: usize,
    /// Granules of which rows were read.
    pub granules_read: usize,
    /// Granules without a row in any of the shards.
    pub granules_skipped: usize,
    /// Granules that could not be read, with the reasons.
    pub granules_failed: Vec<FailedGranule>,
    /// Beams that granules do not have.
    pub beams_missing: usize,
    /// Rows that fall into the shards.
    pub rows_read: u64,
    /// Rows that the filters dropped.
    pub rows_filtered: u64,
    /// Rows that were aggregated.
    pub rows_kept: u64,
    /// Rows without a valid position, in the granules read: they are in no shard.
    pub rows_invalid_position: u64,
    /// Cells with data.
    pub cells: u64,
    /// The granule index that was used.
    pub index: Option<IndexUse>,
    /// The granule index that was written.
    pub index_out: Option<IndexSummary>,
    /// Requests for granules.
    pub requests: u64,
    /// Those of them that asked for metadata.
    pub metadata_requests: u64,
    /// Bytes of granules read.
    pub bytes_read: u64,
    /// HDF5 chunks decoded.
    pub chunks_decoded: u64,
    /// Chunk objects written.
    pub objects: u64,
    /// Their bytes.
    pub bytes_written: u64,
    /// From the start to the completion mark.
    pub seconds: f64,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DryRun {
    /// Where the store would be.
    pub store: String,
    /// Shards.
    pub shards: usize,
    /// Distinct granules in them.
    pub granules: usize,
    /// Pairs of a shard and a granule.
    pub pairs: usize,
    /// Fewest and most granules of a shard.
    pub granules_per_shard: (usize, usize),
    /// Granules that could not be read while the shard map was made.
    pub granules_failed: Vec<FailedGranule>,
    /// The granule index that would be used.
    pub index: Option<IndexUse>,
    /// What it would cost, where that was estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
    /// The query.
    pub sql: String,
}

impl Job {
    /// What running this job would mean.
    pub fn dry_run(&self) -> DryRun {
        let sizes = || self.map.shards.iter().map(|shard| shard.granules.len());
        let mut granules: Vec<&str> = self.map.granules.iter().map(|g| g.id.as_str()).collect();
        granules.dedup();
        DryRun {
            store: self.request.store.clone(),
            shards: self.shards(),
            granules: granules.len(),
            pairs: sizes().sum(),
            granules_per_shard: (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0)),
            granules_failed: self.failed.clone(),
            index: self.index_use(),
            estimate: None,
            sql: self.request.config.sql(),
        }
    }

    /// Sets the store's completion mark, once every shard is written, writes the granule index that was asked
    /// for, and sums up.
    ///
    /// # Errors
    /// When the metadata or the index cannot be written.
    pub async fn finish(&self, outcomes: Vec<ShardOutcome>) -> Result<RunSummary> {
        let mut summary = self.sum_up(&outcomes);
        let mut extra = Map::new();
        if !summary.complete {
            extra.insert("granules_failed".into(), json!(summary.granules_failed));
        }
        self.attach_store()?.finish(extra).await?;
        summary.index_out = self.write_index().await?;
        summary.seconds = self.started.elapsed().as_secs_f64();
        Ok(summary)
    }

    fn index_use(&self) -> Option<IndexUse> {
        let index = self.pool.granule_index()?.name().to_owned();
        let granules = self.pool.granules().iter().enumerate();
        let lacking = granules.filter(|(granule, _)| self.pool.index_of(*granule).is_none());
        let lacks: Vec<String> = lacking.map(|(_, granule)| granule.id.clone()).collect();
        Some(IndexUse { index, granules: self.pool.granules().len() - lacks.len(), lacks })
    }

    fn sum_up(&self, outcomes: &[ShardOutcome]) -> RunSummary {
        // A granule has one outcome in each of its shards; the run's is the gravest.
        let mut read: BTreeMap<&str, (bool, usize)> = BTreeMap::new();
        let mut failed: BTreeMap<&str, &str> =
            self.failed.iter().map(|f| (f.granule.as_str(), f.reason.as_str())).collect();
        for granule in outcomes.iter().flat_map(|o| &o.read.granules) {
            let entry = read.entry(&granule.granule).or_default();
            entry.1 = granule.beams_missing.len();
            match &granule.outcome {
                GranuleOutcome::Read { .. } => entry.0 = true,
                GranuleOutcome::NoRows => {}
                GranuleOutcome::Failed { reason } => {
                    failed.insert(&granule.granule, reason);
                }
            }
        }
        let read_by = |wanted: bool| {
            let of = |(id, (read, _)): &(&&str, &(bool, usize))| {
                *read == wanted && !failed.contains_key(**id)
            };
            read.iter().filter(of).count()
        };
        let sum = |part: fn(&ShardOutcome) -> u64| outcomes.iter().map(part).sum::<u64>();
        let traffic = self.locations.traffic();
        RunSummary {
            store: self.request.store.clone(),
            level: self.request.config.grid.child_order,
            complete: failed.is_empty(),
            shards: outcomes.len(),
            shards_with_data: outcomes.iter().filter(|o| o.cells > 0).count(),
            granules_read: read_by(true),
            granules_skipped: read_by(false),
            beams_missing: read.values().map(|(_, beams)| beams).sum(),
            granules_failed: failed
                .iter()
                .map(|(granule, reason)| FailedGranule {
                    granule: (*granule).to_owned(),
                    reason: (*reason).to_owned(),
                })
                .collect(),
            rows_read: sum(|o| o.read.rows_read),
            rows_filtered: sum(|o| o.read.rows_filtered()),
            rows_kept: sum(|o| o.read.rows_kept),
            rows_invalid_position: self.pool.rows_invalid_position(),
            cells: sum(|o| o.cells),
            index: self.index_use(),
            index_out: None,
            requests: traffic.gets(),
            metadata_requests: traffic.metadata_gets(),
            bytes_read: traffic.bytes_read(),
            chunks_decoded: self.pool.chunks_decoded(),
            objects: sum(|o| o.objects),
            bytes_written: sum(|o| o.bytes_written),
            seconds: self.started.elapsed().as_secs_f64(),
        }
    }
}

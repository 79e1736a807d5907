//! A table over granules: one row per observation.
//!
//! With a shard map there is one partition per shard, declared to DataFusion as ranges of `cell`, so that
//! `GROUP BY cell` needs no repartitioning. Without one, there is a partition per granule.

mod batch;
mod column;
mod display;
mod exec;
mod provider;
pub(crate) mod prune;
mod report;
mod stream;

pub use column::{ColumnInfo, TableColumn};
pub use exec::{GranuleScanExec, ScanPartition};
pub use provider::{GranuleTable, ScanOptions};
pub use report::{GranuleOutcome, GranuleRead, PartitionRead, ScanReport};

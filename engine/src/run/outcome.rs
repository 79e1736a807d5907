//! What became of one shard.

use serde::{Deserialize, Serialize};

use crate::table::PartitionRead;

/// One finished shard: its chunks are in the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShardOutcome {
    /// The shard's number in the store: that of its chunk in every array.
    pub chunk: usize,
    /// The shard: a nested id at the parent order.
    pub cell: u64,
    /// What was read for it.
    pub read: PartitionRead,
    /// Cells with data.
    pub cells: u64,
    /// Chunk objects written; arrays without a value in this shard have none.
    pub objects: u64,
    /// Their bytes.
    pub bytes_written: u64,
    /// SHA-256 over the chunk objects.
    pub sha256: String,
    /// Time from the start of the scan to the last object, in seconds.
    pub seconds: f64,
}

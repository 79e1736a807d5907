//! Which cells a partition may have.

use std::fmt;
use std::sync::Arc;

use datafusion::common::internal_err;
use datafusion::error::Result;

/// How the groups of a partition are found.
#[derive(Debug, Clone)]
pub(super) enum By {
    /// Each partition is a shard, and the result of each is whole.
    Shards {
        /// The shard of each partition.
        shards: Arc<[u64]>,
        /// Bits of a cell within its shard.
        shift: u32,
    },
    /// Any cell may be anywhere, and the results are merged by another operator.
    Runs,
}

impl By {
    /// The first cell of a partition's shard, and how many there are; `None` where there are no shards.
    pub(super) fn shard(&self, partition: usize) -> Result<Option<(u64, usize)>> {
        let Self::Shards { shards, shift } = self else { return Ok(None) };
        match shards.get(partition) {
            Some(shard) => Ok(Some((shard << shift, 1 << shift))),
            None => internal_err!("partition {partition} of {}", shards.len()),
        }
    }

    /// Whether cells are given in ascending order.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(self, Self::Shards { .. })
    }

    /// For a tree of operators.
    pub(super) fn lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shards { shards, shift } => {
                writeln!(f, "shards={}", shards.len())?;
                writeln!(f, "cells per shard={}", 1_u64 << shift)
            }
            Self::Runs => writeln!(f, "partial, by runs"),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shards { shards, shift } => {
                write!(f, "shards={}, cells per shard={}", shards.len(), 1_u64 << shift)
            }
            Self::Runs => write!(f, "partial by runs"),
        }
    }
}

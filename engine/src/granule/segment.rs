//! Rows of a granule, as slices of decoded blocks.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::ArrayRef;

/// Which rows of a granule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// Those of this shard, in all beams.
    Shard(u64),
    /// These of one beam, by its place in `OpenGranule::beams`.
    Beam(usize, Range<u64>),
}

/// Which columns of them.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Datasets, by their number in `OpenBeam::datasets`.
    pub datasets: Vec<usize>,
    /// Whether the cells are wanted too.
    pub cells: bool,
    /// The shards that are going to be read, ascending: a block is kept until the last of them had it.
    /// Without any, every block is expected to be asked for once.
    pub shards: Arc<[u64]>,
}

/// The cells of consecutive rows.
#[derive(Debug)]
pub enum Cells {
    /// Not wanted.
    None,
    /// Cells and how many rows each is for; `NO_CELL` where there is no valid position.
    Runs(Vec<(u64, usize)>),
    /// One by one: `UInt32` or `UInt64`, NULL where there is no valid position.
    Each(ArrayRef),
}

/// Rows of one granule.
#[derive(Debug, Default)]
pub struct GranuleRows {
    /// The rows, beam by beam and in row order.
    pub segments: Vec<Segment>,
    /// HDF5 chunks that were decoded for them: none where all were in the cache.
    pub chunks_decoded: u64,
}

/// Consecutive rows of one beam that lie in one block of every dataset, so that all columns are slices.
#[derive(Debug)]
pub struct Segment {
    /// The beam's number.
    pub beam: u16,
    /// How many rows.
    pub rows: usize,
    /// Their cells, if wanted.
    pub cells: Cells,
    /// The wanted datasets, in the order they were asked for.
    pub columns: Vec<ArrayRef>,
}

/// Cuts `rows` wherever a block ends in any of the datasets, whose blocks have `block_rows` rows.
pub(super) fn cut(rows: Range<u64>, block_rows: &[u64]) -> Vec<Range<u64>> {
    let mut parts = Vec::new();
    let mut start = rows.start;
    while start < rows.end {
        let block_end = |block: &u64| (start / block + 1).saturating_mul(*block);
        let end = block_rows.iter().map(block_end).min().unwrap_or(rows.end).min(rows.end);
        parts.push(start..end);
        start = end;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_at_every_block_edge() {
        assert_eq!(cut(5..25, &[10, 7]), [5..7, 7..10, 10..14, 14..20, 20..21, 21..25]);
        assert_eq!(cut(0..12, &[10, 554_085]), [0..10, 10..12]);
        assert_eq!(cut(3..3, &[10]), Vec::<Range<u64>>::new());
        assert_eq!(cut(3..9, &[]).len(), 1);
    }
}

//! Which rows of a beam fall into which shard.

use std::ops::Range;

/// Consecutive rows of a beam in one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The shard: a nested cell id at the parent order.
    pub shard: u64,
    /// The rows, counted from the start of the beam.
    pub rows: Range<u64>,
}

/// The runs of one beam, in row order.
///
/// A ground track crosses a shard once or twice, so that a beam of a hundred thousand rows has some tens
/// of runs: what is kept of its positions for the length of a query.
#[derive(Debug, Clone, Default)]
pub struct RunIndex {
    runs: Vec<Run>,
    rows: u64,
    invalid: u64,
}

impl RunIndex {
    /// Appends the shards of the rows that follow those seen so far; `None` for a row without a valid
    /// position, which belongs to no shard.
    pub fn extend(&mut self, shards: impl IntoIterator<Item = Option<u64>>) {
        for shard in shards {
            let row = self.rows;
            self.rows += 1;
            let Some(shard) = shard else {
                self.invalid += 1;
                continue;
            };
            match self.runs.last_mut() {
                Some(run) if run.shard == shard && run.rows.end == row => run.rows.end += 1,
                _ => self.runs.push(Run { shard, rows: row..row + 1 }),
            }
        }
    }

    /// All runs, in row order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The rows that fall into `shard`, in row order.
    pub fn rows_in(&self, shard: u64) -> impl Iterator<Item = Range<u64>> {
        self.runs.iter().filter(move |run| run.shard == shard).map(|run| run.rows.clone())
    }

    /// Rows without a valid position.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_break_at_shards_and_at_rows_without_a_position() {
        let mut index = RunIndex::default();
        index.extend([Some(7), Some(7), None, Some(7)]);
        index.extend([Some(7), Some(9), Some(7)]);
        let rows: Vec<_> = index.rows_in(7).collect();
        assert_eq!(rows, [0..2, 3..5, 6..7]);
        assert_eq!(index.rows_in(9).collect::<Vec<_>>(), vec![5..6]);
        assert_eq!((index.rows, index.invalid()), (7, 1));
    }
}

//! Which rows of a beam fall into which shard, and into which cell.

use std::ops::Range;

use zagg_udfs::cell::NO_CELL;

use crate::config::Grid;
use crate::index::CellRun;

mod runs;

/// Bytes of one entry of [`CellRuns`].
const RUN_BYTES: usize = size_of::<u32>() + size_of::<u64>();

/// Consecutive rows of a beam in one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The shard: a nested cell id at the parent order.
    pub shard: u64,
    /// The rows, counted from the start of the beam.
    pub rows: Range<u64>,
}

/// Where the rows of one beam lie: all that is kept of its positions for the length of a query.
///
/// A ground track crosses a shard once or twice, and stays in a cell for many rows, so that a beam of a
/// hundred thousand rows has some tens of runs of shards and a thousand of cells.
#[derive(Debug, Clone)]
pub struct RunIndex {
    runs: Vec<Run>,
    cells: Option<CellRuns>,
    rows: u64,
    invalid: u64,
    /// Bits between a cell and its shard.
    shift: u8,
}

/// The cells of a beam's rows by runs. Run *i* begins at row `starts[i]` and ends where the next begins.
#[derive(Debug, Clone, Default)]
struct CellRuns {
    starts: Vec<u32>,
    cells: Vec<u64>,
}

impl RunIndex {
    /// An index without rows. `shift` is the number of bits between a cell and its shard.
    pub fn new(shift: u8) -> Self {
        Self { runs: Vec::new(), cells: Some(CellRuns::default()), rows: 0, invalid: 0, shift }
    }

    /// Appends the cells of the rows that follow those seen so far. [`NO_CELL`] stands for a row without a
    /// valid position, which belongs to no shard.
    pub fn extend(&mut self, cells: &[u64]) {
        for run in cells.chunk_by(|a, b| a == b) {
            self.push(run[0], run.len() as u64);
        }
        self.settle();
    }

    /// Appends rows in one cell.
    fn push(&mut self, cell: u64, len: u64) {
        let rows = self.rows..self.rows + len;
        self.rows = rows.end;
        self.remember(cell, rows.start);
        if cell == NO_CELL {
            self.invalid += len;
            return;
        }
        let shard = cell >> self.shift;
        match self.runs.last_mut() {
            Some(last) if last.shard == shard && last.rows.end == rows.start => {
                last.rows.end = rows.end;
            }
            _ => self.runs.push(Run { shard, rows }),
        }
    }

    /// Gives up cells that are finer than the spacing of the rows: they are shorter as they come, see `cells`.
    fn settle(&mut self) {
        let worth_keeping = |runs: &CellRuns| {
            runs.cells.len() * RUN_BYTES <= self.rows as usize * size_of::<u64>() / 2
                || self.rows < 1 << 10
        };
        self.cells = self.cells.take().filter(worth_keeping);
    }

    fn remember(&mut self, cell: u64, start: u64) {
        let Some(runs) = &mut self.cells else { return };
        if runs.cells.last() == Some(&cell) {
            return;
        }
        match u32::try_from(start) {
            Ok(start) => {
                runs.starts.push(start);
                runs.cells.push(cell);
            }
            Err(_) => self.cells = None,
        }
    }

    /// Gives back what was allocated in vain, once all rows are in.
    pub(super) fn finish(&mut self) {
        self.runs.shrink_to_fit();
        if let Some(runs) = &mut self.cells {
            runs.starts.shrink_to_fit();
            runs.cells.shrink_to_fit();
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

    /// The runs that have any of `rows`, in row order.
    pub(super) fn runs_over(&self, rows: &Range<u64>) -> impl Iterator<Item = &Run> {
        let first = self.runs.partition_point(|run| run.rows.end <= rows.start);
        let end = rows.end;
        self.runs[first..].iter().take_while(move |run| run.rows.start < end)
    }

    /// The cells of `rows` as (cell, number of rows), or `None` where they change so often that they were
    /// not kept.
    pub(super) fn cells(&self, rows: &Range<u64>) -> Option<Vec<(u64, usize)>> {
        let runs = self.cells.as_ref()?;
        let mut at = rows.start;
        let first = runs.starts.partition_point(|start| u64::from(*start) <= at).checked_sub(1)?;
        let mut parts = Vec::new();
        let ends = runs.starts[first + 1..].iter().map(|start| u64::from(*start));
        for (cell, end) in runs.cells[first..].iter().zip(ends.chain([self.rows])) {
            if at >= rows.end {
                break;
            }
            let end = end.min(rows.end);
            parts.push((*cell, (end - at) as usize));
            at = end;
        }
        Some(parts)
    }

    /// Rows without a valid position.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four cells to a shard.
    fn index(batches: &[&[u64]]) -> RunIndex {
        let mut index = RunIndex::new(2);
        batches.iter().for_each(|cells| index.extend(cells));
        index
    }

    #[test]
    fn runs_break_at_shards_and_at_rows_without_a_position() {
        let index = index(&[&[28, 30, NO_CELL, 31], &[31, 36, 29]]);
        let rows: Vec<_> = index.rows_in(7).collect();
        assert_eq!(rows, [0..2, 3..5, 6..7]);
        assert_eq!(index.rows_in(9).collect::<Vec<_>>(), vec![5..6]);
        assert_eq!((index.rows, index.invalid()), (7, 1));
        let over: Vec<u64> = index.runs_over(&(2..6)).map(|run| run.shard).collect();
        assert_eq!(over, [7, 9]);
    }

    #[test]
    fn cells_come_back_for_any_rows() {
        let index = index(&[&[28, 28, 28], &[28, 30, NO_CELL], &[31]]);
        let cells = |rows| index.cells(&rows).unwrap();
        assert_eq!(cells(0..7), [(28, 4), (30, 1), (NO_CELL, 1), (31, 1)]);
        assert_eq!(cells(2..5), [(28, 2), (30, 1)]);
        assert_eq!(cells(6..7), [(31, 1)]);
        assert_eq!(cells(3..3), []);
    }

    #[test]
    fn cells_that_change_with_every_row_are_not_kept() {
        let cells: Vec<u64> = (0..5000).map(|i| i % 4).collect();
        let index = index(&[&cells]);
        assert_eq!(index.cells(&(0..5)), None);
        assert_eq!(index.rows_in(0).collect::<Vec<_>>(), vec![0..5000]);
    }
}

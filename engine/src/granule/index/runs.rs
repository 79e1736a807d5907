//! The rows of a beam as the granule index keeps them, and back.

use zagg_udfs::cell::NO_CELL;

use super::{CellRun, CellRuns, Grid, RunIndex};

/// Mean rows of a run from which on the runs of cells are kept in a file. They take about 2 bytes each there, and
/// save reading a latitude and a longitude for each row, some 8 bytes of the granule. Shorter ones would make a
/// file that is a good part of its granules.
const LONG_RUN: u64 = 8;

/// The finest order there is.
const FINEST: u8 = 29;

impl RunIndex {
    /// All rows by runs, with the order of their cells: the child order where runs are long, otherwise the
    /// parent order.
    pub(crate) fn to_runs(&self, grid: &Grid) -> (u8, Vec<CellRun>) {
        let cell = |cell: u64| (cell != NO_CELL).then_some(cell);
        match &self.cells {
            Some(CellRuns { starts, cells }) if cells.len() as u64 * LONG_RUN <= self.rows => {
                let runs = starts.iter().zip(cells);
                let run =
                    |(start, of): (&u32, &u64)| CellRun { start: (*start).into(), cell: cell(*of) };
                (grid.child_order, runs.map(run).collect())
            }
            _ => (grid.parent_order, self.shard_runs()),
        }
    }

    /// The runs of shards, with the rows between them that are in none.
    fn shard_runs(&self) -> Vec<CellRun> {
        let mut runs = Vec::with_capacity(self.runs.len());
        let mut at = 0;
        for run in &self.runs {
            if at < run.rows.start {
                runs.push(CellRun { start: at, cell: None });
            }
            runs.push(CellRun { start: run.rows.start, cell: Some(run.shard) });
            at = run.rows.end;
        }
        if at < self.rows {
            runs.push(CellRun { start: at, cell: None });
        }
        runs
    }

    /// The index of a beam of so many `rows`, from runs of cells at `order`: the cells of `grid` are known
    /// where they are no finer.
    ///
    /// # Errors
    /// When the order is coarser than the shards of the grid, or the runs are not ascending from the first row
    /// on.
    pub(crate) fn from_runs(
        runs: &[CellRun],
        rows: u64,
        order: u8,
        grid: &Grid,
    ) -> Result<Self, String> {
        let Grid { parent_order, child_order, .. } = *grid;
        if !(parent_order..=FINEST).contains(&order) {
            return Err(format!(
                "its runs are of cells of order {order}, the shards have order {parent_order}"
            ));
        }
        let finer = 2 * order.saturating_sub(child_order);
        let mut index = Self::new(2 * (order.min(child_order) - parent_order));
        if order < child_order {
            index.cells = None;
        }
        if runs.first().map_or(rows > 0, |first| first.start != 0) {
            return Err(format!("its runs of {rows} rows do not begin with the first"));
        }
        let ends = runs.iter().skip(1).map(|run| run.start).chain([rows]);
        for (run, end) in runs.iter().zip(ends) {
            let len = end.checked_sub(run.start).filter(|len| *len > 0);
            let len = len.ok_or_else(|| {
                format!("of {rows} rows, a run begins at {} and ends before {end}", run.start)
            })?;
            let cell = match run.cell {
                Some(cell) if cell >= 12 << (2 * order) => {
                    return Err(format!("there is no cell {cell} of order {order}"));
                }
                Some(cell) => cell >> finer,
                None => NO_CELL,
            };
            index.push(cell, len);
        }
        index.settle();
        index.finish();
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use zagg_udfs::cell::Convention;

    use super::*;

    fn grid(parent_order: u8, child_order: u8) -> Grid {
        let convention = Convention::default();
        Grid { parent_order, child_order, convention, chunk_inner: None, sharded: None }
    }

    /// Cells at order 4, of shards at order 2: long runs, two shards, rows without a position.
    fn cells() -> Vec<u64> {
        let runs = [(160, 20), (161, 30), (NO_CELL, 10), (175, 20), (176, 40), (NO_CELL, 9)];
        runs.into_iter().flat_map(|(cell, rows)| std::iter::repeat_n(cell, rows)).collect()
    }

    fn of_cells(cells: &[u64], grid: &Grid) -> RunIndex {
        let mut index = RunIndex::new(2 * (grid.child_order - grid.parent_order));
        index.extend(cells);
        index.finish();
        index
    }

    #[test]
    fn runs_give_back_what_positions_gave() {
        let grid = grid(2, 4);
        let index = of_cells(&cells(), &grid);
        let (order, runs) = index.to_runs(&grid);
        assert_eq!((order, runs.len()), (4, 6));
        let again = RunIndex::from_runs(&runs, 129, order, &grid).unwrap();
        assert_eq!((again.runs(), again.invalid()), (index.runs(), 19));
        assert_eq!(again.cells(&(0..129)), index.cells(&(0..129)));
    }

    #[test]
    fn short_runs_leave_those_of_shards() {
        let cells: Vec<u64> = (0..64).flat_map(|i| [160 + i % 16, 160 + i % 7]).collect();
        let grid = grid(2, 4);
        let (order, runs) = of_cells(&cells, &grid).to_runs(&grid);
        assert_eq!((order, runs), (2, vec![CellRun { start: 0, cell: Some(10) }]));
    }

    #[test]
    fn shards_are_kept_with_the_rows_between_them() {
        let grid = grid(2, 4);
        let mut index = of_cells(&cells(), &grid);
        index.cells = None;
        let (order, runs) = index.to_runs(&grid);
        assert_eq!(order, 2);
        let again = RunIndex::from_runs(&runs, 129, order, &grid).unwrap();
        assert_eq!((again.runs(), again.invalid()), (index.runs(), 19));
        assert_eq!(again.cells(&(0..129)), None);
    }

    #[test]
    fn any_coarser_grid_is_served() {
        let (order, runs) = of_cells(&cells(), &grid(2, 4)).to_runs(&grid(2, 4));
        for (parent, child) in [(2, 3), (0, 0), (1, 4), (3, 4), (4, 4), (2, 6)] {
            let served = RunIndex::from_runs(&runs, 129, order, &grid(parent, child)).unwrap();
            let coarser: Vec<u64> = cells()
                .into_iter()
                .map(|cell| if cell == NO_CELL { cell } else { cell >> (2 * (4 - child.min(4))) })
                .collect();
            let expected = of_cells(&coarser, &grid(parent, child.min(4)));
            assert_eq!(served.runs(), expected.runs(), "{parent} {child}");
            let known = (child <= 4).then(|| expected.cells(&(0..129))).flatten();
            assert_eq!(served.cells(&(0..129)), known, "{parent} {child}");
        }
    }

    #[test]
    fn runs_that_cannot_be_are_refused() {
        let run = |start, cell| CellRun { start, cell: Some(cell) };
        let refused = |runs: &[CellRun], rows, order| {
            RunIndex::from_runs(runs, rows, order, &grid(2, 4)).unwrap_err()
        };
        assert!(refused(&[run(0, 1)], 5, 1).contains("order 1, the shards have order 2"));
        assert!(refused(&[run(0, 1)], 5, 40).contains("order 40"));
        assert!(refused(&[run(1, 1)], 5, 4).contains("do not begin"));
        assert!(refused(&[], 5, 4).contains("do not begin"));
        assert!(refused(&[run(0, 1), run(0, 2)], 5, 4).contains("begins at 0"));
        assert!(refused(&[run(0, 1), run(3, 2), run(2, 2)], 5, 4).contains("begins at 3"));
        assert!(refused(&[run(0, 1), run(5, 2)], 5, 4).contains("begins at 5"));
        assert!(refused(&[run(0, 12 << 8)], 5, 4).contains("no cell 3072 of order 4"));
        assert_eq!(RunIndex::from_runs(&[], 0, 4, &grid(2, 4)).unwrap().runs(), []);
    }
}

//! Groups of the cells of one shard: their numbers stand in a table.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, UInt64Array};
use datafusion::common::internal_err;
use datafusion::error::Result;

use super::super::runs::Run;
use super::Groups;

/// Marks a cell that has no group yet.
const NONE: u32 = u32::MAX;

/// The groups of one shard, numbered as they come.
#[derive(Debug)]
pub(in super::super) struct ShardGroups {
    /// The shard's first cell.
    first: u64,
    /// The number of each cell's group.
    numbers: Vec<u32>,
    /// The cell of each group.
    cells: Vec<u64>,
}

impl ShardGroups {
    /// Groups for the cells `first .. first + width`.
    pub(in super::super) fn new(first: u64, width: usize) -> Self {
        Self { first, numbers: vec![NONE; width], cells: Vec::new() }
    }

    /// The cells in ascending order, and the number of the group of each.
    fn ascending(&self) -> (Vec<u64>, Vec<u32>) {
        let mut cells = Vec::with_capacity(self.len());
        let mut numbers = Vec::with_capacity(self.len());
        for (cell, number) in (self.first..).zip(&self.numbers) {
            if *number != NONE {
                cells.push(cell);
                numbers.push(*number);
            }
        }
        (cells, numbers)
    }
}

impl Groups for ShardGroups {
    /// A cell that is NULL or of another shard is an error: the scan has broken its word.
    fn runs(&mut self, cells: &UInt64Array, runs: &mut Vec<Run>) -> Result<()> {
        if cells.null_count() > 0 {
            return internal_err!("a row without a cell in the shard of cell {}", self.first);
        }
        runs.clear();
        let mut end = 0;
        for run in cells.values().chunk_by(|a, b| a == b) {
            let cell = run[0];
            let at = cell.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
            let Some(number) = at.and_then(|at| self.numbers.get_mut(at)) else {
                return internal_err!("cell {cell} in the shard of cell {}", self.first);
            };
            if *number == NONE {
                *number = self.cells.len() as u32;
                self.cells.push(cell);
            }
            end += run.len() as u32;
            runs.push(Run { group: *number, end });
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.cells.len()
    }

    fn take(&mut self) -> (ArrayRef, Option<UInt32Array>) {
        let (cells, numbers) = self.ascending();
        self.numbers.fill(NONE);
        self.cells.clear();
        (Arc::new(UInt64Array::from(cells)), Some(numbers.into()))
    }

    fn size(&self) -> usize {
        self.numbers.capacity() * size_of::<u32>() + self.cells.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(groups: &mut ShardGroups, cells: &[u64]) -> Vec<(u32, u32)> {
        let mut runs = Vec::new();
        groups.runs(&cells.to_vec().into(), &mut runs).unwrap();
        runs.iter().map(|run| (run.group, run.end)).collect()
    }

    #[test]
    fn groups_are_numbered_as_they_come_and_listed_in_order() {
        let mut groups = ShardGroups::new(64, 16);
        assert_eq!(runs(&mut groups, &[70, 70, 65, 70]), [(0, 2), (1, 3), (0, 4)]);
        assert_eq!(runs(&mut groups, &[64, 79]), [(2, 1), (3, 2)]);
        assert_eq!(groups.len(), 4);
        assert_eq!(groups.ascending(), (vec![64, 65, 70, 79], vec![2, 1, 0, 3]));
    }

    #[test]
    fn a_cell_of_another_shard_is_an_error() {
        for cell in [Some(63), Some(80), None] {
            let mut groups = ShardGroups::new(64, 16);
            assert!(groups.runs(&vec![cell].into(), &mut Vec::new()).is_err());
        }
    }
}

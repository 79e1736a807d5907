//! Groups of cells of which nothing is known before.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, UInt64Array};
use datafusion::common::HashMap;
use datafusion::error::Result;

use super::super::runs::Run;
use super::Groups;

/// The groups of cells from anywhere. A row whose cell is NULL has a group as any other.
#[derive(Debug, Default)]
pub(in super::super) struct AnyGroups {
    /// Asked once for a run, not for a row.
    numbers: HashMap<u64, u32>,
    /// The group of the rows without a cell.
    null: Option<u32>,
    /// The cell of each group.
    cells: Vec<Option<u64>>,
}

impl AnyGroups {
    fn number(&mut self, cell: Option<u64>) -> u32 {
        let Self { numbers, null, cells } = self;
        let next = || {
            cells.push(cell);
            (cells.len() - 1) as u32
        };
        match cell {
            Some(cell) => *numbers.entry(cell).or_insert_with(next),
            None => *null.get_or_insert_with(next),
        }
    }
}

impl Groups for AnyGroups {
    fn runs(&mut self, cells: &UInt64Array, runs: &mut Vec<Run>) -> Result<()> {
        runs.clear();
        let mut end = 0;
        let mut push = |cell, rows: usize| {
            end += rows as u32;
            runs.push(Run { group: self.number(cell), end });
        };
        if cells.null_count() == 0 {
            for run in cells.values().chunk_by(|a, b| a == b) {
                push(Some(run[0]), run.len());
            }
        } else {
            cells.iter().for_each(|cell| push(cell, 1));
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.cells.len()
    }

    fn take(&mut self) -> (ArrayRef, Option<UInt32Array>) {
        self.numbers.clear();
        self.null = None;
        (Arc::new(UInt64Array::from(std::mem::take(&mut self.cells))), None)
    }

    fn size(&self) -> usize {
        self.numbers.capacity() * (size_of::<(u64, u32)>() + 1)
            + self.cells.capacity() * size_of::<Option<u64>>()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::UInt64Type;

    use super::*;

    #[test]
    fn groups_are_numbered_as_they_come_and_taken_in_that_order() {
        let mut groups = AnyGroups::default();
        let mut runs = Vec::new();
        let mut of = |cells: Vec<Option<u64>>| {
            groups.runs(&cells.into(), &mut runs).unwrap();
            (runs.iter().map(|run| (run.group, run.end)).collect::<Vec<_>>(), groups.len())
        };
        assert_eq!(of(vec![Some(7), Some(7), Some(3), Some(7)]), (vec![(0, 2), (1, 3), (0, 4)], 2));
        assert_eq!(of(vec![None, Some(3), None]), (vec![(2, 1), (1, 2), (2, 3)], 3));
        let (cells, order) = groups.take();
        assert!(order.is_none());
        let cells: Vec<_> = cells.as_primitive::<UInt64Type>().iter().collect();
        assert_eq!(cells, [Some(7), Some(3), None]);
        assert_eq!(groups.len(), 0);
        groups.runs(&vec![3].into(), &mut runs).unwrap();
        assert_eq!(runs, [Run { group: 0, end: 1 }]);
    }
}

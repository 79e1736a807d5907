//! Sets of cells as ranges of NESTED ids.

use std::ops::Range;

use crate::cell::morton::{self, Kind};
use crate::cell::{CellError, cell_count, check_cell, check_order, range_at};

/// A set of cells of one order: ascending, disjoint, not adjacent ranges of their NESTED ids.
///
/// Coarser cells of a set are the runs of all their descendants. Two covers may be united or intersected whatever their
/// orders, but must be of one [`Convention`](crate::cell::Convention), which a set of ids does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    order: u8,
    ranges: Vec<Range<u64>>,
}

/// The ids of a cover, ascending.
#[derive(Debug, Clone)]
pub struct Cells<'a> {
    ranges: std::slice::Iter<'a, Range<u64>>,
    current: Range<u64>,
}

impl Cover {
    /// No cell.
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn empty(order: u8) -> Result<Self, CellError> {
        check_order(order)?;
        Ok(Self { order, ranges: Vec::new() })
    }

    /// Every cell.
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn full(order: u8) -> Result<Self, CellError> {
        let all = 0..cell_count(order)?;
        Ok(Self { order, ranges: vec![all] })
    }

    /// The cells with these ids, in any order, repeated or not.
    ///
    /// # Errors
    /// [`CellError`] for an id that does not exist at `order`.
    pub fn from_cells(order: u8, cells: impl IntoIterator<Item = u64>) -> Result<Self, CellError> {
        let mut builder = Builder::new(order);
        for cell in cells {
            check_cell(cell, order)?;
            builder.push(cell, order);
        }
        check_order(order)?;
        Ok(builder.finish())
    }

    /// The areas named by packed Morton words of any orders; the cover's order is the finest of them. A point is its cell at
    /// order 29. No word at all gives the empty cover of order 0.
    ///
    /// # Errors
    /// Those of [`morton::validate`].
    pub fn from_words(words: &[u64]) -> Result<Self, CellError> {
        let cells =
            words.iter().map(|&word| morton::to_nested(word)).collect::<Result<Vec<_>, _>>()?;
        let mut builder = Builder::new(cells.iter().map(|cell| cell.order).max().unwrap_or(0));
        for cell in cells {
            builder.push(cell.id, cell.order);
        }
        Ok(builder.finish())
    }

    /// The fewest packed Morton words that name these cells, ascending: four siblings become their parent. A set without
    /// cells of its own order comes back from its words at a coarser order.
    pub fn to_words(&self) -> Vec<u64> {
        let mut words = Vec::new();
        for range in &self.ranges {
            let mut from = range.start;
            while from < range.end {
                // The largest cell that begins here and ends within the range.
                let mut up = 0;
                while up < self.order
                    && from & ((4 << (2 * up)) - 1) == 0
                    && from + (4 << (2 * up)) <= range.end
                {
                    up += 1;
                }
                // Ids of a cover exist at its order.
                words.extend(morton::from_nested(from >> (2 * up), self.order - up, Kind::Area));
                from += 1 << (2 * up);
            }
        }
        words
    }

    /// The order of the cells.
    pub fn order(&self) -> u8 {
        self.order
    }

    /// The ranges of ids.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.ranges
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many cells there are.
    pub fn count(&self) -> u64 {
        self.ranges.iter().map(|r| r.end - r.start).sum()
    }

    /// The share of the sphere that the cells have, 0 to 1.
    pub fn fraction(&self) -> f64 {
        self.count() as f64 / (12_u64 << (2 * u32::from(self.order))) as f64
    }

    /// The ids, ascending.
    pub fn cells(&self) -> Cells<'_> {
        Cells { ranges: self.ranges.iter(), current: 0..0 }
    }

    /// Whether a cell of any order is in the set as a whole.
    ///
    /// # Errors
    /// [`CellError`] for a cell that does not exist.
    pub fn contains(&self, cell: u64, order: u8) -> Result<bool, CellError> {
        check_cell(cell, order)?;
        let fine = order.max(self.order);
        let (wanted, down) = (range_at(cell, order, fine)?, 2 * (fine - self.order));
        let next = self.ranges.partition_point(|r| r.end << down <= wanted.start);
        let holds = |r: &Range<u64>| r.start << down <= wanted.start && wanted.end <= r.end << down;
        Ok(self.ranges.get(next).is_some_and(holds))
    }

    /// Whether a cell of any order and the set have anything in common.
    ///
    /// # Errors
    /// [`CellError`] for a cell that does not exist.
    pub fn intersects(&self, cell: u64, order: u8) -> Result<bool, CellError> {
        check_cell(cell, order)?;
        let (cell, order) = if order > self.order {
            (cell >> (2 * (order - self.order)), self.order)
        } else {
            (cell, order)
        };
        let wanted = range_at(cell, order, self.order)?;
        let next = self.ranges.partition_point(|r| r.end <= wanted.start);
        Ok(self.ranges.get(next).is_some_and(|r| r.start < wanted.end))
    }

    /// The set at another order: finer, the descendants; coarser, every cell that has any of these.
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn at_order(&self, order: u8) -> Result<Self, CellError> {
        check_order(order)?;
        let mut builder = Builder::new(order);
        for range in &self.ranges {
            if order >= self.order {
                let down = 2 * (order - self.order);
                builder.add(range.start << down..range.end << down);
            } else {
                let up = 2 * (self.order - order);
                builder.add(range.start >> up..((range.end - 1) >> up) + 1);
            }
        }
        Ok(builder.finish())
    }

    /// The cells of both, at the finer of their orders.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut builder = Builder::new(self.order.max(other.order));
        for set in [self, other] {
            let down = 2 * (builder.order - set.order);
            for range in &set.ranges {
                builder.add(range.start << down..range.end << down);
            }
        }
        builder.finish()
    }

    /// What is in both, at the finer of their orders.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let order = self.order.max(other.order);
        let at = |set: &Self| {
            let down = 2 * (order - set.order);
            set.ranges.iter().map(move |r| r.start << down..r.end << down).collect::<Vec<_>>()
        };
        let (ours, theirs) = (at(self), at(other));
        let (mut a, mut b) = (ours.iter().peekable(), theirs.iter().peekable());
        let mut ranges = Vec::new();
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let common = x.start.max(y.start)..x.end.min(y.end);
            if x.end <= y.end {
                a.next()
            } else {
                b.next()
            };
            if !common.is_empty() {
                ranges.push(common);
            }
        }
        Self { order, ranges }
    }
}

impl Iterator for Cells<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        loop {
            if let Some(cell) = self.current.next() {
                return Some(cell);
            }
            self.current = self.ranges.next()?.clone();
        }
    }
}

/// Ranges in the making.
#[derive(Debug)]
pub(super) struct Builder {
    order: u8,
    ranges: Vec<Range<u64>>,
}

impl Builder {
    pub(super) fn new(order: u8) -> Self {
        Self { order, ranges: Vec::new() }
    }

    /// Adds a cell of the order or a coarser one.
    pub(super) fn push(&mut self, cell: u64, order: u8) {
        let down = 2 * (self.order - order);
        self.add(cell << down..(cell + 1) << down);
    }

    fn add(&mut self, range: Range<u64>) {
        match self.ranges.last_mut() {
            Some(last) if last.start <= range.start && range.start <= last.end => {
                last.end = last.end.max(range.end);
            }
            _ => self.ranges.push(range),
        }
    }

    pub(super) fn finish(mut self) -> Cover {
        let sorted = self.ranges.windows(2).all(|pair| matches!(pair, [a, b] if a.end < b.start));
        if !sorted {
            let mut ranges = std::mem::take(&mut self.ranges);
            ranges.sort_unstable_by_key(|r| r.start);
            ranges.into_iter().for_each(|range| self.add(range));
        }
        self.ranges.shrink_to_fit();
        Cover { order: self.order, ranges: self.ranges }
    }
}

//! The doubling table of a fractal heap: which block holds an offset of the heap's space.

/// Shape of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Table {
    /// Blocks per row.
    pub(crate) width: u64,
    /// Bytes of a block in the first two rows; rows after them double.
    pub(crate) start: u64,
    /// Bytes of the largest direct block.
    pub(crate) largest: u64,
}

/// A child of an indirect block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Child {
    /// Its position among the children.
    pub(crate) entry: u64,
    /// Where it starts, from the start of its parent.
    pub(crate) start: u64,
    /// The heap space it covers.
    pub(crate) size: u64,
    pub(crate) direct: bool,
}

impl Table {
    /// Whether the numbers can be those of a table.
    pub(crate) fn is_valid(&self) -> bool {
        (1..=1 << 15).contains(&self.width)
            && self.width.is_power_of_two()
            && self.start.is_power_of_two()
            && self.largest.is_power_of_two()
            && self.start <= self.largest
            && self.largest <= 1 << 31
    }

    /// Bytes of a block in `row`.
    fn block(&self, row: u32) -> Option<u64> {
        self.start.checked_shl(row.saturating_sub(1)).filter(|&size| size.leading_zeros() > 1)
    }

    /// The rows that hold direct blocks.
    pub(crate) fn direct_rows(&self) -> u64 {
        u64::from((self.largest / self.start).ilog2()) + 2
    }

    /// The rows of an indirect block that covers `size` bytes of heap space.
    pub(crate) fn rows_of(&self, size: u64) -> u64 {
        let first = self.start.ilog2() + self.width.ilog2();
        u64::from(size.max(1).ilog2().saturating_sub(first)) + 1
    }

    /// The child that holds `offset`, counted from the start of the indirect block.
    pub(crate) fn child(&self, offset: u64) -> Option<Child> {
        let first_row = self.start.checked_mul(self.width)?;
        let row = if offset < first_row { 0 } else { (offset / first_row).ilog2() + 1 };
        let row_start = if row == 0 { 0 } else { first_row.checked_shl(row - 1)? };
        let size = self.block(row)?;
        let column = (offset - row_start) / size;
        Some(Child {
            entry: u64::from(row) * self.width + column,
            start: row_start + column * size,
            size,
            direct: u64::from(row) < self.direct_rows(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table = Table { width: 4, start: 512, largest: 2048 };

    #[test]
    fn rows_double_after_the_second() {
        let at = |offset| TABLE.child(offset).map(|c| (c.entry, c.start, c.size, c.direct));
        assert_eq!(at(0), Some((0, 0, 512, true)));
        assert_eq!(at(2047), Some((3, 1536, 512, true)));
        assert_eq!(at(2048), Some((4, 2048, 512, true)));
        assert_eq!(at(4096), Some((8, 4096, 1024, true)));
        assert_eq!(at(8192 + 2048), Some((13, 10240, 2048, true)));
        assert_eq!(at(16384), Some((16, 16384, 4096, false)));
        assert_eq!(TABLE.direct_rows(), 4);
        assert_eq!(TABLE.rows_of(4096), 2);
    }
}

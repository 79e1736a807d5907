//! The names of tiles on a canvas.

use std::hash::Hasher;

use super::super::tile::TileGrid;

/// Base cell, row and column of a tile, in one number that sorts like them. Rows and columns are below 2²⁴.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u64);

/// Bits of a row or column.
const BITS: u32 = 24;

impl Key {
    #[inline]
    pub(super) fn new(base: u8, i: u32, j: u32) -> Self {
        Self(u64::from(base) << (2 * BITS) | u64::from(j) << BITS | u64::from(i))
    }

    pub(super) fn column(self) -> u32 {
        (self.0 & ((1 << BITS) - 1)) as u32
    }

    fn row(self) -> u32 {
        (self.0 >> BITS & ((1 << BITS) - 1)) as u32
    }

    fn base(self) -> u8 {
        (self.0 >> (2 * BITS)) as u8
    }

    /// Whether it is in a row of tiles of a base cell.
    pub(super) fn is_in(self, base: u8, row: u32) -> bool {
        (self.base(), self.row()) == (base, row)
    }

    /// NESTED id of the tile.
    pub(super) fn id(self, grid: &TileGrid) -> u64 {
        grid.id(self.base(), self.column(), self.row())
    }
}

/// Hashes keys. They follow from where shapes are, and need no defence against someone who chooses them.
#[derive(Debug, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    #[inline]
    fn write_u64(&mut self, key: u64) {
        // The golden ratio: neighbours are spread over the upper bits, which are brought down.
        let mixed = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

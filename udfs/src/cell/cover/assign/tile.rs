//! Tiles: squares of cells, 32 on a side, and what is found in each of their cells.

use super::log::Log;
use crate::cell::cover::lattice::Cell;

/// Cells on the side of a tile, and bits in a row of it.
pub(super) const SIDE: u32 = 32;

/// Cells of a tile. The place of one is its row times [`SIDE`] and its column.
pub(super) const AREA: usize = (SIDE * SIDE) as usize;

/// The rows of a tile, from its south corner along `j`; the bits of a row count along `i`.
pub(super) type Rows = [u32; SIDE as usize];

/// How an order is cut into tiles. The orders below 5 have one tile for a base cell, of which they use a corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct TileGrid {
    order: u8,
}

impl TileGrid {
    pub(super) fn new(order: u8) -> Self {
        Self { order }
    }

    pub(super) fn order(&self) -> u8 {
        self.order
    }

    pub(super) fn tile_order(&self) -> u8 {
        self.order.saturating_sub(SIDE.trailing_zeros() as u8)
    }

    /// Cells along the side of a base cell.
    pub(super) fn cells(&self) -> u32 {
        1 << self.order
    }

    /// Tiles along the side of a base cell.
    pub(super) fn tiles(&self) -> u32 {
        1 << self.tile_order()
    }

    /// NESTED id of a tile.
    pub(super) fn id(&self, base: u8, i: u32, j: u32) -> u64 {
        Cell { base, order: self.tile_order(), i, j }.id()
    }
}

/// The cells of a tile with any shape, ascending, and their shapes, from the pictures in it.
pub(super) fn cells(
    log: &Log,
    grid: &TileGrid,
    id: u64,
    wanted: &impl Fn(u64) -> bool,
) -> Vec<(u64, Vec<u32>)> {
    let tile = Cell::new(id, grid.tile_order());
    let below = grid.order() - grid.tile_order();
    let name = |row: u32, bit: u32| {
        let (i, j) = ((tile.i << below) + bit, (tile.j << below) + row);
        Cell { base: tile.base, order: grid.order(), i, j }.id()
    };
    // First how many there are, so that no list has to grow: a run begins at its first cell and ends before the one behind it.
    let mut steps = [0_i32; AREA + SIDE as usize];
    log.replay(|_, place, length| {
        steps[place] += 1;
        steps[place + length] -= 1;
    });
    let mut count = 0;
    let room = (0_u32..).zip(&steps[..AREA]).map(|(place, step)| {
        count += step;
        let is_wanted = count > 0 && wanted(name(place / SIDE, place % SIDE));
        Vec::with_capacity(if is_wanted { count as usize } else { 0 })
    });
    let mut lists: Vec<Vec<u32>> = room.collect();
    log.replay(|shape, place, length| {
        for list in lists.iter_mut().skip(place).take(length) {
            // Those that are not wanted have no room.
            if list.len() < list.capacity() {
                list.push(shape);
            }
        }
    });
    let found = (0_u32..).zip(lists).filter(|(_, list)| !list.is_empty());
    let mut found: Vec<_> =
        found.map(|(place, list)| (name(place / SIDE, place % SIDE), list)).collect();
    found.sort_unstable_by_key(|(cell, _)| *cell);
    found
}

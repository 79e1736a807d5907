//! Tiles: squares of cells, 32 on a side, and what is found in each of their cells.

use super::log::Log;
use crate::cell::cover::lattice::Cell;

/// Cells on the side of a tile, and bits in a row of it.
pub(super) const SIDE: u32 = 32;

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
    // First how many there are, so that no list has to grow.
    let mut counts = vec![0_u32; (SIDE * SIDE) as usize];
    log.replay(|_, row, cells| {
        bits(row, cells, |place| {
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        })
    });
    for (place, count) in (0_u32..).zip(&mut counts) {
        if *count > 0 && !wanted(name(place / SIDE, place % SIDE)) {
            *count = 0;
        }
    }
    let mut lists: Vec<Vec<u32>> =
        counts.iter().map(|count| Vec::with_capacity(*count as usize)).collect();
    log.replay(|shape, row, cells| {
        bits(row, cells, |place| {
            if let Some(list) = lists.get_mut(place)
                && list.capacity() > 0
            {
                list.push(shape);
            }
        })
    });
    let found = (0_u32..).zip(lists).filter(|(_, list)| !list.is_empty());
    let mut found: Vec<_> =
        found.map(|(place, list)| (name(place / SIDE, place % SIDE), list)).collect();
    found.sort_unstable_by_key(|(cell, _)| *cell);
    found
}

/// The places of the cells of a row.
#[inline]
fn bits(row: usize, mut cells: u32, mut each: impl FnMut(usize)) {
    while cells != 0 {
        each(row * SIDE as usize + cells.trailing_zeros() as usize);
        cells &= cells - 1;
    }
}

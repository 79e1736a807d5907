//! Tiles: squares of cells, 32 on a side, and what is found in each of their cells.

use super::list::List;
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

/// The cells of a tile that one shape touches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub(super) shape: u32,
    pub(super) rows: Rows,
}

/// The shapes in each cell of a tile.
#[derive(Debug)]
pub(super) struct Tile {
    /// By row and bit.
    cells: Vec<List>,
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

impl Default for Tile {
    fn default() -> Self {
        Self { cells: (0..SIDE * SIDE).map(|_| List::default()).collect() }
    }
}

impl Tile {
    pub(super) fn push(&mut self, drawn: &Drawn) {
        for (cells, row) in self.cells.chunks_exact_mut(SIDE as usize).zip(drawn.rows) {
            let mut row = row;
            while row != 0 {
                let bit = row.trailing_zeros() as usize;
                row &= row - 1;
                if let Some(list) = cells.get_mut(bit) {
                    list.push(drawn.shape);
                }
            }
        }
    }

    /// The cells with any shape, ascending, and their shapes.
    pub(super) fn into_cells(
        self,
        grid: &TileGrid,
        id: u64,
        wanted: &impl Fn(u64) -> bool,
    ) -> Vec<(u64, Vec<u32>)> {
        let tile = Cell::new(id, grid.tile_order());
        let below = grid.order() - grid.tile_order();
        let mut found = Vec::new();
        for (place, list) in (0_u32..).zip(self.cells) {
            let (i, j) = ((tile.i << below) + place % SIDE, (tile.j << below) + place / SIDE);
            let cell = Cell { base: tile.base, order: grid.order(), i, j };
            if !list.is_empty() && wanted(cell.id()) {
                found.push((cell.id(), list.into_numbers()));
            }
        }
        found.sort_unstable_by_key(|(cell, _)| *cell);
        found
    }
}

//! Tiles: squares of cells, 32 on a side, and what is found in each of their cells.

use std::ops::Range;

use arrow::buffer::ScalarBuffer;

use super::log::{Log, bits};
use super::numbers::Numbers;
use crate::cell::cover::lattice::Cell;

/// Cells on the side of a tile, and bits in a row of it.
pub(super) const SIDE: u32 = 32;

/// Cells of a tile. The place of one is its row times [`SIDE`] and its column.
pub(super) const AREA: usize = (SIDE * SIDE) as usize;

/// The rows of a tile, from its south corner along `j`; the bits of a row count along `i`.
pub(super) type Rows = [u32; SIDE as usize];

/// Beyond all shapes of a tile, and so far below the largest number that all of them can be counted from there.
const UNWANTED: usize = usize::MAX / 2;

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

    /// The tiles that a cell of the order or a coarser one is in, by NESTED ids, and its rows in each of them.
    pub(super) fn tiles_of(&self, cell: Cell) -> (Range<u64>, Rows) {
        let mut rows = [0; SIDE as usize];
        match cell.order.checked_sub(self.tile_order()) {
            Some(below) => {
                let tile = cell.id() >> (2 * below);
                let side = 1 << (self.order - cell.order);
                let within = (1 << below) - 1;
                let (i, j) = ((cell.i & within) * side, (cell.j & within) * side);
                rows.iter_mut()
                    .skip(j as usize)
                    .take(side as usize)
                    .for_each(|row| *row = bits(i, side));
                (tile..tile + 1, rows)
            }
            None => {
                let shift = 2 * (self.tile_order() - cell.order);
                rows.fill(u32::MAX);
                (cell.id() << shift..(cell.id() + 1) << shift, rows)
            }
        }
    }

    /// NESTED id of a tile.
    pub(super) fn id(&self, base: u8, i: u32, j: u32) -> u64 {
        Cell { base, order: self.tile_order(), i, j }.id()
    }
}

/// The wanted cells of a tile with any shape, ascending, and their shapes, from the pictures in it.
pub(super) fn cells(
    log: &Log,
    grid: &TileGrid,
    id: u64,
    wanted: &impl Fn(u64) -> bool,
) -> Vec<(u64, Numbers)> {
    let tile = Cell::new(id, grid.tile_order());
    let below = grid.order() - grid.tile_order();
    // First how many there are in each cell: a run begins at its first one and ends before the one behind it.
    let (mut places, mut shapes) = ([0_usize; AREA + 1], Vec::new());
    log.replay(|shape, place, length| {
        if shapes.last() != Some(&shape) {
            shapes.push(shape);
        }
        places[place] = places[place].wrapping_add(1);
        places[place + length] = places[place + length].wrapping_sub(1);
    });
    // Then where they begin if all are one behind the other, which is how they are collected: many small lists would each be
    // asked of the allocator.
    let (mut count, mut end, mut found) = (0_usize, 0, Vec::new());
    for (number, place) in (0_u32..).zip(&mut places[..AREA]) {
        count = count.wrapping_add(*place);
        let (i, j) = ((tile.i << below) + number % SIDE, (tile.j << below) + number / SIDE);
        let cell = Cell { base: tile.base, order: grid.order(), i, j }.id();
        let is_wanted = count > 0 && wanted(cell);
        *place = if is_wanted { end } else { UNWANTED };
        if is_wanted {
            found.push((cell, end, count));
            end += count;
        }
    }
    found.sort_unstable_by_key(|(cell, ..)| *cell);
    if shapes.len() <= 1 << u16::BITS {
        let (mut last, mut next) = (None, 0);
        let all = ScalarBuffer::from(collect(log, &mut places, end, |shape| {
            if last.replace(shape) != Some(shape) {
                next += 1;
            }
            (next - 1) as u16
        }));
        let shapes = ScalarBuffer::from(shapes);
        let numbers = |begin, count| Numbers::at(shapes.clone(), all.slice(begin, count));
        found.into_iter().map(|(cell, begin, count)| (cell, numbers(begin, count))).collect()
    } else {
        let all = ScalarBuffer::from(collect(log, &mut places, end, |shape| shape));
        let numbers = |begin, count| Numbers::from(all.slice(begin, count));
        found.into_iter().map(|(cell, begin, count)| (cell, numbers(begin, count))).collect()
    }
}

/// Puts something of each shape at the next place of its cells, of which there are so many in all. It is asked for each run.
#[inline(always)]
fn collect<T: Copy + Default>(
    log: &Log,
    places: &mut [usize; AREA + 1],
    count: usize,
    mut of: impl FnMut(u32) -> T,
) -> Vec<T> {
    let mut all = vec![T::default(); count];
    log.replay(|shape, place, length| {
        let one = of(shape);
        for next in &mut places[place..place + length] {
            if let Some(to) = all.get_mut(*next) {
                *to = one;
            }
            *next += 1;
        }
    });
    all
}

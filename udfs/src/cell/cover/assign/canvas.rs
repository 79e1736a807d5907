//! Base cells on which lines are drawn, by tiles, and filled by the even-odd rule.

use std::collections::HashMap;

use super::tile::{Rows, SIDE, TileGrid};
use crate::cell::cover::lattice::Cell;

/// A place in a base cell, in cells.
pub(super) type At = (f64, f64);

/// What is drawn of one ring or part.
#[derive(Debug)]
pub(super) struct Canvas {
    cells: u32,
    tiles: Vec<Sketch>,
    /// Places of tiles in the list.
    places: HashMap<Key, usize>,
    last: usize,
    bases: [Base; 12],
}

/// Base cell, row and column of a tile.
type Key = (u8, u32, u32);

/// What is drawn in a tile.
#[derive(Debug)]
struct Sketch {
    key: Key,
    rows: [Row; SIDE as usize],
}

#[derive(Debug, Clone, Copy, Default)]
struct Row {
    /// Cells that a line touches.
    touched: u32,
    /// Cells whose middle has an odd number of lines before it in the row of the tile.
    odd: u32,
}

/// What is drawn in a base cell.
#[derive(Debug, Default)]
struct Base {
    is_drawn: bool,
    /// Rows from which on there is one more line between the middle of the row's western side and that of row 0.
    steps: Vec<u32>,
}

impl Canvas {
    pub(super) fn new(grid: &TileGrid) -> Self {
        let bases = std::array::from_fn(|_| Base::default());
        Self { cells: grid.cells(), tiles: Vec::new(), places: HashMap::new(), last: 0, bases }
    }

    /// Forgets what was drawn.
    pub(super) fn clear(&mut self) {
        self.tiles.clear();
        self.places.clear();
        self.last = 0;
        for base in &mut self.bases {
            base.is_drawn = false;
            base.steps.clear();
        }
    }

    pub(super) fn is_drawn(&self, base: u8) -> bool {
        self.bases.get(usize::from(base)).is_some_and(|base| base.is_drawn)
    }

    /// Draws a line that reaches `half` to all sides, as far as it is in the base cell.
    pub(super) fn line(&mut self, base: u8, p: At, q: At, half: f64) {
        let side = f64::from(self.cells);
        let (south, north) = if p.1 <= q.1 { (p, q) } else { (q, p) };
        let (west, east) = (p.0.min(q.0), p.0.max(q.0));
        if east + half < 0.0 || west - half > side || north.1 + half < 0.0 || south.1 - half > side
        {
            return;
        }
        if let Some(base) = self.bases.get_mut(usize::from(base)) {
            base.is_drawn = true;
        }
        let rise = north.1 - south.1;
        let is_flat = rise < 1e-12;
        let slope = if is_flat { 0.0 } else { (north.0 - south.0) / rise };
        // Where the line is at a height between its ends.
        let at = |v: f64| (south.0 + (v - south.1) * slope).max(west).min(east);
        if (south.0 >= 0.0) != (north.0 >= 0.0) {
            self.cross_west(base, south, north, at);
        }
        let last = self.cells - 1;
        let cell_of = |v: f64| (v.max(0.0) as u32).min(last);
        for row in cell_of(south.1 - half)..=cell_of(north.1 + half) {
            let v = f64::from(row);
            // The part of the line that comes near the row.
            let (a, b) = if is_flat {
                (west, east)
            } else {
                let (a, b) = (at((v - half).max(south.1)), at((v + 1.0 + half).min(north.1)));
                (a.min(b), a.max(b))
            };
            if b + half >= 0.0 && a - half <= side {
                self.touch(base, row, cell_of(a - half), cell_of(b + half));
            }
            let middle = v + 0.5;
            if south.1 < middle && middle <= north.1 {
                let u = at(middle);
                // Cells are odd from here on whose middle is beyond.
                let from = (u + 0.5) as u32;
                if u >= 0.0 && from < self.cells {
                    self.row(base, from / SIDE, row).odd ^= u32::MAX << (from % SIDE);
                }
            }
        }
    }

    /// Notes from which row on a line has crossed the western side of the base cell. Whether it crosses that side above or below
    /// the middle of a row is asked as for the row itself: by where the line is at that height.
    fn cross_west(&mut self, base: u8, south: At, north: At, at: impl Fn(f64) -> f64) {
        let is_beyond = north.0 >= 0.0;
        // The first row whose middle is not below the lower end.
        let mut row = (south.1 - 0.5).ceil().max(0.0);
        while row + 0.5 <= north.1 && (at(row + 0.5) >= 0.0) != is_beyond {
            row += 1.0;
        }
        if row < f64::from(self.cells)
            && let Some(base) = self.bases.get_mut(usize::from(base))
        {
            base.steps.push(row as u32);
        }
    }

    /// Marks cells of a row as touched.
    #[inline]
    fn touch(&mut self, base: u8, row: u32, from: u32, to: u32) {
        for tile in from / SIDE..=to / SIDE {
            let first = from.max(tile * SIDE) % SIDE;
            let last = to.min(tile * SIDE + SIDE - 1) % SIDE;
            self.row(base, tile, row).touched |=
                (u32::MAX << first) & (u32::MAX >> (SIDE - 1 - last));
        }
    }

    /// A row of cells in a tile.
    #[inline]
    fn row(&mut self, base: u8, tile: u32, row: u32) -> &mut Row {
        let key = (base, row / SIDE, tile);
        if self.tiles.get(self.last).is_none_or(|sketch| sketch.key != key) {
            let tiles = &mut self.tiles;
            self.last = *self.places.entry(key).or_insert_with(|| {
                tiles.push(Sketch { key, rows: [Row::default(); SIDE as usize] });
                tiles.len() - 1
            });
        }
        &mut self.tiles[self.last].rows[(row % SIDE) as usize]
    }

    /// Marks a cell of the canvas' order or a coarser one as touched.
    pub(super) fn mark(&mut self, cell: Cell, order: u8) {
        let side = 1_u32 << (order - cell.order);
        let (i, j) = (cell.i * side, cell.j * side);
        for row in j..j + side {
            self.touch(cell.base, row, i, i + side - 1);
        }
    }

    /// A row whose first cell no line touches, and whether the lines between the middle of its western side and that of the
    /// lowest row are odd in number.
    pub(super) fn free_row(&self, base: u8) -> Option<(u32, bool)> {
        let is_free = |row: &u32| {
            let place = self.places.get(&(base, row / SIDE, 0));
            let sketch = place.and_then(|place| self.tiles.get(*place));
            sketch.is_none_or(|sketch| sketch.rows[(row % SIDE) as usize].touched & 1 == 0)
        };
        let row = (0..self.cells).find(is_free)?;
        Some((row, self.bases.get(usize::from(base))?.is_odd(row)))
    }

    /// The cells of all tiles that are touched, and those that are inside. `even` has, for each base cell, whether the western
    /// side is inside where the lines between it and the lowest row are even in number. Ends with nothing drawn.
    pub(super) fn finish(&mut self, grid: &TileGrid, even: [bool; 12], out: &mut Vec<(u64, Rows)>) {
        let mut order: Vec<&Sketch> = self.tiles.iter().collect();
        order.sort_unstable_by_key(|sketch| sketch.key);
        let mut tiles = order.into_iter().peekable();
        for ((base, even), drawn) in (0_u8..).zip(even).zip(&self.bases) {
            if !even && !drawn.is_drawn {
                continue;
            }
            for j in 0..grid.tiles() {
                // For each row a bit: whether what comes before the next tile is inside.
                let mut carry = drawn.odd_rows(j) ^ if even { u32::MAX } else { 0 };
                let mut next = 0;
                while let Some(sketch) = tiles.next_if(|s| (s.key.0, s.key.1) == (base, j)) {
                    let i = sketch.key.2;
                    fill(grid, base, (next..i, j), carry, out);
                    next = i + 1;
                    let mut rows = sketch.touched();
                    for (k, (row, drawn)) in rows.iter_mut().zip(&sketch.rows).enumerate() {
                        *row |= drawn.odd ^ 0_u32.wrapping_sub((carry >> k) & 1);
                        carry ^= (drawn.odd >> (SIDE - 1)) << k;
                    }
                    out.push((grid.id(base, i, j), clip(rows, self.cells)));
                }
                fill(grid, base, (next..grid.tiles(), j), carry, out);
            }
        }
        self.clear();
    }

    /// The cells of all tiles that are touched. Ends with nothing drawn.
    pub(super) fn finish_lines(&mut self, grid: &TileGrid, out: &mut Vec<(u64, Rows)>) {
        let touched =
            |s: &Sketch| (grid.id(s.key.0, s.key.2, s.key.1), clip(s.touched(), self.cells));
        out.extend(self.tiles.iter().map(touched));
        self.clear();
    }
}

impl Sketch {
    fn touched(&self) -> Rows {
        self.rows.map(|row| row.touched)
    }
}

impl Base {
    /// A bit for each row of a row of tiles.
    fn odd_rows(&self, tile: u32) -> u32 {
        self.steps.iter().fold(0, |odd, step| match step.checked_sub(tile * SIDE) {
            None => !odd,
            Some(row) if row < SIDE => odd ^ (u32::MAX << row),
            Some(_) => odd,
        })
    }

    fn is_odd(&self, row: u32) -> bool {
        self.steps.iter().filter(|step| **step <= row).count() % 2 == 1
    }
}

/// Whole tiles that are inside; with no line in them, all their rows are alike.
fn fill(
    grid: &TileGrid,
    base: u8,
    (i, j): (std::ops::Range<u32>, u32),
    carry: u32,
    out: &mut Vec<(u64, Rows)>,
) {
    if carry != 0 {
        let all = clip([u32::MAX; SIDE as usize], grid.cells());
        out.extend(i.map(|i| (grid.id(base, i, j), all)));
    }
}

/// Only the cells that there are.
fn clip(mut rows: Rows, cells: u32) -> Rows {
    if cells < SIDE {
        for (k, row) in (0..).zip(&mut rows) {
            *row &= if k < cells { u32::MAX >> (SIDE - cells) } else { 0 };
        }
    }
    rows
}

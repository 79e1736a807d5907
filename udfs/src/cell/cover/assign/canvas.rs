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
    places: HashMap<(u8, u32, u32), usize>,
    last: usize,
    bases: [Base; 12],
}

/// What is drawn in a tile.
#[derive(Debug)]
struct Sketch {
    base: u8,
    i: u32,
    j: u32,
    /// Cells that a line touches.
    touched: Rows,
    /// Cells whose middle has an odd number of lines before it in the row of the tile.
    odd: Rows,
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
        let (west, east) = (p.0.min(q.0), p.0.max(q.0));
        let (south, north) = (p.1.min(q.1), p.1.max(q.1));
        if east + half < 0.0 || west - half > side || north + half < 0.0 || south - half > side {
            return;
        }
        self.bases[usize::from(base)].is_drawn = true;
        // Where the line is at a height, without leaving its ends.
        let (rise, run) = (q.1 - p.1, q.0 - p.0);
        let at = |v: f64| {
            if rise == 0.0 { p.0 } else { (p.0 + (v - p.1) / rise * run).clamp(west, east) }
        };
        self.cross_west(base, (p, q), at);
        let last = self.cells - 1;
        let row_of = |v: f64| (v.max(0.0) as u32).min(last);
        for row in row_of(south - half)..=row_of(north + half) {
            let v = f64::from(row);
            // The part of the line that comes near the row.
            let (a, b) = if rise.abs() < 1e-12 {
                (west, east)
            } else {
                let (low, high) = ((v - half).max(south), (v + 1.0 + half).min(north));
                let (a, b) = (at(low), at(high));
                (a.min(b), a.max(b))
            };
            if b + half >= 0.0 && a - half <= side {
                self.touch(base, row, row_of(a - half), row_of(b + half));
            }
            let middle = v + 0.5;
            if (p.1 < middle) != (q.1 < middle) {
                let u = at(middle);
                // Cells are odd from here on whose middle is beyond.
                if u >= 0.0 && u < side {
                    self.turn(base, row, (u + 0.5) as u32);
                }
            }
        }
    }

    /// Notes from which row on a line has crossed the western side of the base cell. Whether it crosses that side above or below
    /// the middle of a row is asked as for the row itself: by where the line is at that height.
    fn cross_west(&mut self, base: u8, (p, q): (At, At), at: impl Fn(f64) -> f64) {
        if (p.0 >= 0.0) == (q.0 >= 0.0) {
            return;
        }
        let (lower, upper) = if p.1 <= q.1 { (p, q) } else { (q, p) };
        let is_beyond = upper.0 >= 0.0;
        // The first row whose middle is not below the lower end.
        let mut row = (lower.1 - 0.5).ceil().max(0.0);
        while row + 0.5 <= upper.1 && (at(row + 0.5) >= 0.0) != is_beyond {
            row += 1.0;
        }
        if row < f64::from(self.cells) {
            self.bases[usize::from(base)].steps.push(row as u32);
        }
    }

    /// Marks cells of a row as touched.
    fn touch(&mut self, base: u8, row: u32, from: u32, to: u32) {
        for tile in from / SIDE..=to / SIDE {
            let first = from.max(tile * SIDE) % SIDE;
            let last = to.min(tile * SIDE + SIDE - 1) % SIDE;
            let sketch = self.sketch(base, tile, row / SIDE);
            sketch.touched[(row % SIDE) as usize] |=
                (u32::MAX << first) & (u32::MAX >> (SIDE - 1 - last));
        }
    }

    /// Turns all cells of a row from one on.
    fn turn(&mut self, base: u8, row: u32, from: u32) {
        if from < self.cells {
            let sketch = self.sketch(base, from / SIDE, row / SIDE);
            sketch.odd[(row % SIDE) as usize] ^= u32::MAX << (from % SIDE);
        }
    }

    fn sketch(&mut self, base: u8, i: u32, j: u32) -> &mut Sketch {
        let is_it = |s: &Sketch| (s.base, s.i, s.j) == (base, i, j);
        if !self.tiles.get(self.last).is_some_and(is_it) {
            let (tiles, empty) = (&mut self.tiles, [0; SIDE as usize]);
            self.last = *self.places.entry((base, i, j)).or_insert_with(|| {
                tiles.push(Sketch { base, i, j, touched: empty, odd: empty });
                tiles.len() - 1
            });
        }
        &mut self.tiles[self.last]
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
            let place = self.places.get(&(base, 0, row / SIDE));
            let sketch = place.and_then(|place| self.tiles.get(*place));
            sketch.is_none_or(|sketch| sketch.touched[(row % SIDE) as usize] & 1 == 0)
        };
        let row = (0..self.cells).find(is_free)?;
        Some((row, self.bases[usize::from(base)].is_odd(row)))
    }

    /// The cells of all tiles that are touched, and those that are inside. `even` has, for each base cell, whether the western
    /// side is inside where the lines between it and the lowest row are even in number. Ends with nothing drawn.
    pub(super) fn finish(&mut self, grid: &TileGrid, even: [bool; 12], out: &mut Vec<(u64, Rows)>) {
        self.tiles.sort_unstable_by_key(|s| (s.base, s.j, s.i));
        let mut tiles = self.tiles.iter().peekable();
        for ((base, even), drawn) in (0_u8..).zip(even).zip(&self.bases) {
            for j in 0..grid.tiles() {
                // For each row a bit: whether what comes before the next tile is inside.
                let mut carry = (0..SIDE.min(self.cells)).fold(0_u32, |carry, row| {
                    carry | u32::from(even ^ drawn.is_odd(j * SIDE + row)) << row
                });
                let mut next = 0;
                while let Some(sketch) = tiles.next_if(|s| (s.base, s.j) == (base, j)) {
                    fill(grid, base, (next..sketch.i, j), carry, out);
                    next = sketch.i + 1;
                    let mut rows = sketch.touched;
                    for (k, (row, odd)) in rows.iter_mut().zip(sketch.odd).enumerate() {
                        *row |= odd ^ 0_u32.wrapping_sub((carry >> k) & 1);
                        carry ^= (odd >> (SIDE - 1)) << k;
                    }
                    out.push((grid.id(base, sketch.i, j), clip(rows, self.cells)));
                }
                fill(grid, base, (next..grid.tiles(), j), carry, out);
            }
        }
        self.clear();
    }

    /// The cells of all tiles that are touched. Ends with nothing drawn.
    pub(super) fn finish_lines(&mut self, grid: &TileGrid, out: &mut Vec<(u64, Rows)>) {
        let touched = |s: &Sketch| (grid.id(s.base, s.i, s.j), clip(s.touched, self.cells));
        out.extend(self.tiles.iter().map(touched));
        self.clear();
    }
}

impl Base {
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

//! Base cells on which lines are drawn, by tiles, and filled by the even-odd rule.

mod key;
mod line;

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::RangeInclusive;

use key::{Key, Mix};
use line::{Line, greatest, least};

use super::tile::{Rows, SIDE, TileGrid};
use crate::cell::cover::lattice::Cell;

/// A place in a base cell, in cells.
pub(super) type At = (f64, f64);

/// Rows that are drawn together where they are in one tile: a power of two, not above [`SIDE`].
const TOGETHER: u32 = 16;

/// How far straight lines may be from the curve they stand for, in cells.
const DEVIATION: f64 = 0.02;

/// What is drawn of one ring or part.
#[derive(Debug)]
pub(super) struct Canvas {
    cells: u32,
    tiles: Vec<Sketch>,
    /// Places of tiles in the list.
    places: HashMap<Key, usize, BuildHasherDefault<Mix>>,
    last: usize,
    bases: [Base; 12],
}

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
        Self { cells: grid.cells(), tiles: Vec::new(), places: HashMap::default(), last: 0, bases }
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

    /// Draws a curve that reaches `half` to all sides, as far as it is in the base cell. Of the second degree, it has two ends
    /// and a middle.
    pub(super) fn curve(&mut self, base: u8, [p, m, q]: [At; 3], half: f64) {
        if let Some(line) = Line::bent([p, m, q], half) {
            return self.line(base, &line);
        }
        let (run, rise) = (0.5 * (q.0 - p.0), 0.5 * (q.1 - p.1));
        let bend = (0.5 * (p.0 + q.0) - m.0, 0.5 * (p.1 + q.1) - m.1);
        let sag = (bend.0 * bend.0 + bend.1 * bend.1).sqrt();
        let count = (sag / DEVIATION).sqrt().ceil().max(1.0);
        let half = half + sag / (count * count);
        let mut from = p;
        for k in 1..count as u32 {
            let s = 2.0 * f64::from(k) / count - 1.0;
            let to = (m.0 + s * (run + s * bend.0), m.1 + s * (rise + s * bend.1));
            self.line(base, &Line::new(from, to, half));
            from = to;
        }
        self.line(base, &Line::new(from, q, half));
    }

    fn line(&mut self, base: u8, line: &Line) {
        let side = f64::from(self.cells);
        let Line { south, north, west, east, half, .. } = *line;
        if east + half < 0.0 || west - half > side || north.1 + half < 0.0 || south.1 - half > side
        {
            return;
        }
        if let Some(base) = self.bases.get_mut(usize::from(base)) {
            base.is_drawn = true;
        }
        if (south.0 >= 0.0) != (north.0 >= 0.0) {
            self.cross_west(base, line);
        }
        let (mut row, last) = (self.cell_of(south.1 - half), self.cell_of(north.1 + half));
        while row <= last {
            let end = last.min(row | (TOGETHER - 1));
            match self.tile_around(line, row, end) {
                Some(tile) => self.draw_within(base, tile, line, row..=end),
                None => (row..=end).for_each(|row| self.draw_row(base, line, row)),
            }
            row = end + 1;
        }
    }

    fn cell_of(&self, place: f64) -> u32 {
        // What is below zero becomes zero.
        (place as u32).min(self.cells - 1)
    }

    /// The tile in which all is that a line does to some rows, if it is but one.
    #[inline]
    fn tile_around(&self, line: &Line, first: u32, last: u32) -> Option<u32> {
        let (a, b) = (line.near(first), line.near(last));
        let west = least(a.0, b.0) - line.bulge - line.half;
        let east = greatest(a.1, b.1) + line.bulge + greatest(line.half, 0.5);
        if west < 0.0 || east >= f64::from(self.cells) {
            return None;
        }
        let (from, to) = (west as u32 / SIDE, east as u32 / SIDE);
        (from == to).then_some(from)
    }

    /// Draws rows of a line that are in one tile.
    #[inline]
    fn draw_within(&mut self, base: u8, tile: u32, line: &Line, rows: RangeInclusive<u32>) {
        let sketch = self.sketch(base, tile, *rows.start() / SIDE);
        for row in rows {
            let (a, b) = line.near(row);
            let from = (a - line.half) as u32 % SIDE;
            let to = (b + line.half) as u32 % SIDE;
            let place = &mut sketch.rows[(row % SIDE) as usize];
            place.touched |= run(from, to);
            if let Some(u) = line.at_middle(row) {
                place.odd ^= u32::MAX << ((u + 0.5) as u32 % SIDE);
            }
        }
    }

    /// Draws a row of a line wherever it is.
    fn draw_row(&mut self, base: u8, line: &Line, row: u32) {
        let (a, b) = line.near(row);
        let (west, east) = (a - line.half, b + line.half);
        if east >= 0.0 && west <= f64::from(self.cells) {
            self.touch(base, row, self.cell_of(west), self.cell_of(east));
        }
        if let Some(u) = line.at_middle(row) {
            // Cells are odd from here on whose middle is beyond.
            let from = (u + 0.5) as u32;
            if u >= 0.0 && from < self.cells {
                self.row(base, from / SIDE, row).odd ^= u32::MAX << (from % SIDE);
            }
        }
    }

    /// Notes from which row on a line has crossed the western side of the base cell. Whether it crosses that side above or below
    /// the middle of a row is asked as for the row itself: by where the line is at that height.
    fn cross_west(&mut self, base: u8, line: &Line) {
        let is_beyond = line.north.0 >= 0.0;
        // The first row whose middle is not below the lower end.
        let mut row = (line.south.1 - 0.5).ceil().max(0.0);
        while row + 0.5 <= line.north.1 && (line.at(row + 0.5) >= 0.0) != is_beyond {
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
            self.row(base, tile, row).touched |= run(first, last);
        }
    }

    /// A row of cells in a tile.
    fn row(&mut self, base: u8, tile: u32, row: u32) -> &mut Row {
        &mut self.sketch(base, tile, row / SIDE).rows[(row % SIDE) as usize]
    }

    /// A tile by its column and row.
    #[inline]
    fn sketch(&mut self, base: u8, i: u32, j: u32) -> &mut Sketch {
        let key = Key::new(base, i, j);
        if self.tiles.get(self.last).is_none_or(|sketch| sketch.key != key) {
            let tiles = &mut self.tiles;
            self.last = *self.places.entry(key).or_insert_with(|| {
                tiles.push(Sketch { key, rows: [Row::default(); SIDE as usize] });
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
            let place = self.places.get(&Key::new(base, 0, row / SIDE));
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
                while let Some(sketch) = tiles.next_if(|s| s.key.is_in(base, j)) {
                    let i = sketch.key.column();
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
        let touched = |s: &Sketch| (s.key.id(grid), clip(s.touched(), self.cells));
        out.extend(self.tiles.iter().map(touched));
        self.clear();
    }
}

impl Sketch {
    fn touched(&self) -> Rows {
        let mut rows = [0; SIDE as usize];
        rows.iter_mut().zip(&self.rows).for_each(|(touched, row)| *touched = row.touched);
        rows
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

/// The bits from one to another, both included.
fn run(from: u32, to: u32) -> u32 {
    (u32::MAX << from) & (u32::MAX >> (SIDE - 1 - to))
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

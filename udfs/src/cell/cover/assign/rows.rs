//! The rows of a base cell: the cells that lines touch in each, and those that are between them.
//!
//! In most rows of most shapes these are one run of cells, from the westernmost that a line touches to the easternmost. It is
//! known to be so
//!
//! - where two lines pass the row and none turns in it: what is between them is inside;
//! - where none passes the row and one turns in it, back to the row that it comes from: what is between its two legs is inside.
//!
//! All other rows are looked at line by line, and so are those where lines leave the base cell.

use super::line::{LANES, Stroke, floor, row_at};

/// The rows that lines come to.
#[derive(Debug, Default)]
pub(super) struct Rows {
    cells: u32,
    first: u32,
    count: usize,
    /// The columns that lines come to in each row, and some places more.
    west: Vec<f64>,
    east: Vec<f64>,
    /// What there is in each row more than in the one before.
    changes: Vec<Change>,
    /// How many rows up to each are not known to be a single run, and what lines do in those.
    rough: Vec<u32>,
    touched: Vec<Run>,
    passed: Vec<(u32, u32)>,
    runs: Vec<Run>,
}

/// Cells of a row, from one up to another that is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) row: u32,
    pub(super) from: u32,
    pub(super) end: u32,
}

/// Where a line turns from one row to the next back to the one before, and how far it reaches there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) height: f64,
    pub(super) half: f64,
}

#[derive(Debug, Clone, Copy)]
struct Change {
    /// Lines that pass the middle of the row.
    passes: i32,
    /// Places where a line turns back.
    turns: i32,
}

impl Change {
    const NONE: Self = Self { passes: 0, turns: 0 };

    #[inline(always)]
    fn is_single(self) -> bool {
        (self.passes == 2) & (self.turns == 0) | (self.passes == 0) & (self.turns == 1)
    }
}

impl Rows {
    /// For so many cells to the side of a base cell.
    pub(super) fn new(cells: u32) -> Self {
        Self { cells, ..Self::default() }
    }

    /// Takes the lines of a base cell, and the places where they turn.
    #[inline(always)]
    pub(super) fn lay(&mut self, strokes: &[Stroke], turns: &[Turn]) {
        let (mut begin, mut end) = (self.cells, 0);
        for stroke in strokes {
            (begin, end) = (begin.min(stroke.first), end.max(stroke.end));
        }
        self.first = begin.min(end);
        self.count = (end - self.first) as usize;
        let room = self.count + LANES;
        self.west.clear();
        self.west.resize(room, f64::INFINITY);
        self.east.clear();
        self.east.resize(room, f64::NEG_INFINITY);
        self.changes.clear();
        self.changes.resize(room, Change::NONE);
        for stroke in strokes {
            let place = |row: u32| (row - self.first) as usize;
            let (begin, end) = (place(stroke.first), place(stroke.end));
            let (west, east) = (&mut self.west[begin..], &mut self.east[begin..]);
            stroke.line.widen(stroke.first, end - begin, west, east);
            let (first, end) = stroke.middles;
            if first < end {
                self.changes[place(first)].passes += 1;
                self.changes[place(end)].passes -= 1;
            }
        }
        let last = f64::from(self.cells) - 1.0;
        for Turn { height, half } in turns {
            let (first, last) = (row_at(height - half, last), row_at(height + half, last));
            self.changes[(first - self.first) as usize].turns += 1;
            self.changes[(last + 1 - self.first) as usize].turns -= 1;
        }
    }

    /// A row whose first cell no line touches.
    pub(super) fn free_row(&self) -> Option<u32> {
        if self.first > 0 {
            return Some(0);
        }
        let free = self.west.iter().take(self.count).position(|west| *west >= 1.0);
        let free = free.unwrap_or(self.count) as u32;
        (free < self.cells).then_some(free)
    }

    /// The runs of cells that are touched, and of those that are inside where something `is_filled`, of rows that ascend.
    /// `is_inside` is asked whether the western side of a row is.
    #[inline(always)]
    pub(super) fn runs(
        &mut self,
        strokes: &[Stroke],
        is_filled: bool,
        is_inside: impl Fn(u32) -> bool,
    ) -> &[Run] {
        self.runs.clear();
        let (first, end, cells) = (self.first, self.first + self.count as u32, self.cells);
        // No line comes to the rows before and behind, so they are alike.
        let whole = |row| Run { row, from: 0, end: cells };
        if first > 0 && is_inside(0) {
            self.runs.extend((0..first).map(whole));
        }
        if self.find_rough(is_filled, &is_inside) {
            self.look(strokes, is_filled);
        }
        let mut before = 0;
        let columns = self.west.iter().zip(&self.east);
        for ((row, &until), (west, east)) in (first..).zip(&self.rough).zip(columns) {
            if until == before {
                let (from, end) = (floor(*west) as u32, floor(*east) as u32 + 1);
                self.runs.push(Run { row, from, end });
            } else {
                let inside = is_inside(row).then_some(0);
                let lists = (&mut self.touched, &mut self.passed);
                rough_row((row, cells), inside, lists, &mut self.runs);
            }
            before = until;
        }
        if end < cells && is_inside(end) {
            self.runs.extend((end..cells).map(whole));
        }
        &self.runs
    }

    /// Counts the rows that are not known to be a single run, and says whether there are any.
    #[inline(always)]
    fn find_rough(&mut self, is_filled: bool, is_inside: &impl Fn(u32) -> bool) -> bool {
        self.rough.clear();
        let (mut sum, mut count) = (Change::NONE, 0);
        let side = f64::from(self.cells);
        let columns = self.west.iter().zip(&self.east).take(self.count);
        for ((row, change), (west, east)) in (self.first..).zip(&self.changes).zip(columns) {
            sum.passes += change.passes;
            sum.turns += change.turns;
            // Of what is beyond the sides of the base cell there may be no line.
            let is_here = (*west >= 0.0) & (*east < side);
            count += u32::from(!(is_filled & sum.is_single() & is_here) || is_inside(row));
            self.rough.push(count);
        }
        count > 0
    }

    /// Finds what each line does in rough rows; the last rows come first.
    fn look(&mut self, strokes: &[Stroke], is_filled: bool) {
        let Self { cells, first: begin, rough, touched, passed, .. } = self;
        let before = |row: u32| match (row - *begin).checked_sub(1) {
            Some(place) => rough.get(place as usize).copied().unwrap_or_default(),
            None => 0,
        };
        let is_rough = |row: &u32| before(*row) != before(*row + 1);
        touched.clear();
        passed.clear();
        let side = f64::from(*cells);
        for Stroke { line, first, end, middles, .. } in strokes {
            if before(*first) == before(*end) {
                continue;
            }
            for row in (*first..*end).filter(is_rough) {
                let (from, to) = line.columns(row.into());
                if to >= 0.0 && from < side {
                    let end = (floor(to.min(side)) as u32 + 1).min(*cells);
                    touched.push(Run { row, from: floor(from.max(0.0)) as u32, end });
                }
            }
            if is_filled {
                for row in (middles.0..middles.1).filter(is_rough) {
                    let column = line.at(f64::from(row) + 0.5);
                    // Those outside are counted along the western side.
                    if column >= 0.0 {
                        passed.push((row, ((column + 0.5) as u32).min(*cells)));
                    }
                }
            }
        }
        touched.sort_unstable_by(|a, b| b.cmp(a));
        passed.sort_unstable_by(|a, b| b.cmp(a));
    }
}

/// Puts together what is touched in a row, of so many cells, and what lies between the lines that pass it; both are taken from
/// the ends of lists. `inside` is the first cell where the western side is inside.
fn rough_row(
    (row, cells): (u32, u32),
    mut inside: Option<u32>,
    (touched, passed): (&mut Vec<Run>, &mut Vec<(u32, u32)>),
    out: &mut Vec<Run>,
) {
    let begin = out.len();
    while let Some(run) = touched.pop_if(|run| run.row == row) {
        out.push(run);
    }
    while let Some((_, cell)) = passed.pop_if(|(of, _)| *of == row) {
        inside = match inside {
            Some(from) => {
                out.extend((from < cell).then_some(Run { row, from, end: cell }));
                None
            }
            None => Some(cell),
        };
    }
    out.extend(inside.filter(|from| *from < cells).map(|from| Run { row, from, end: cells }));
    let found = &mut out[begin..];
    found.sort_unstable();
    // Those that join the one before are taken into it.
    let mut count = 0;
    for next in 0..found.len() {
        let run = found[next];
        match found[..count].last_mut() {
            Some(last) if run.from <= last.end => last.end = last.end.max(run.end),
            _ => {
                found[count] = run;
                count += 1;
            }
        }
    }
    out.truncate(begin + count);
}

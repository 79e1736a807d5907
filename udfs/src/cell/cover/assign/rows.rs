//! The rows of a base cell: the cells that lines touch in each, and those that are between them.
//!
//! In most rows of most shapes these are one run of cells, from the westernmost that a line touches to the easternmost. It is
//! known to be so
//!
//! - where two lines pass the row and none other turns in it: what is between them is inside;
//! - where none passes the row and one turns in it, back to the row that it comes from: what is between its two legs is inside;
//! - where the western side of the base cell is inside and one line passes: what is between them is inside;
//! - where lines leave the base cell over its western side, and in it none passes the row or turns.
//!
//! All other rows are looked at line by line. Where a line passes a row it is in the middle of that.

use super::line::{LANES, Stroke, floor, greatest, row_at};

/// The rows that lines come to.
#[derive(Debug, Default)]
pub(super) struct Rows {
    cells: u32,
    first: u32,
    count: usize,
    /// The columns that lines come to in each row, and some places more.
    west: Vec<f64>,
    east: Vec<f64>,
    /// What there is in each row more than in the one before, and from then on what there is.
    lines: Vec<Lines>,
    /// The run of each row, as far as it is known to be the only one: its first cell, and that after its last. Of other rows
    /// the greatest number, and nought.
    from: Vec<u32>,
    end: Vec<u32>,
    /// The other rows, and what lines do in those.
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

/// The cells of a base cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// Of rows from this one on a run each: the first cell, and that after the last. Where there is none, this is no more.
    pub(super) first: u32,
    pub(super) from: &'a [u32],
    pub(super) end: &'a [u32],
    /// Those of other rows, which ascend.
    pub(super) runs: &'a [Run],
}

/// Where a line turns back from going up or down, and how far it reaches there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub(super) height: f64,
    pub(super) half: f64,
    /// Whether both its legs pass the middle of its row.
    pub(super) is_passed: bool,
}

/// What lines do in a row, in one number so that they are added up fast: how many pass its middle, how many places there are
/// where one turns back, and, in the highest bit, whether the western side is inside. The sums of rows are never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lines(u64);

impl Lines {
    const NONE: Self = Self(0);
    const PASS: Self = Self(1);
    const TURN: Self = Self(1 << 32);
    const SIDE: Self = Self(1 << 63);

    #[inline(always)]
    fn add(&mut self, other: Self) {
        self.0 = self.0.wrapping_add(other.0);
    }

    #[inline(always)]
    fn take(&mut self, other: Self) {
        self.0 = self.0.wrapping_sub(other.0);
    }

    /// Whether what is touched and inside is one run, from the westernmost line to the easternmost, if no line leaves the row to
    /// the west or east.
    #[inline(always)]
    fn is_between(self) -> bool {
        (self.0 == 2 * Self::PASS.0) | (self == Self::TURN)
    }

    /// Whether it is one run from the western side to the easternmost line, if none leaves the row to the east. Some line may
    /// leave it to the west.
    #[inline(always)]
    fn is_western(self, leaves: bool) -> bool {
        (self == Self::NONE) & leaves | (self.0 == Self::SIDE.0 + Self::PASS.0)
    }

    fn is_inside(self) -> bool {
        self.0 >= Self::SIDE.0
    }
}

impl Rows {
    /// For so many cells to the side of a base cell.
    pub(super) fn new(cells: u32) -> Self {
        Self { cells, ..Self::default() }
    }

    /// Takes the lines of a base cell, the places where they turn, and the rows from which on there is one more of them between
    /// the western side and that of row 0.
    #[inline(always)]
    pub(super) fn lay(&mut self, strokes: &[Stroke], turns: &[Turn], steps: &[u32]) {
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
        self.lines.clear();
        self.lines.resize(room, Lines::NONE);
        let place = |row: u32| (row - self.first) as usize;
        for stroke in strokes {
            let (begin, end) = (place(stroke.first), place(stroke.end));
            let (west, east) = (&mut self.west[begin..], &mut self.east[begin..]);
            stroke.line.widen(stroke.first, end - begin, west, east);
            let (first, end) = stroke.middles;
            if first < end {
                self.lines[place(first)].add(Lines::PASS);
                self.lines[place(end)].take(Lines::PASS);
                if stroke.line.west < 0.0 {
                    leave_out(&mut self.lines, stroke, self.first);
                }
            }
        }
        let last = f64::from(self.cells) - 1.0;
        for Turn { height, half, is_passed } in turns {
            let rows = (row_at(height - half, last), row_at(height + half, last));
            self.lines[place(rows.0)].add(Lines::TURN);
            self.lines[place(rows.1 + 1)].take(Lines::TURN);
            // What it does between two lines that pass its row, and are joined by it, is between them.
            if *is_passed && *height >= 0.0 && *height < last + 1.0 {
                let row = row_at(*height, last);
                self.lines[place(row)].take(Lines::TURN);
                self.lines[place(row + 1)].add(Lines::TURN);
            }
        }
        for step in steps {
            self.lines[place(*step.max(&self.first))].add(Lines::SIDE);
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

    /// The cells that are touched, and where there is an `even`, those that are inside. It says whether the western side is
    /// inside where the lines between it and that of row 0 are even in number.
    #[inline(always)]
    pub(super) fn find(&mut self, strokes: &[Stroke], even: Option<bool>) -> Found<'_> {
        self.runs.clear();
        let (first, end, cells) = (self.first, self.first + self.count as u32, self.cells);
        let mut sum = if even == Some(true) { Lines::SIDE } else { Lines::NONE };
        // No line comes to the rows before and behind, so they are alike.
        let whole = |row| Run { row, from: 0, end: cells };
        let is_filled = even.is_some();
        if is_filled && first > 0 && sum.is_inside() {
            self.runs.extend((0..first).map(whole));
        }
        for lines in &mut self.lines {
            sum.add(*lines);
            *lines = sum;
        }
        if self.singles(is_filled) {
            self.look(strokes, is_filled);
            for &row in &self.rough {
                let lines = self.lines.get((row - first) as usize).copied();
                let inside = lines.filter(|lines| is_filled && lines.is_inside()).map(|_| 0);
                let lists = (&mut self.touched, &mut self.passed);
                rough_row((row, cells), inside, lists, &mut self.runs);
            }
        }
        let behind = self.lines.get(self.count).copied().unwrap_or(sum);
        if is_filled && end < cells && behind.is_inside() {
            self.runs.extend((end..cells).map(whole));
        }
        Found { first, from: &self.from, end: &self.end, runs: &self.runs }
    }

    /// Finds the rows that are known to be a single run, and says whether there are others.
    #[inline(always)]
    fn singles(&mut self, is_filled: bool) -> bool {
        let side = f64::from(self.cells);
        self.from.clear();
        self.from.resize(self.count, u32::MAX);
        self.end.clear();
        self.end.resize(self.count, 0);
        let columns = self.west.iter().zip(&self.east).zip(&self.lines);
        let mut singles = 0;
        for (((west, east), lines), (from, end)) in
            columns.zip(self.from.iter_mut().zip(&mut self.end))
        {
            // Of what is beyond the sides of the base cell there may be no line.
            let is_here = is_filled & (*east < side);
            let is_between = is_here & (*west >= 0.0) & lines.is_between();
            let is_western = is_here & lines.is_western(*west < 0.0);
            let is_single = is_between | is_western;
            *from = if is_between { floor(*west) as u32 } else { 0 };
            *from = if is_single { *from } else { u32::MAX };
            *end = if is_single { (floor(greatest(*east, -0.5)) + 1) as u32 } else { 0 };
            singles += u32::from(is_single);
        }
        singles != self.count as u32
    }

    /// Finds the other rows and what each line does there; the last rows come first.
    fn look(&mut self, strokes: &[Stroke], is_filled: bool) {
        let Self { cells, first, from, rough, touched, passed, .. } = self;
        rough.clear();
        rough.extend(
            (*first..).zip(from).filter(|(_, from)| **from == u32::MAX).map(|(row, _)| row),
        );
        touched.clear();
        passed.clear();
        let side = f64::from(*cells);
        for Stroke { line, first, end, middles, .. } in strokes {
            let begin = rough.partition_point(|row| row < first);
            for &row in rough.iter().skip(begin).take_while(|row| *row < end) {
                let (from, to) = line.columns(row.into());
                if to >= 0.0 && from < side {
                    let end = (floor(to.min(side)) as u32 + 1).min(*cells);
                    touched.push(Run { row, from: floor(from.max(0.0)) as u32, end });
                }
                if is_filled && middles.0 <= row && row < middles.1 {
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

/// Takes away from the rows a line that passes them beyond the western side: it is counted along that.
#[inline(never)]
fn leave_out(lines: &mut [Lines], stroke: &Stroke, begin: u32) {
    for row in stroke.middles.0..stroke.middles.1 {
        if stroke.line.at(f64::from(row) + 0.5) < 0.0 {
            let place = (row - begin) as usize;
            lines[place].take(Lines::PASS);
            lines[place + 1].add(Lines::PASS);
        }
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

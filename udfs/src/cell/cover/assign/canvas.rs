//! Base cells on which lines are drawn and filled by the even-odd rule.

use super::line::{At, Line, Stroke};
use super::rows::{Found, Rows, Turn};

/// How far straight lines may be from the curve they stand for, in cells.
const DEVIATION: f64 = 0.02;

/// What is drawn of one part.
#[derive(Debug)]
pub(super) struct Canvas {
    cells: u32,
    bases: [Base; 12],
    /// The rows of the base cell that is being filled.
    rows: Rows,
}

/// What is drawn in a base cell.
#[derive(Debug, Default)]
struct Base {
    strokes: Vec<Stroke>,
    turns: Vec<Turn>,
    /// Of the ring that is being drawn.
    chains: Vec<Chain>,
    /// Rows from which on there is one more line between the middle of the row's western side and that of row 0.
    steps: Vec<u32>,
}

/// Lines that follow each other, all of them up or all of them down.
#[derive(Debug, Clone, Copy)]
struct Chain {
    begin: At,
    end: At,
    is_up: bool,
    /// Whether it turns back from the chain before.
    turns: bool,
    /// How far the lines at its ends reach, or where two meet the one of them that reaches further.
    halves: (f64, f64),
}

impl Canvas {
    /// For so many cells to the side of a base cell.
    pub(super) fn new(cells: u32) -> Self {
        Self { cells, bases: std::array::from_fn(|_| Base::default()), rows: Rows::new(cells) }
    }

    /// Forgets what was drawn.
    pub(super) fn clear(&mut self) {
        for base in &mut self.bases {
            base.strokes.clear();
            base.turns.clear();
            base.chains.clear();
            base.steps.clear();
        }
    }

    pub(super) fn is_drawn(&self, base: u8) -> bool {
        self.bases.get(usize::from(base)).is_some_and(|base| !base.strokes.is_empty())
    }

    /// Draws a curve that reaches `half` to all sides, as far as it is in the base cell, which it may be known not to leave. Of
    /// the second degree, it has two ends and a middle.
    #[inline(always)]
    pub(super) fn curve<const STAYS: bool>(&mut self, base: u8, [p, m, q]: [At; 3], half: f64) {
        if let Some(line) = Line::bent([p, m, q], half) {
            return self.line::<STAYS>(base, (p, q), line);
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
            self.line::<STAYS>(base, (from, to), Line::new(from, to, half));
            from = to;
        }
        self.line::<STAYS>(base, (from, q), Line::new(from, q, half));
    }

    #[inline(always)]
    fn line<const STAYS: bool>(&mut self, base: u8, (from, to): (At, At), line: Line) {
        let side = f64::from(self.cells);
        let Line { south, north, west, east, half, .. } = line;
        let is_away = |low: f64, high: f64| high + half < 0.0 || low - half > side;
        if !STAYS && (is_away(west, east) || is_away(south.1, north.1)) {
            return;
        }
        let Some(base) = self.bases.get_mut(usize::from(base)) else { return };
        if !STAYS && (south.0 >= 0.0) != (north.0 >= 0.0) {
            base.steps.extend(west_side(&line, self.cells));
        }
        base.follow(from, to, half);
        base.strokes.push(line.stroke(self.cells));
    }

    /// Ends a ring: its last line leads back to its first one.
    pub(super) fn close(&mut self) {
        self.bases.iter_mut().for_each(Base::close);
    }

    /// Takes the lines of a base cell to its rows.
    #[inline(always)]
    pub(super) fn lay(&mut self, base: u8) {
        let Self { bases, rows, .. } = self;
        let Some(Base { strokes, turns, steps, .. }) = bases.get(usize::from(base)) else { return };
        rows.lay(strokes, turns, steps);
    }

    /// A row whose first cell no line touches, and whether the lines between the middle of its western side and that of the
    /// lowest row are odd in number.
    pub(super) fn free_row(&self, base: u8) -> Option<(u32, bool)> {
        let row = self.rows.free_row()?;
        Some((row, self.bases.get(usize::from(base))?.is_odd(row)))
    }

    /// The cells that are touched in what has been laid; and where there is an `even`, those that are inside. It says whether
    /// the western side is inside where the lines between it and the lowest row are even in number.
    #[inline(always)]
    pub(super) fn find(&mut self, base: u8, even: Option<bool>) -> Option<Found<'_>> {
        let Self { bases, rows, .. } = self;
        Some(rows.find(&bases.get(usize::from(base))?.strokes, even))
    }
}

/// From which row on a line that crosses the western side of the base cell has done so. Whether it crosses that side above or
/// below the middle of a row is asked as for the row itself: by where the line is at that height.
fn west_side(line: &Line, cells: u32) -> Option<u32> {
    let is_beyond = line.north.0 >= 0.0;
    // The first row whose middle is not below the lower end.
    let mut row = (line.south.1 - 0.5).ceil().max(0.0);
    while row + 0.5 <= line.north.1 && (line.at(row + 0.5) >= 0.0) != is_beyond {
        row += 1.0;
    }
    (row < f64::from(cells)).then_some(row as u32)
}

impl Base {
    /// Adds a line to its chain, or begins one.
    #[inline(always)]
    fn follow(&mut self, begin: At, end: At, half: f64) {
        let is_up = end.1 >= begin.1;
        let (mut turns, mut widest) = (false, half);
        if let Some(last) = self.chains.last_mut().filter(|last| last.end == begin) {
            if last.is_up == is_up {
                (last.end, last.halves.1) = (end, half);
                return;
            }
            (turns, widest) = (true, half.max(last.halves.1));
        }
        self.chains.push(Chain { begin, end, is_up, turns, halves: (widest, half) });
    }

    /// Notes where chains turn back.
    fn close(&mut self) {
        if let [first, .., last] = self.chains.as_mut_slice()
            && first.begin == last.end
        {
            if first.is_up == last.is_up {
                // They are one.
                (first.begin, last.end) = (last.begin, first.end);
            } else {
                (first.turns, first.halves.0) = (true, first.halves.0.max(last.halves.1));
            }
        }
        let before = self.chains.iter().cycle().skip(self.chains.len().saturating_sub(1));
        for (chain, before) in self.chains.iter().zip(before).filter(|(chain, _)| chain.turns) {
            let (height, half) = (chain.begin.1, chain.halves.0);
            let middle = height.floor() + 0.5;
            let is_above = |height: f64| height >= middle;
            // As for the rows whose middles a line passes.
            let (from, to) = (before.begin.1, chain.end.1);
            let is_passed = is_above(from) == is_above(to) && is_above(from) != is_above(height);
            self.turns.push(Turn { height, half, is_passed });
        }
        self.chains.clear();
    }

    /// Not inlined: it is seldom asked.
    #[inline(never)]
    fn is_odd(&self, row: u32) -> bool {
        self.steps.iter().filter(|step| **step <= row).count() % 2 == 1
    }
}

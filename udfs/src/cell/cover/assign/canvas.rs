//! Base cells on which lines are drawn and filled by the even-odd rule.

use super::line::{At, Line, Stroke};
use super::rows::{Rows, Run, Turn};

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
    /// How the ring that is being drawn has begun here, and how far it has come.
    first: Option<Leg>,
    last: Option<Leg>,
    /// Rows from which on there is one more line between the middle of the row's western side and that of row 0.
    steps: Vec<u32>,
}

/// The beginning or the end of a line.
#[derive(Debug, Clone, Copy)]
struct Leg {
    at: At,
    is_up: bool,
    half: f64,
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
            (base.first, base.last) = (None, None);
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
        let Some(Base { strokes, turns, .. }) = bases.get(usize::from(base)) else { return };
        rows.lay(strokes, turns);
    }

    /// A row whose first cell no line touches, and whether the lines between the middle of its western side and that of the
    /// lowest row are odd in number.
    pub(super) fn free_row(&self, base: u8) -> Option<(u32, bool)> {
        let row = self.rows.free_row()?;
        Some((row, self.bases.get(usize::from(base))?.is_odd(row)))
    }

    /// The runs of cells that are touched, by rows; and where there is an `even`, of those that are inside. It says whether the
    /// western side is inside where the lines between it and the lowest row are even in number.
    #[inline(always)]
    pub(super) fn runs(&mut self, base: u8, even: Option<bool>) -> &[Run] {
        let Self { bases, rows, .. } = self;
        let Some(base) = bases.get(usize::from(base)) else { return &[] };
        // Of most shapes the lines do not cross the western side at all.
        let (is_even, crosses) = (even == Some(true), !base.steps.is_empty());
        rows.runs(&base.strokes, even.is_some(), |row| {
            is_even ^ (even.is_some() && crosses && base.is_odd(row))
        })
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
    /// Notes where a line turns back from the one before.
    #[inline(always)]
    fn follow(&mut self, from: At, to: At, half: f64) {
        let is_up = to.1 >= from.1;
        let begin = Leg { at: from, is_up, half };
        self.turn(self.last, begin);
        self.first.get_or_insert(begin);
        self.last = Some(Leg { at: to, is_up, half });
    }

    #[inline(always)]
    fn turn(&mut self, last: Option<Leg>, next: Leg) {
        if let Some(last) = last
            && last.at == next.at
            && last.is_up != next.is_up
        {
            self.turns.push(Turn { height: next.at.1, half: last.half.max(next.half) });
        }
    }

    fn close(&mut self) {
        let last = self.last.take();
        if let Some(first) = self.first.take() {
            self.turn(last, first);
        }
    }

    /// Not inlined: it is seldom asked.
    #[inline(never)]
    fn is_odd(&self, row: u32) -> bool {
        self.steps.iter().filter(|step| **step <= row).count() % 2 == 1
    }
}

//! Where a thick line is in each row of cells.

/// A place in a base cell, in cells.
pub(super) type At = (f64, f64);

/// How much wider than it need be a bent line may be for not being of the form that it stands for, in cells.
const DEVIATION: f64 = 0.02;

/// Lines of fewer rows are drawn as straight ones: columns of a flat line are not a polynomial of its rows.
const LEAST_RISE: f64 = 0.1;

/// Rows that are done together, by vector instructions.
pub(super) const LANES: usize = 4;

/// Added to a number of cells, it rounds it to a whole one, which is then in the low bits.
const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;

/// A line with its ends in order, all in cells. It may be bent: then its columns are a polynomial of the second degree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The end with the lower row, and the other one.
    pub(super) south: At,
    pub(super) north: At,
    /// The least and largest column of the line.
    pub(super) west: f64,
    pub(super) east: f64,
    /// How far it reaches to all sides.
    pub(super) half: f64,
    /// Columns for each row, and for each square of rows.
    slope: f64,
    bend: f64,
    /// How far it may reach to the sides of where it is at a row, for what it does within its thickness below and above.
    pad: f64,
}

/// A line as it is drawn in a base cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub(super) line: Line,
    /// The rows that it touches, from the first to the one after the last.
    pub(super) first: u32,
    pub(super) end: u32,
    /// The rows whose middle it passes, likewise. Of two lines that meet at the middle of a row one does.
    pub(super) middles: (u32, u32),
}

impl Line {
    /// A straight line.
    #[inline(always)]
    pub(super) fn new(p: At, q: At, half: f64) -> Self {
        let (south, north) = if p.1 <= q.1 { (p, q) } else { (q, p) };
        let (west, east) = (least(p.0, q.0), greatest(p.0, q.0));
        let rise = north.1 - south.1;
        let slope = (north.0 - south.0) / rise;
        // All columns of a flat one are in one row, or in two.
        let is_flat = rise < 1e-12;
        let pad = if is_flat { f64::INFINITY } else { half + half * slope.abs() };
        let slope = if is_flat { 0.0 } else { slope };
        Self { south, north, west, east, half, slope, bend: 0.0, pad }
    }

    /// The curve `m + c·s + e·s²` for s from -1, at `p`, to 1, at `q`. `None` for one that is not nearly enough a polynomial of
    /// the rows.
    ///
    /// With β = e₁/c₁, w = (row - m₁)/c₁ and κ = e₀ - β·c₀ its columns are m₀ + c₀·w + κ·(w² - 2β·w³ + 5β²·w⁴ ...). The
    /// polynomial through the three points leaves them by at most 1.3·|β·κ| where |β| is no more than an eighth.
    #[inline(always)]
    pub(super) fn bent([p, m, q]: [At; 3], half: f64) -> Option<Self> {
        let (rise, run) = (0.5 * (q.1 - p.1), 0.5 * (q.0 - p.0));
        if rise.abs() < 0.5 * LEAST_RISE {
            return None;
        }
        let inverse = 1.0 / rise;
        let beta = (0.5 * (p.1 + q.1) - m.1) * inverse;
        let kappa = (0.5 * (p.0 + q.0) - m.0 - beta * run).abs();
        // The heights that are asked for a row are up to a row beyond its ends. Where the polynomial turns further away than
        // half of that, an end is between what is found at the two.
        let within = (0.5 + half + DEVIATION) * inverse.abs();
        let least_slope = (run.abs() - (2.0 + 2.0 * within) * kappa) * inverse.abs();
        // It counts for less where the line is flat, for it is in columns.
        let more = 1.3 * beta.abs() * kappa / greatest(least_slope, 1.0);
        let may_turn = least_slope < 0.0;
        let more = if may_turn { more + kappa * within * within } else { more };
        let bulge = if may_turn { kappa } else { 0.0 };
        let half = half + more;
        let is_up = rise >= 0.0;
        let (south, north) = if is_up { (p, q) } else { (q, p) };
        let (west, east) = (least(p.0, q.0) - bulge, greatest(p.0, q.0) + bulge);
        let slope = run * inverse;
        let (above, below) = (m.1 - south.1, m.1 - north.1);
        let bend = (m.0 - south.0 - above * slope) / (above * below);
        let pad = half + half * (slope.abs() + bend.abs() * (north.1 - south.1));
        let may_cross_twice = (bulge > 0.0) & (west < 0.0) & (east >= 0.0);
        let is_good = (beta.abs() <= 0.125) & (more <= DEVIATION) & !may_cross_twice;
        is_good.then_some(Self { south, north, west, east, half, slope, bend, pad })
    }

    /// The column of the polynomial at a height.
    #[inline(always)]
    fn column(&self, height: f64) -> f64 {
        let slope = self.slope + (height - self.north.1) * self.bend;
        self.south.0 + (height - self.south.1) * slope
    }

    /// The column of the line at a height between its ends; of heights beyond, that of an end or near it.
    #[inline(always)]
    pub(super) fn at(&self, height: f64) -> f64 {
        least(greatest(self.column(height), self.west), self.east)
    }

    /// The line in a base cell of so many cells.
    #[inline(always)]
    pub(super) fn stroke(self, cells: u32) -> Stroke {
        let side = f64::from(cells);
        let first = row_at(self.south.1 - self.half, side - 1.0);
        let end = row_at(self.north.1 + self.half, side - 1.0) + 1;
        // The first row whose middle is above.
        let passed = |end: At| row_at(end.1 + 0.5, side);
        let middles = (passed(self.south), passed(self.north));
        Stroke { line: self, first, end, middles }
    }

    /// The columns that the line comes to, with its thickness, in the row that begins at a height.
    #[inline(always)]
    pub(super) fn columns(&self, height: f64) -> (f64, f64) {
        let (below, above) = (self.column(height), self.column(height + 1.0));
        let (from, to) = (least(below, above) - self.pad, greatest(below, above) + self.pad);
        (greatest(from, self.west - self.half), least(to, self.east + self.half))
    }

    /// Widens the columns from `west` to `east` of so many `rows`, of which the first is `row`, to those that the line comes to
    /// there. There are more places, up to a whole number of [`LANES`].
    #[inline(always)]
    pub(super) fn widen(&self, row: u32, rows: usize, west: &mut [f64], east: &mut [f64]) {
        let (mut first, mut rest) = (f64::from(row), rows);
        let (west, east) = (west.as_chunks_mut::<LANES>().0, east.as_chunks_mut::<LANES>().0);
        let chunks = west.iter_mut().zip(east);
        for (west, east) in chunks.take(rows.div_ceil(LANES)) {
            let beyond = &BEYOND[rest.min(LANES)];
            for k in 0..LANES {
                let (from, to) = self.columns(first + k as f64);
                west[k] = least(from + beyond[k], west[k]);
                east[k] = greatest(to - beyond[k], east[k]);
            }
            first += LANES as f64;
            rest = rest.saturating_sub(LANES);
        }
    }
}

/// What takes lines away from places beyond so many.
const BEYOND: [[f64; LANES]; LANES + 1] = {
    const IN: f64 = 0.0;
    const OUT: f64 = f64::INFINITY;
    [[OUT; LANES], [IN, OUT, OUT, OUT], [IN, IN, OUT, OUT], [IN, IN, IN, OUT], [IN; LANES]]
};

/// The whole number below. Of a whole one it may be the one before: no line comes to it, for lines are thicker than they
/// need be.
#[inline(always)]
pub(super) fn floor(column: f64) -> i32 {
    (column - 0.5 + ROUND).to_bits() as i32
}

/// The row at a height, from 0 to `last`.
#[inline(always)]
pub(super) fn row_at(height: f64, last: f64) -> u32 {
    (least(greatest(height.floor(), 0.0), last) + ROUND).to_bits() as u32
}

/// The lesser of two numbers, in one instruction: unlike `f64::min` it need not care for what is no number.
#[inline(always)]
pub(super) fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater of two numbers, likewise.
#[inline(always)]
pub(super) fn greatest(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::tests::rng::Rng;

    /// What is within its thickness of a curve is in the columns of its row.
    #[test]
    fn bent_lines_hold_their_curve() {
        let mut rng = Rng::new(44);
        let (mut seen, mut flat) = (0, 0);
        while seen < 20_000 {
            let mut some = |scale: f64| scale * (2.0 * rng.unit() - 1.0);
            let (p, long) = ((some(9.0), some(9.0)), 2.0_f64.powf(some(5.0)));
            let q = (p.0 + some(long), p.1 + some(long));
            // A bend of as much as a fifth of the way to each side.
            let (off, bend) = (0.1 * long, some(5.0).exp2() / 32.0);
            let m = (0.5 * (p.0 + q.0) + bend * some(off), 0.5 * (p.1 + q.1) + bend * some(off));
            let half = 0.02 * rng.unit();
            let Some(line) = Line::bent([p, m, q], half) else { continue };
            seen += 1;
            flat += u32::from((q.1 - p.1).abs() < 2.0);
            for _ in 0..200 {
                let s = 2.0 * rng.unit() - 1.0;
                let along = |p: f64, m: f64, q: f64| m + s * 0.5 * (q - p + s * (p + q - 2.0 * m));
                let mut near = |v: f64| v + half * (2.0 * rng.unit() - 1.0);
                let at = (near(along(p.0, m.0, q.0)), near(along(p.1, m.1, q.1)));
                let (from, to) = line.columns(at.1.floor());
                assert!(from <= at.0 && at.0 <= to, "{at:?} of {:?}: {from} to {to}", [p, m, q]);
            }
        }
        assert!(flat > 2000, "{flat}");
    }
}

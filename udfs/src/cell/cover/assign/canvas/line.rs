//! Where a thick line is in each row of cells.

use super::At;

/// How much wider than it need be a bent line may be for not being of the form that it stands for, in cells.
const DEVIATION: f64 = 0.01;

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
    /// How much further between two rows it may reach than at them.
    pub(super) bulge: f64,
    /// Columns for each row, and for each square of rows.
    slope: f64,
    bend: f64,
    is_flat: bool,
}

impl Line {
    /// A straight line.
    #[inline]
    pub(super) fn new(p: At, q: At, half: f64) -> Self {
        let (south, north) = if p.1 <= q.1 { (p, q) } else { (q, p) };
        let (west, east) = (least(p.0, q.0), greatest(p.0, q.0));
        let rise = north.1 - south.1;
        let is_flat = rise < 1e-12;
        let slope = if is_flat { 0.0 } else { (north.0 - south.0) / rise };
        Self { south, north, west, east, half, bulge: 0.0, slope, bend: 0.0, is_flat }
    }

    /// The curve `m + c·s + e·s²` for s from -1, at `p`, to 1, at `q`. `None` for one that is not nearly enough a polynomial of
    /// the rows.
    ///
    /// With β = e₁/c₁, w = (row - m₁)/c₁ and κ = e₀ - β·c₀ its columns are m₀ + c₀·w + κ·(w² - 2β·w³ + 5β²·w⁴ ...). The
    /// polynomial through the three points leaves them by at most 1.3·|β·κ| where |β| is no more than an eighth.
    #[inline]
    pub(super) fn bent([p, m, q]: [At; 3], half: f64) -> Option<Self> {
        let (rise, run) = (0.5 * (q.1 - p.1), 0.5 * (q.0 - p.0));
        let beta = (0.5 * (p.1 + q.1) - m.1) / rise;
        let kappa = (0.5 * (p.0 + q.0) - m.0 - beta * run).abs();
        if rise.abs() < 1.0 || beta.abs() > 0.125 {
            return None;
        }
        // It counts for less where the line is steep, for it is in columns.
        let least_slope = (run.abs() - 2.5 * kappa) / rise.abs();
        let mut more = 1.3 * beta.abs() * kappa / least_slope.max(1.0);
        let mut bulge = 0.0;
        if least_slope < 0.0 {
            // It may turn between the two heights that are asked, or between its ends.
            let within = (0.5 + half + more) / rise;
            (more, bulge) = (more + kappa * within * within, kappa);
        }
        let mut line = Self::new(p, q, half + more);
        let (south, north) = (line.south, line.north);
        line.bend = ((m.0 - south.0) / (m.1 - south.1) - line.slope) / (m.1 - north.1);
        (line.bulge, line.west, line.east) = (bulge, line.west - bulge, line.east + bulge);
        let may_cross_twice = bulge > 0.0 && line.west < 0.0 && line.east >= 0.0;
        (more <= DEVIATION && !may_cross_twice).then_some(line)
    }

    /// The column of the line at a height between its ends; of heights beyond, that of an end or near it.
    #[inline]
    pub(super) fn at(&self, height: f64) -> f64 {
        let slope = self.slope + (height - self.north.1) * self.bend;
        least(greatest(self.south.0 + (height - self.south.1) * slope, self.west), self.east)
    }

    /// The least and largest column of the part of the line that comes near a row.
    #[inline]
    pub(super) fn near(&self, row: u32) -> At {
        if self.is_flat {
            return (self.west, self.east);
        }
        let v = f64::from(row);
        let (a, b) = (self.at(v - self.half), self.at(v + 1.0 + self.half));
        (least(a, b), greatest(a, b))
    }

    /// The column at the middle of a row, if the line comes by there. Of two lines that meet there one does.
    #[inline]
    pub(super) fn at_middle(&self, row: u32) -> Option<f64> {
        let middle = f64::from(row) + 0.5;
        (self.south.1 < middle && middle <= self.north.1).then(|| self.at(middle))
    }
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

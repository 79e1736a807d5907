//! Where a thick line is in each row of cells.

use super::At;

/// A line with its ends in order, all in cells.
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
    /// Columns for each row.
    slope: f64,
    /// Where to ask for the least and the largest column near a row, from its lower side.
    asked: (f64, f64),
    is_flat: bool,
}

impl Line {
    #[inline]
    pub(super) fn new(p: At, q: At, half: f64) -> Self {
        let (south, north) = if p.1 <= q.1 { (p, q) } else { (q, p) };
        let (west, east) = (p.0.min(q.0), p.0.max(q.0));
        let rise = north.1 - south.1;
        let is_flat = rise < 1e-12;
        let slope = if is_flat { 0.0 } else { (north.0 - south.0) / rise };
        let (below, above) = (-half, 1.0 + half);
        let asked = if slope >= 0.0 { (below, above) } else { (above, below) };
        Self { south, north, west, east, half, slope, asked, is_flat }
    }

    /// The column of the line at a height between its ends; of heights beyond, that of an end.
    #[inline]
    pub(super) fn at(&self, height: f64) -> f64 {
        (self.south.0 + (height - self.south.1) * self.slope).max(self.west).min(self.east)
    }

    /// The least and largest column of the part of the line that comes near a row.
    #[inline]
    pub(super) fn near(&self, row: u32) -> At {
        if self.is_flat {
            return (self.west, self.east);
        }
        let v = f64::from(row);
        (self.at(v + self.asked.0), self.at(v + self.asked.1))
    }

    /// The column at the middle of a row, if the line comes by there. Of two lines that meet there one does.
    #[inline]
    pub(super) fn at_middle(&self, row: u32) -> Option<f64> {
        let middle = f64::from(row) + 0.5;
        (self.south.1 < middle && middle <= self.north.1).then(|| self.at(middle))
    }
}

//! The plane of the HEALPix projection, as each base cell sees it.
//!
//! A base cell is a square on the plane (Górski et al. 2005, figure 3), turned so that its south corner is the origin. The
//! formulas that hold within it go on smoothly beyond its sides, which is how a curve that crosses a side is drawn.

use std::f64::consts::FRAC_PI_4;

use crate::cell::cover::vector::Vector;

/// How far off, in eighths of a turn, a place may be from the middle of a base cell to be drawn there. Those in it are up to 1
/// off.
pub(super) const REACH: f64 = 1.5;

/// A place on the plane, but for the base cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Longitude in eighths of a turn, -4 to 4.
    pub(super) turn: f64,
    /// The share of its width that the plane has there: less than 1 in the caps.
    pub(super) width: f64,
    /// Up to 1 either way in the belt, to 2 at the poles.
    pub(super) y: f64,
}

impl Place {
    pub(super) fn new(v: Vector) -> Self {
        let (width, y) = width_and_y(v);
        Self { turn: v.y.atan2(v.x) / FRAC_PI_4, width, y }
    }
}

/// What a place has but for its longitude. Without branches, so that a loop over it runs on vectors.
#[inline(always)]
pub(super) fn width_and_y(v: Vector) -> (f64, f64) {
    let z = v.z.abs();
    // 1 - z, without the loss of digits that it has near a pole.
    let cap = (3.0 * (v.x * v.x + v.y * v.y) / (1.0 + z)).sqrt();
    let is_cap = z > 2.0 / 3.0;
    let width = if is_cap { cap } else { 1.0 };
    let y = if is_cap { (2.0 - cap).copysign(v.z) } else { 1.5 * v.z };
    (width, y)
}

/// The plane as a base cell sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) base: u8,
    /// Where its middle is, in eighths of a turn, and what is to be added to `y`.
    middle: f64,
    row: f64,
}

impl Frame {
    #[inline(always)]
    pub(super) fn new(base: u8) -> Self {
        let (row, column) = (f64::from(base / 4), f64::from(base % 4));
        let middle = if base / 4 == 1 { 2.0 * column } else { 2.0 * column + 1.0 };
        Self { base, middle, row }
    }

    /// That of the base cell which a place is in, or of a neighbour of one on its sides.
    pub(super) fn of(place: &Place) -> Self {
        let (turn, y) = (place.turn, place.y);
        // Where both diagonals through a place have the same number, it is in a base cell of the belt.
        let (rising, falling) = ((turn + y + 1.0) * 0.5, (turn - y + 1.0) * 0.5);
        let (row, column) = if y.abs() >= 1.0 {
            (if y > 0.0 { 0 } else { 2 }, turn * 0.5)
        } else if rising.floor() == falling.floor() {
            (1, rising)
        } else if y > 0.0 {
            (0, falling)
        } else {
            (2, rising)
        };
        Self::new(4 * row + (column.floor() as i32).rem_euclid(4) as u8)
    }

    /// Those of the base cells that come between two values of `y`.
    pub(super) fn between(south: f64, north: f64) -> impl Iterator<Item = Self> {
        let rows = (0..3_u8).filter(move |row| {
            let (south, north) = (south + f64::from(*row), north + f64::from(*row));
            north >= 0.0 && south <= 2.0
        });
        rows.flat_map(|row| (4 * row..4 * row + 4).map(Self::new))
    }

    /// Coordinates in the base cell, 0 to 1 within it; `None` far away from it.
    #[inline(always)]
    pub(super) fn on(&self, place: &Place) -> Option<(f64, f64)> {
        let off = place.turn - self.middle;
        let off = if off < -4.0 { off + 8.0 } else { off };
        let off = if off >= 4.0 { off - 8.0 } else { off };
        let (x, y) = (off * place.width, place.y + self.row);
        (off.abs() <= REACH).then_some((0.5 * (y + x), 0.5 * (y - x)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::cover::lattice::point;
    use crate::cell::tests::rng::Rng;

    #[test]
    fn places_are_those_of_the_lattice() {
        let mut rng = Rng::new(41);
        for _ in 0..20_000 {
            let (base, u, v) = ((rng.next() % 12) as u8, rng.unit(), rng.unit());
            let (x, y) = Frame::new(base).on(&Place::new(point(base, u, v))).unwrap();
            assert!((x - u).abs() < 3e-15 && (y - v).abs() < 3e-15, "{base} {u} {v}: {x} {y}");
            assert_eq!(Frame::of(&Place::new(point(base, u, v))).base, base, "{u} {v}");
        }
    }
}

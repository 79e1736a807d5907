//! The plane of the HEALPix projection, as each base cell sees it.
//!
//! A base cell is a square on the plane (Górski et al. 2005, figure 3), turned so that its south corner is the origin. The
//! formulas that hold within it go on smoothly beyond its sides, which is how a curve that crosses a side is drawn.

use std::f64::consts::FRAC_PI_4;

use crate::cell::cover::edge::Edge;
use crate::cell::cover::vector::Vector;

/// How far off, in eighths of a turn, a place may be from the middle of a base cell to be drawn there. Those in it are up to 1
/// off.
const REACH: f64 = 1.5;

/// How much the bend of a great circle changes on the plane: its third derivative, in sides of a base cell by radians cubed,
/// is at most this over the square of the sine of the polar distance...
///
/// Found over 10 million places and directions within [`REACH`], as 2.23, 1 and 2.72; a test looks at what follows from it.
const CHANGE: f64 = 2.5;

/// ...and at most this and, times the cosine of the circle's inclination, the other one over the cube of that sine. Meridians
/// hardly bend.
const CHANGE_INCLINED: (f64, f64) = (1.1, 3.1);

/// A polynomial of the second degree with a node in its middle leaves a curve by a third derivative times the cube of the
/// length over 72·√3; this is less, since the node is in the middle of a chord.
const NODES: f64 = 100.0;

/// The largest speed on the plane, likewise; found as 1.72.
const SPEED: f64 = 1.8;

/// What rounding may move, in sides of a base cell.
const ROUNDING: f64 = 1e-14;

/// How far curves of the second degree may be from those they stand for, in cells.
const DEVIATION: f64 = 0.01;

/// An edge that would need more curves passes within some metres of a pole, or is of cells of centimetres.
const MAX_CURVES: f64 = 1e5;

/// No curve is longer than this share of its polar distance, so that it stays within [`REACH`].
const TURN: f64 = 0.15;

/// Of the powers of the square. The first one that is left out is 1/17·10⁻¹⁶.
const ARCTANGENT: [f64; 8] =
    [1.0, -1.0 / 3.0, 1.0 / 5.0, -1.0 / 7.0, 1.0 / 9.0, -1.0 / 11.0, 1.0 / 13.0, -1.0 / 15.0];

/// Curves of an edge whose places may follow from each other before one is found anew.
const FOLLOWING: u32 = 8;

/// A place on the plane, but for the base cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Longitude in eighths of a turn, -4 to 4.
    turn: f64,
    /// The share of its width that the plane has there: less than 1 in the caps.
    width: f64,
    /// Up to 1 either way in the belt, to 2 at the poles.
    y: f64,
}

impl Place {
    pub(super) fn new(v: Vector) -> Self {
        Self::at(v, v.y.atan2(v.x) / FRAC_PI_4)
    }

    /// The place of `to`, from that of `from`. It is found faster where there are not many degrees of longitude between them,
    /// and may differ in the last digit from the one that comes without a detour.
    #[inline]
    fn next(&self, from: Vector, to: Vector) -> Self {
        let (sin, cos) = (from.x * to.y - from.y * to.x, from.x * to.x + from.y * to.y);
        // The series of the arctangent goes as far as this. At a pole both are nought.
        if sin.abs() >= 0.1 * cos {
            return Self::new(to);
        }
        let tan = sin / cos;
        let square = tan * tan;
        let series = ARCTANGENT.iter().rev().fold(0.0, |sum, term| sum * square + term);
        let turn = self.turn + tan * series / FRAC_PI_4;
        Self::at(to, if turn.abs() <= 4.0 { turn } else { turn - 8.0_f64.copysign(turn) })
    }

    #[inline]
    fn at(v: Vector, turn: f64) -> Self {
        let z = v.z.abs();
        if z <= 2.0 / 3.0 {
            return Self { turn, width: 1.0, y: 1.5 * v.z };
        }
        // 1 - z, without the loss of digits that it has near a pole.
        let width = (3.0 * (v.x * v.x + v.y * v.y) / (1.0 + z)).sqrt();
        Self { turn, width, y: (2.0 - width).copysign(v.z) }
    }

    /// Coordinates in a base cell, 0 to 1 within it; `None` far away from it.
    #[inline]
    pub(super) fn on(&self, base: u8) -> Option<(f64, f64)> {
        let (row, column) = (f64::from(base / 4), f64::from(base % 4));
        let middle = if base / 4 == 1 { 2.0 * column } else { 2.0 * column + 1.0 };
        let off = self.turn - middle;
        let off = if off >= 4.0 {
            off - 8.0
        } else if off < -4.0 {
            off + 8.0
        } else {
            off
        };
        if off.abs() > REACH {
            return None;
        }
        let (x, y) = (off * self.width, self.y + row);
        Some((0.5 * (y + x), 0.5 * (y - x)))
    }
}

/// An edge as curves of the second degree on the plane, which are thick enough to hold it.
///
/// The belt and the caps meet at |z| = 2/3 without a step but with a kink, so that one curve ends and the next one begins
/// wherever an edge crosses from one to the other.
#[derive(Debug, Clone)]
pub(super) struct Curves<'a> {
    edge: &'a Edge,
    /// How much of the chord is done, the point there and its place.
    share: f64,
    at: Vector,
    place: Place,
    /// Curves of equal steps along the chord, and how many of them are done.
    count: u32,
    done: u32,
    /// Where the chord comes to |z| = 2/3, as shares of it, ascending; those before have been passed.
    kinks: [f64; 2],
    /// Half the thickness that curves need, in cells.
    pub(super) half: f64,
}

/// The places of the beginning of a curve, of its middle and of its end.
pub(super) type Curve = [Place; 3];

impl<'a> Curves<'a> {
    /// For `cells` cells to the side of a base cell, of an edge that begins at `place`. `None` for an edge that is too long, or
    /// too near a pole.
    pub(super) fn new(edge: &'a Edge, place: Place, cells: f64) -> Option<Self> {
        let chord = edge.a.minus(edge.b).norm();
        // Beyond 115 degrees, points at equal steps along the chord are far from it along the arc.
        if chord > 1.69 {
            return None;
        }
        let polar = polar_distance(edge);
        // The arc is longer than its chord, and steps in its middle are longer than at its ends.
        let length = chord / (1.0 - 0.25 * chord * chord);
        let (square, inclined) = (polar * polar, edge.normal.z.abs());
        let change = CHANGE_INCLINED.0 + CHANGE_INCLINED.1 * inclined / (square * polar);
        let change = change.min(CHANGE / square);
        let cube = length * length * length * change * cells / (NODES * DEVIATION);
        let count = root(cube).max((length / (TURN * polar)).ceil()).max(1.0);
        let step = length / count;
        let off = step * step * step / NODES * change;
        let half = cells * (off + SPEED * edge.margin + ROUNDING);
        let (at, share, done, kinks) = (edge.a, 0.0, 0, kinks(edge));
        let curves = Self { edge, share, at, place, count: count as u32, done, kinks, half };
        (count <= MAX_CURVES).then_some(curves)
    }

    /// The point of the edge at a share of its chord.
    #[inline]
    fn along(&self, share: f64) -> Vector {
        self.edge.a.plus(self.edge.b.minus(self.edge.a).times(share)).unit()
    }
}

impl Iterator for Curves<'_> {
    type Item = Curve;

    #[inline]
    fn next(&mut self) -> Option<Curve> {
        if self.done == self.count {
            return None;
        }
        let end = f64::from(self.done + 1) / f64::from(self.count);
        let kink = self.kinks.iter_mut().find(|kink| **kink < end);
        let share = match kink {
            Some(kink) => std::mem::replace(kink, f64::INFINITY),
            None => {
                self.done += 1;
                end
            }
        };
        let middle = self.along(0.5 * (self.share + share));
        let begin = self.place;
        let middle_place = begin.next(self.at, middle);
        (self.at, self.place) = if self.done == self.count {
            // The place of a vertex must be the same for both of its edges, or rows between would be odd for no reason.
            (self.edge.b, Place::new(self.edge.b))
        } else {
            let to = self.along(share);
            let is_anew = self.done.is_multiple_of(FOLLOWING);
            (to, if is_anew { Place::new(to) } else { middle_place.next(middle, to) })
        };
        self.share = share;
        Some([begin, middle_place, self.place])
    }
}

/// The least whole number whose cube is no less than `cube`, which mostly is one of the first.
fn root(cube: f64) -> f64 {
    let small = (1..10_u8).map(f64::from).find(|n| n * n * n >= cube);
    small.unwrap_or_else(|| cube.cbrt().ceil())
}

/// The shares of a chord, ascending, at which the arc is at |z| = 2/3; infinity for none.
fn kinks(edge: &Edge) -> [f64; 2] {
    let (a, d) = (edge.a, edge.b.minus(edge.a));
    // 9·z² = 4·(x² + y² + z²), squared and so for both signs of z.
    let part = |p: Vector, q: Vector| 9.0 * p.z * q.z - 4.0 * p.dot(q);
    let (square, half, rest) = (part(d, d), part(a, d), part(a, a));
    let root = (half * half - square * rest).sqrt();
    // No root: not a number, which is not between 0 and 1.
    let far = if half > 0.0 { -half - root } else { -half + root };
    let [p, q] =
        [far / square, rest / far].map(|t| if t > 0.0 && t < 1.0 { t } else { f64::INFINITY });
    [p.min(q), p.max(q)]
}

/// Sine of the least polar distance along an edge.
fn polar_distance(edge: &Edge) -> f64 {
    let sin = |v: Vector| (v.x * v.x + v.y * v.y).sqrt();
    // Whether the place nearest to either pole is between the ends.
    let is_between = edge.start.z * edge.end.z > 0.0;
    let at_ends = sin(edge.a).min(sin(edge.b));
    if is_between { at_ends.min(edge.normal.z.abs()) } else { at_ends }
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
            let (x, y) = Place::new(point(base, u, v)).on(base).unwrap();
            assert!((x - u).abs() < 3e-15 && (y - v).abs() < 3e-15, "{base} {u} {v}: {x} {y}");
        }
    }

    fn north(a: Vector) -> Vector {
        Vector::new(0.0, 0.0, 1.0).minus(a.times(a.z)).unit()
    }

    /// Every point of an edge is within the thickness of the curve that stands for it.
    #[test]
    fn curves_hold_their_edge() {
        let mut rng = Rng::new(42);
        let (mut worst, mut seen) = (0.0_f64, 0);
        while seen < 200_000 {
            let order = 4 + (rng.next() % 12) as i32;
            let cells = 2.0_f64.powi(order);
            let (lon, lat) = rng.position();
            let lat = if rng.next().is_multiple_of(3) {
                lat.signum() * (90.0 - 10.0 * rng.unit())
            } else {
                lat
            };
            let a = Vector::from_position(lon, lat, crate::cell::Convention::Sphere);
            let towards = Vector::from_position(
                rng.position().0,
                rng.position().1,
                crate::cell::Convention::Sphere,
            );
            let side = a.cross(towards).unit().cross(a);
            let angle = 10.0 / cells * rng.unit()
                + if rng.next().is_multiple_of(4) { rng.unit() } else { 0.0 };
            // Some along a meridian or nearly so.
            let side = match rng.next() % 4 {
                0 => Vector::new(0.0, 0.0, 1.0)
                    .cross(a)
                    .unit()
                    .times(0.1 * rng.unit() * rng.unit())
                    .plus(north(a))
                    .unit(),
                _ => side,
            };
            let b = a.times(angle.cos()).plus(side.times(angle.sin()));
            let edge = Edge::new(a, b, 0.0);
            let Some(mut curves) = Curves::new(&edge, Place::new(a), cells) else { continue };
            let half = curves.half;
            let mut found = Vec::new();
            loop {
                let begin = curves.at;
                let Some(curve) = curves.next() else { break };
                found.push((begin, curve, curves.at));
            }
            assert_eq!(curves.at, b);
            let (begin, curve, end) = found[(rng.next() % found.len() as u64) as usize];
            for (place, at) in [(curve[0], begin), (curve[2], end)] {
                let off = (place.turn - Place::new(at).turn).abs();
                assert!(off.min(8.0 - off) < 1e-14, "{place:?} and {:?}", Place::new(at));
            }
            for base in 0..12 {
                let [Some(p), Some(m), Some(q)] = curve.map(|place| place.on(base)) else {
                    continue;
                };
                // Only curves that come near the base cell are drawn in it.
                let near =
                    |k: (f64, f64)| k.0 > -0.001 && k.0 < 1.001 && k.1 > -0.001 && k.1 < 1.001;
                if !near(p) && !near(q) {
                    continue;
                }
                let along =
                    |s: f64, [p, m, q]: [f64; 3]| m + s * (0.5 * (q - p) + s * (0.5 * (p + q) - m));
                for part in [0.1, 0.25, 0.4, 0.6, 0.75, 0.9] {
                    let at = begin.plus(end.minus(begin).times(part)).unit();
                    let Some(on) = Place::new(at).on(base) else { continue };
                    // The nearest of the curve, which is not where the share of the chord is the same.
                    let (mut s, mut off) = (2.0 * part - 1.0, (0.0, 0.0));
                    for _ in 0..4 {
                        off = (on.0 - along(s, [p.0, m.0, q.0]), on.1 - along(s, [p.1, m.1, q.1]));
                        let (dx, dy) = (q.0 - p.0, q.1 - p.1);
                        s += 2.0 * (off.0 * dx + off.1 * dy) / (dx * dx + dy * dy).max(1e-300);
                    }
                    worst = worst.max(off.0.abs().max(off.1.abs()) * cells / half);
                    seen += 1;
                }
            }
        }
        println!("curves are left by {worst:.3} of their thickness");
        assert!(worst < 1.0, "{worst}");
    }
}

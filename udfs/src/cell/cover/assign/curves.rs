//! Edges as curves of the second degree on the plane, which are thick enough to hold them.
//!
//! The belt and the caps meet at |z| = 2/3 without a step but with a kink, so that one curve ends and the next one begins
//! wherever an edge crosses from one to the other.
//!
//! Edges and points of them are computed by blocks, which the compiler turns into vector instructions.

use std::f64::consts::FRAC_PI_4;

use super::chart::{Place, width_and_y};
use super::line::{greatest, least};
use crate::cell::cover::edge::Edge;
use crate::cell::cover::vector::Vector;

/// How much the bend of a great circle changes on the plane: its third derivative, in sides of a base cell by radians cubed,
/// is at most this over the square of the sine of the polar distance...
///
/// Found over 10 million places and directions within [`REACH`](super::chart::REACH), as 2.23, 1 and 2.72, 1.3 and 4.82; a test
/// looks at what follows from it.
const CHANGE: f64 = 2.5;

/// ...and at most this and, times the cosine of the circle's inclination, the other one over the cube of that sine. Meridians
/// hardly bend.
const CHANGE_INCLINED: (f64, f64) = (1.1, 3.1);

/// ...and at most this and, times the square of that cosine, the other one over the fourth power: circles that pass a pole
/// hardly bend far from it.
const CHANGE_FAR: (f64, f64) = (1.3, 5.4);

/// A polynomial of the second degree with a node in its middle leaves a curve by a third derivative times the cube of the
/// length over 72·√3; this is less, since the node is in the middle of a chord.
const NODES: f64 = 115.0;

/// The largest speed on the plane, likewise; found as 1.72.
const SPEED: f64 = 1.8;

/// What rounding may move, in sides of a base cell.
const ROUNDING: f64 = 1e-14;

/// How far curves of the second degree may be from those they stand for, in cells.
const DEVIATION: f64 = 0.02;

/// Beyond 115 degrees, points at equal steps along a chord are far from it along the arc.
const MAX_CHORD: f64 = 1.69;

/// An edge that would need more curves passes within some metres of a pole, or is of cells of centimetres.
const MAX_CURVES: f64 = 1e5;

/// No curve goes through more longitude than this, in radians, so that it stays within [`REACH`](super::chart::REACH).
const TURN: f64 = 0.35;

/// Of the powers of the square: as far as the tangents go, the first one that is left out is below 1e-17.
const ARCTANGENT: [f64; 12] = [
    1.0,
    -1.0 / 3.0,
    1.0 / 5.0,
    -1.0 / 7.0,
    1.0 / 9.0,
    -1.0 / 11.0,
    1.0 / 13.0,
    -1.0 / 15.0,
    1.0 / 17.0,
    -1.0 / 19.0,
    1.0 / 21.0,
    -1.0 / 23.0,
];

/// The largest tangent of which the arc is found by the series. It is that of half the way, which may be 22 degrees.
const MAX_TANGENT: f64 = 0.2;

/// Curves whose places may follow from each other before one is found anew.
const FOLLOWING: usize = 16;

/// Edges, or points, that are computed together.
const LANES: usize = 8;

type Lanes = [f64; LANES];

/// The places of the beginning of a curve, of its middle and of its end; and half the thickness that it needs, in cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve {
    pub(super) places: [Place; 3],
    pub(super) half: f64,
    /// Whether it is the first of a ring or line.
    pub(super) is_first: bool,
}

/// Finds the curves of edges. Kept for its room.
#[derive(Debug, Default)]
pub(super) struct Curves {
    /// Of each edge, half the thickness of its curves, and where its points end.
    edges: Vec<(f64, usize)>,
    /// Of each curve its middle and its end.
    points: Vec<Point>,
    found: Vec<Found>,
    curves: Vec<Curve>,
}

/// A point of an edge, by shares of its chord.
#[derive(Debug, Clone, Copy)]
struct Point {
    edge: u32,
    /// Where its curve begins, and where it is.
    from: f64,
    share: f64,
}

/// The place of a point, but for the longitude.
#[derive(Debug, Clone, Copy)]
struct Found {
    /// From the beginning of the curve, in eighths of a turn; not a number where it is too much to be found fast.
    turn: f64,
    width: f64,
    y: f64,
    at: (f64, f64),
}

impl Curves {
    /// The curves of all edges, for `cells` cells to the side of a base cell. `None` for an edge that is too long, or too near a
    /// pole.
    #[inline(always)]
    pub(super) fn find(&mut self, edges: &[Edge], cells: f64) -> Option<&[Curve]> {
        self.curves.clear();
        self.edges.clear();
        self.points.clear();
        self.found.clear();
        for block in edges.chunks(LANES) {
            self.divide(block, cells)?;
        }
        for block in self.points.chunks(LANES) {
            places(edges, block, &mut self.found);
        }
        let (mut first, mut last) = (None::<(Vector, Place)>, None::<(Vector, Place)>);
        let mut begin = 0;
        for (number, (edge, (half, end))) in edges.iter().zip(&self.edges).enumerate() {
            // The place of a vertex must be the same for both of its edges, or rows between would be odd for no reason.
            let known = last.filter(|(at, _)| *at == edge.a);
            let is_first = known.is_none();
            let from = known.map_or_else(|| Place::new(edge.a), |(_, place)| place);
            if is_first {
                first = Some((edge.a, from));
            }
            let (points, mut place) = (self.found.get(begin..*end).unwrap_or_default(), from);
            begin = *end;
            let (pairs, _) = points.as_chunks::<2>();
            for (k, [middle, to]) in pairs.iter().enumerate() {
                let is_vertex = k + 1 == pairs.len();
                let closing = first.filter(|(at, _)| is_vertex && *at == edge.b);
                let is_anew = (number + k) % FOLLOWING == FOLLOWING - 1;
                let to = closing.map_or_else(|| to.place(place, is_anew), |(_, place)| place);
                let places = [place, middle.place(place, false), to];
                self.curves.push(Curve { places, half: *half, is_first: is_first && k == 0 });
                place = to;
            }
            last = Some((edge.b, place));
        }
        Some(&self.curves)
    }

    /// Finds how many curves some edges need, and notes their points.
    #[inline(always)]
    fn divide(&mut self, edges: &[Edge], cells: f64) -> Option<()> {
        let measures = measure(edges, cells);
        for (lane, edge) in edges.iter().enumerate() {
            let (mut count, mut half) = (1.0, measures.half[lane]);
            if measures.count[lane] > 1.0 {
                count = measures.count[lane].max(root(measures.cube[lane]));
                let (step, change) = (measures.length[lane] / count, measures.change[lane]);
                let off = step * step * step / NODES * change;
                half = cells * (off + SPEED * edge.margin + ROUNDING);
            }
            // What is no number is neither.
            let is_good = count <= MAX_CURVES && half.is_finite();
            if !(is_good && measures.chord[lane] <= MAX_CHORD) {
                return None;
            }
            let number = self.edges.len() as u32;
            let mut kinks = [measures.kinks.0[lane], measures.kinks.1[lane]];
            let (mut share, mut done) = (0.0, 0.0);
            while done < count {
                let mut end = (done + 1.0) / count;
                match kinks.iter_mut().find(|kink| **kink < end) {
                    Some(kink) => end = std::mem::replace(kink, f64::INFINITY),
                    None => done += 1.0,
                }
                let point = |at| Point { edge: number, from: share, share: at };
                self.points.extend([point(0.5 * (share + end)), point(end)]);
                share = end;
            }
            self.edges.push((half, self.points.len()));
        }
        Some(())
    }
}

impl Found {
    #[inline(always)]
    fn place(&self, from: Place, is_anew: bool) -> Place {
        let turn = if is_anew || self.turn.is_nan() {
            self.at.1.atan2(self.at.0) / FRAC_PI_4
        } else {
            let turn = from.turn + self.turn;
            if turn.abs() <= 4.0 { turn } else { turn - 8.0_f64.copysign(turn) }
        };
        Place { turn, width: self.width, y: self.y }
    }
}

/// What there is to know of some edges.
struct Measures {
    chord: Lanes,
    /// No less than that of the arc's steps for each step of the chord: in the middle they are longer than at the ends.
    length: Lanes,
    /// Of the bend, at most.
    change: Lanes,
    /// The cube of the number of curves, for how much they bend.
    cube: Lanes,
    /// How many curves there have to be: 1, or as many as the longitudes ask for, or more than one.
    count: Lanes,
    /// Half the thickness of a single curve, in cells.
    half: Lanes,
    /// The shares of the chord, ascending, at which the arc is at |z| = 2/3; infinity for none.
    kinks: (Lanes, Lanes),
}

#[inline(always)]
fn measure(edges: &[Edge], cells: f64) -> Measures {
    let gather = |of: fn(&Edge) -> f64| -> Lanes {
        let mut lanes = [1.0; LANES];
        lanes.iter_mut().zip(edges).for_each(|(lane, edge)| *lane = of(edge));
        lanes
    };
    let (ax, ay, az) = (gather(|e| e.a.x), gather(|e| e.a.y), gather(|e| e.a.z));
    let (bx, by, bz) = (gather(|e| e.b.x), gather(|e| e.b.y), gather(|e| e.b.z));
    let inclined = gather(|e| e.normal.z.abs());
    // Whether the place nearest to either pole is between the ends.
    let between = gather(|e| e.start().z * e.end().z);
    let margin = gather(|e| e.margin);
    let none = [0.0; LANES];
    let mut out = Measures {
        chord: none,
        length: none,
        change: none,
        cube: none,
        count: none,
        half: none,
        kinks: (none, none),
    };
    for k in 0..LANES {
        let (dx, dy, dz) = (bx[k] - ax[k], by[k] - ay[k], bz[k] - az[k]);
        let square = dx * dx + dy * dy + dz * dz;
        let chord = square.sqrt();
        let length = chord / (1.0 - 0.25 * square);
        let (at_a, at_b) = (ax[k] * ax[k] + ay[k] * ay[k], bx[k] * bx[k] + by[k] * by[k]);
        let at_ends = least(at_a, at_b).sqrt();
        // Sine of the least polar distance.
        let polar = if between[k] > 0.0 { least(at_ends, inclined[k]) } else { at_ends };
        let inverse = 1.0 / polar;
        let inverse_square = inverse * inverse;
        // How much the longitude changes along the circle, at most.
        let turning = inclined[k] * inverse_square;
        (out.chord[k], out.length[k]) = (chord, length);
        let change = CHANGE_INCLINED.0 + CHANGE_INCLINED.1 * inverse * turning;
        let change = least(change, CHANGE_FAR.0 + CHANGE_FAR.1 * turning * turning);
        let change = least(change, CHANGE * inverse_square);
        let bent = length * length * length * change * (1.0 / NODES);
        let cube = bent * cells * (1.0 / DEVIATION);
        let count = (length * turning * (1.0 / TURN)).ceil();
        (out.change[k], out.cube[k]) = (change, cube);
        out.count[k] = greatest(count, if cube > 1.0 { 2.0 } else { 1.0 });
        out.half[k] = cells * (bent + SPEED * margin[k] + ROUNDING);

        // 9·z² = 4·(x² + y² + z²), squared and so for both signs of z.
        let squared = 9.0 * dz * dz - 4.0 * square;
        let half = 9.0 * az[k] * dz - 4.0 * (ax[k] * dx + ay[k] * dy + az[k] * dz);
        let rest = 9.0 * az[k] * az[k] - 4.0 * (at_a + az[k] * az[k]);
        // No root: not a number, which is not between 0 and 1.
        let root = (half * half - squared * rest).sqrt();
        let far = if half > 0.0 { -half - root } else { root - half };
        let (p, q) = (far / squared, rest / far);
        let p = if (p > 0.0) & (p < 1.0) { p } else { f64::INFINITY };
        let q = if (q > 0.0) & (q < 1.0) { q } else { f64::INFINITY };
        (out.kinks.0[k], out.kinks.1[k]) = (least(p, q), greatest(p, q));
    }
    out
}

/// The places of points, from the beginnings of their curves.
#[inline(always)]
fn places(edges: &[Edge], points: &[Point], out: &mut Vec<Found>) {
    let (mut ax, mut ay, mut az) = ([1.0; LANES], [1.0; LANES], [1.0; LANES]);
    let (mut bx, mut by, mut bz) = (ax, ay, az);
    let (mut begin, mut share) = ([0.0; LANES], [0.0; LANES]);
    for (k, point) in points.iter().enumerate().take(LANES) {
        if let Some(Edge { a, b, .. }) = edges.get(point.edge as usize) {
            (ax[k], ay[k], az[k]) = (a.x, a.y, a.z);
            (bx[k], by[k], bz[k]) = (b.x, b.y, b.z);
            (begin[k], share[k]) = (point.from, point.share);
        }
    }
    let (mut x, mut y, mut turn, mut width, mut height) = (ax, ay, az, az, az);
    for k in 0..LANES {
        let (dx, dy, dz) = (bx[k] - ax[k], by[k] - ay[k], bz[k] - az[k]);
        let (fx, fy) = (ax[k] + begin[k] * dx, ay[k] + begin[k] * dy);
        let (px, py, pz) = (ax[k] + share[k] * dx, ay[k] + share[k] * dy, az[k] + share[k] * dz);
        let inverse = 1.0 / (px * px + py * py + pz * pz).sqrt();
        let (px, py, pz) = (px * inverse, py * inverse, pz * inverse);
        let (sin, cos) = (fx * py - fy * px, fx * px + fy * py);
        // Of half the angle; lengths do not count.
        let tan = sin / (cos + (sin * sin + cos * cos).sqrt());
        let square = tan * tan;
        let (mut even, mut odd) = (0.0, 0.0);
        for pair in ARCTANGENT.as_chunks::<2>().0.iter().rev() {
            even = even * (square * square) + pair[0];
            odd = odd * (square * square) + pair[1];
        }
        let series = even + square * odd;
        // At a pole both are nought, and this is no number.
        let is_near = tan.abs() < MAX_TANGENT;
        turn[k] = if is_near { tan * series * (2.0 / FRAC_PI_4) } else { f64::NAN };
        (width[k], height[k]) = width_and_y(Vector::new(px, py, pz));
        (x[k], y[k]) = (px, py);
    }
    for k in 0..points.len().min(LANES) {
        out.push(Found { turn: turn[k], width: width[k], y: height[k], at: (x[k], y[k]) });
    }
}

/// The least whole number whose cube is no less than `cube`, which mostly is one of the first.
fn root(cube: f64) -> f64 {
    let small = (1..10_u8).map(f64::from).find(|n| n * n * n >= cube);
    small.unwrap_or_else(|| cube.cbrt().ceil())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Convention;
    use crate::cell::cover::assign::chart::Frame;
    use crate::cell::cover::wide::{Work, run};
    use crate::cell::tests::rng::Rng;

    fn north(a: Vector) -> Vector {
        Vector::new(0.0, 0.0, 1.0).minus(a.times(a.z)).unit()
    }

    /// An edge somewhere, often near a pole or along a meridian, and the cells to the side of a base cell.
    fn some_edge(rng: &mut Rng) -> (Edge, f64) {
        let order = 4 + (rng.next() % 12) as i32;
        let cells = 2.0_f64.powi(order);
        let (lon, lat) = rng.position();
        let is_polar = rng.next().is_multiple_of(3);
        let lat = if is_polar { lat.signum() * (90.0 - 10.0 * rng.unit()) } else { lat };
        let a = Vector::from_position(lon, lat, Convention::Sphere);
        let (lon, lat) = rng.position();
        let side = a.cross(Vector::from_position(lon, lat, Convention::Sphere)).unit().cross(a);
        let angle =
            10.0 / cells * rng.unit() + if rng.next().is_multiple_of(4) { rng.unit() } else { 0.0 };
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
        (Edge::new(a, b, 0.0), cells)
    }

    fn distance(a: f64, b: f64) -> f64 {
        let off = (a - b).abs();
        off.min(8.0 - off)
    }

    /// Every point of an edge is within the thickness of the curve that stands for it.
    #[test]
    fn curves_hold_their_edge() {
        let mut rng = Rng::new(42);
        let (mut worst, mut seen) = (0.0_f64, 0);
        let mut curves = Curves::default();
        while seen < 200_000 {
            let (edge, cells) = some_edge(&mut rng);
            if curves.find(&[edge], cells).is_none() {
                continue;
            }
            let which = (rng.next() % curves.curves.len() as u64) as usize;
            let (curve, point) = (curves.curves[which], curves.points[2 * which + 1]);
            let along = |share: f64| edge.a.plus(edge.b.minus(edge.a).times(share)).unit();
            let (begin, end) = (along(point.from), along(point.share));
            let half = curve.half;
            for (place, at) in [(curve.places[0], begin), (curve.places[2], end)] {
                let expected = Place::new(at);
                assert!(distance(place.turn, expected.turn) < 1e-14, "{place:?}, {expected:?}");
            }
            for base in 0..12 {
                let frame = Frame::new(base);
                let [Some(p), Some(m), Some(q)] = curve.places.map(|place| frame.on(&place)) else {
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
                    let Some(on) = frame.on(&Place::new(at)) else { continue };
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

    struct Find<'a>(&'a mut Curves, &'a [Edge], f64);

    impl Work for Find<'_> {
        type Output = Option<Vec<Curve>>;

        #[inline(always)]
        fn run(self) -> Option<Vec<Curve>> {
            self.0.find(self.1, self.2).map(<[Curve]>::to_vec)
        }
    }

    /// A curve of a base cell has all its places near it, with whatever instructions they are found.
    #[test]
    fn curves_stay_within_reach() {
        let mut rng = Rng::new(43);
        let mut curves = Curves::default();
        let mut seen = 0;
        while seen < 100_000 {
            let (edge, cells) = some_edge(&mut rng);
            let fast = run(Find(&mut curves, &[edge], cells));
            let slow = Find(&mut curves, &[edge], cells).run();
            let Some(found) = fast.zip(slow) else { continue };
            assert_eq!(found.0.len(), found.1.len());
            for (curve, other) in found.0.iter().zip(&found.1) {
                assert_eq!(format!("{curve:?}"), format!("{other:?}"));
                for base in 0..12 {
                    let on = curve.places.map(|place| Frame::new(base).on(&place));
                    let is_in = |v: f64| (0.0..=1.0).contains(&v);
                    let within = |(x, y): (f64, f64)| is_in(x) && is_in(y);
                    if on.iter().flatten().any(|at| within(*at)) {
                        assert!(on.iter().all(Option::is_some), "{edge:?} in {base}: {curve:?}");
                    }
                    seen += 1;
                }
            }
        }
    }
}

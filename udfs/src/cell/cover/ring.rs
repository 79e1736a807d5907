//! Rings: their edges, and which side of them is inside.

use geo_types::Coord;

use super::edge::Edge;
use super::vector::Vector;
use crate::cell::Convention;

/// Two vertices are one when they are this near, in radians: 6 nm.
const SAME: f64 = 1e-15;

/// An edge as long as this (cosine) is nearly half a turn, and has no shorter way to speak of.
const HALF_TURN: f64 = -0.999_999;

/// Edges that are straight in longitude and latitude are cut into arcs of at most this many degrees.
const STEP: f64 = 0.25;

/// Places by which to go round an edge that is in the way. They are no particular ones.
const WAYS: [Vector; 6] = [
    Vector { x: 0.267_261, y: 0.534_522, z: 0.801_784 },
    Vector { x: -0.801_784, y: 0.267_261, z: -0.534_522 },
    Vector { x: 0.534_522, y: -0.801_784, z: 0.267_261 },
    Vector { x: -0.371_391, y: 0.557_086, z: 0.742_781 },
    Vector { x: 0.742_781, y: 0.371_391, z: -0.557_086 },
    Vector { x: -0.455_842, y: -0.569_803, z: -0.683_763 },
];

/// Which side of a ring is inside.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Inside {
    /// That of a place off the ring, or the other one.
    Of { place: Vector, is_inside: bool },
    /// What the ring encloses on the plane of longitude and latitude.
    Plane(Vec<Coord<f64>>),
}

/// Vertices without repetitions, the last one not the first again; edges run from each to the next and back to the first.
pub(super) struct Ring {
    pub(super) vertices: Vec<Vector>,
    /// The coordinates, where the ring is meant on the plane.
    pub(super) plane: Option<Vec<Coord<f64>>>,
    /// Thickness of its edges beyond that of every edge.
    pub(super) margin: f64,
}

impl Ring {
    /// From coordinates that have been checked.
    pub(super) fn new(coords: &[Coord<f64>], convention: Convention) -> Self {
        let open = match coords {
            [first, .., last] if first == last => coords.get(..coords.len() - 1).unwrap_or(coords),
            _ => coords,
        };
        if goes_round(open) {
            Self::on_plane(open, convention)
        } else {
            Self::on_sphere(open, true, convention)
        }
    }

    /// Edges are great circles. A line is a ring that is not closed.
    pub(super) fn on_sphere(coords: &[Coord<f64>], closed: bool, convention: Convention) -> Self {
        let positions = Vector::from_positions(coords, convention);
        let pairs = || positions.iter().zip(positions.iter().skip(1));
        let closing = positions.last().zip(positions.first()).filter(|_| closed);
        let mut vertices = if pairs().chain(closing).all(|(p, q)| is_edge(*p, *q)) {
            positions
        } else {
            some_vertices(coords, &positions, closed, convention)
        };
        if closed {
            drop_closing(&mut vertices);
        }
        Self { vertices, plane: None, margin: 0.0 }
    }

    /// Edges are straight in longitude and latitude.
    pub(super) fn on_plane(coords: &[Coord<f64>], convention: Convention) -> Self {
        let mut vertices: Vec<Vector> = Vec::new();
        let mut margin = 0.0_f64;
        for (from, to) in coords.iter().zip(coords.iter().cycle().skip(1)) {
            let (dx, dy) = (to.x - from.x, to.y - from.y);
            let pieces = (dx.abs().max(dy.abs()) / STEP).ceil().max(1.0);
            for piece in 0..pieces as u32 {
                let t = f64::from(piece) / pieces;
                let v = Vector::from_position(from.x + t * dx, from.y + t * dy, convention);
                if vertices.last().is_none_or(|last| last.minus(v).norm() > SAME) {
                    vertices.push(v);
                }
            }
            // How far a straight line leaves the arc between two of its points: an eighth of its acceleration, which is
            // sin·cos(lat)·dx² + 2·sin(lat)·dx·dy on the sphere.
            let (dx, dy) = ((dx / pieces).to_radians().abs(), (dy / pieces).to_radians().abs());
            margin = margin.max((0.5 * dx * dx + 2.0 * dx * dy) / 8.0);
        }
        drop_closing(&mut vertices);
        Self { vertices, plane: Some(coords.to_vec()), margin }
    }

    /// Appends the edges; one without length where there is but one vertex.
    pub(super) fn edges(&self, closed: bool, out: &mut Vec<Edge>) {
        let (Some(&first), Some(&last)) = (self.vertices.first(), self.vertices.last()) else {
            return;
        };
        let pairs = self.vertices.iter().zip(self.vertices.iter().skip(1));
        out.reserve(self.vertices.len());
        out.extend(pairs.map(|(&a, &b)| Edge::new(a, b, self.margin)));
        if closed || self.vertices.len() == 1 {
            out.push(Edge::new(last, first, self.margin));
        }
    }
}

impl Inside {
    /// Of a ring, given its edges and a place that all of them are less than a quarter of a turn away from, if there is one.
    pub(super) fn new(
        plane: Option<Vec<Coord<f64>>>,
        middle: Option<Vector>,
        edges: &[Edge],
    ) -> Self {
        match (plane, middle) {
            (Some(coords), _) => Self::Plane(coords),
            // Within a hemisphere, the smaller side is in it too.
            (None, Some(middle)) => Self::Of { place: middle.times(-1.0), is_inside: false },
            (None, None) => smaller_side(edges),
        }
    }
}

/// Whether two positions are apart, and not nearly half a turn.
fn is_edge(p: Vector, q: Vector) -> bool {
    p.dot(q) >= HALF_TURN && p.minus(q).square() > SAME * SAME
}

/// The vertices where some positions are one, or nearly half a turn apart: then there is one more between them.
fn some_vertices(
    coords: &[Coord<f64>],
    positions: &[Vector],
    closed: bool,
    convention: Convention,
) -> Vec<Vector> {
    let mut vertices: Vec<Vector> = Vec::with_capacity(coords.len());
    let mut previous: Option<(Coord<f64>, Vector)> = None;
    let all = || coords.iter().copied().zip(positions.iter().copied());
    for (k, (c, v)) in all().chain(all().next().filter(|_| closed)).enumerate() {
        if let Some((before, p)) = previous {
            if p.dot(v) < HALF_TURN {
                let (lon, lat) = (0.5 * (before.x + c.x), 0.5 * (before.y + c.y));
                vertices.push(Vector::from_position(lon, lat, convention));
            }
            if p.minus(v).norm() <= SAME {
                continue;
            }
        }
        if k < coords.len() {
            vertices.push(v);
        }
        previous = Some((c, v));
    }
    vertices
}

/// Plane rings may come back to the same place by another longitude.
fn drop_closing(vertices: &mut Vec<Vector>) {
    while let [first, .., last] = vertices.as_slice()
        && first.minus(*last).norm() <= SAME
    {
        vertices.pop();
    }
}

/// Whether a ring has an edge from longitude -180 to 180 or back that is meant all the way round: one whose neighbours do
/// not run on in the sense in which it would cross the antimeridian.
fn goes_round(ring: &[Coord<f64>]) -> bool {
    // Most rings do not come near either end of such an edge.
    if ring.iter().fold(true, |away, c| away & (c.x.abs() < 179.0)) {
        return false;
    }
    let n = ring.len();
    let lon = |k: usize| ring.get(k % n.max(1)).map_or(f64::NAN, |c| c.x);
    let lat = |k: usize| ring.get(k % n.max(1)).map_or(f64::NAN, |c| c.y);
    (0..n).any(|k| {
        let jump = lon(k + 1) - lon(k);
        if (jump.abs() - 360.0).abs() > 1e-9 || (lat(k + 1) - lat(k)).abs() > 1e-9 {
            return false;
        }
        let runs_on = |step: f64| step.abs() < 180.0 && step * jump < 0.0;
        !runs_on(lon(k) - lon(k + n - 1)) && !runs_on(lon(k + 2) - lon(k + 1))
    })
}

/// Finds a place off the ring, and whether it is on the smaller side.
fn smaller_side(edges: &[Edge]) -> Inside {
    let sum = edges
        .iter()
        .fold(Vector::ZERO, |sum, e| sum.plus(e.a.plus(e.b).times(e.a.minus(e.b).norm())));
    let middle = if sum.norm() > 0.0 { sum.unit() } else { edges.first().map_or(WAYS[0], |e| e.a) };
    let opposite = middle.times(-1.0);
    // Within a hemisphere, the smaller side is in it too.
    if edges.iter().all(|e| e.a.dot(middle) > 0.01 && e.b.dot(middle) > 0.01) {
        return Inside::Of { place: opposite, is_inside: false };
    }
    let clearance = |place: &Vector| {
        let nearest = |distance: f64| edges.iter().any(|e| e.is_near(*place, distance));
        [0.05, 0.01, 1e-3, 1e-5, 1e-8].iter().position(|d| !nearest(*d)).unwrap_or(usize::MAX)
    };
    let candidates = [opposite, middle].into_iter().chain(WAYS.map(Vector::unit));
    let place = candidates.min_by_key(clearance).unwrap_or(opposite);
    // Triangles from the opposite place do not reach this one, so their signed sum is the area of the side it is not on.
    let area: f64 = edges.iter().map(|e| triangle(place.times(-1.0), e.a, e.b)).sum();
    Inside::Of { place, is_inside: area.abs() > 2.0 * std::f64::consts::PI }
}

/// The signed area of a triangle of the shorter arcs, from -2π to 2π (Eriksson 1990).
fn triangle(a: Vector, b: Vector, c: Vector) -> f64 {
    let volume = 0.5 * a.dot(b.normal(c));
    2.0 * volume.atan2(1.0 + a.dot(b) + b.dot(c) + c.dot(a))
}

/// Whether `q` is inside a ring. `None` where it lies on it, to rounding.
pub(super) fn contains(
    inside: &Inside,
    edges: &[Edge],
    q: Vector,
    convention: Convention,
) -> Option<bool> {
    match inside {
        Inside::Of { place, is_inside } => {
            let direct = parity(edges, *place, q);
            let round = || {
                WAYS.iter().find_map(|way| {
                    let way = way.unit();
                    Some(parity(edges, *place, way)? ^ parity(edges, way, q)?)
                })
            };
            Some(direct.or_else(round)? ^ is_inside)
        }
        Inside::Plane(coords) => {
            // The edges are arcs that follow the straight lines to their margin.
            if edges.iter().any(|e| e.is_near(q, 2.0 * e.margin)) {
                return None;
            }
            let (lon, lat) = q.position(convention);
            Some(plane_contains(coords, lon, lat))
        }
    }
}

/// Whether the arc from `p` to `q` crosses the edges an odd number of times.
fn parity(edges: &[Edge], p: Vector, q: Vector) -> Option<bool> {
    let plane = p.cross(q);
    if plane.norm() < 1e-9 && p.dot(q) < 0.0 {
        return None;
    }
    let mut odd = false;
    for edge in edges {
        odd ^= edge.crosses(p, q, plane)?;
    }
    Some(odd)
}

/// The even-odd rule on the plane. Longitudes may go beyond ±180.
pub(super) fn plane_contains(ring: &[Coord<f64>], lon: f64, lat: f64) -> bool {
    let (west, east) =
        ring.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(w, e), c| (w.min(c.x), e.max(c.x)));
    let mut x = west + (lon - west).rem_euclid(360.0);
    while x <= east {
        let crossed = ring.iter().zip(ring.iter().cycle().skip(1)).filter(|(a, b)| {
            (a.y > lat) != (b.y > lat) && x < a.x + (lat - a.y) / (b.y - a.y) * (b.x - a.x)
        });
        if crossed.count() % 2 == 1 {
            return true;
        }
        x += 360.0;
    }
    false
}

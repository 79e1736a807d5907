//! A polygon, line or point, made ready.

use std::ops::Range;

use geo_types::{Coord, Polygon};

use super::edge::{Edge, ROUNDING};
use super::ring::{self, Inside, Ring};
use super::vector::Vector;
use crate::cell::Convention;

/// Edges, and the rings among them that have an inside.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) edges: Vec<Edge>,
    rings: Vec<(Range<usize>, Inside)>,
    /// A cap that holds the part; `None` for one that no hemisphere holds.
    pub(super) cap: Option<Cap>,
    convention: Convention,
}

/// What lies within a chord of a direction. All of it is within a hemisphere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cap {
    pub(super) middle: Vector,
    pub(super) chord: f64,
}

impl Cap {
    /// Whether it holds a direction; it may say so of one that is barely outside.
    #[inline(always)]
    pub(super) fn holds(&self, at: Vector) -> bool {
        at.minus(self.middle).square() <= self.chord * self.chord + 1e-15
    }

    /// The angle of the chord, in radians.
    pub(super) fn radius(&self) -> f64 {
        2.0 * (0.5 * self.chord).min(1.0).asin()
    }
}

impl Part {
    pub(super) fn polygon(polygon: &Polygon<f64>, convention: Convention) -> Self {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        Self::of_rings(rings.map(|ring| Ring::new(&ring.0, convention)), convention)
    }

    /// Inside is what an odd number of the rings enclose.
    pub(super) fn of_rings(rings: impl Iterator<Item = Ring>, convention: Convention) -> Self {
        let (mut edges, mut planes) = (Vec::new(), Vec::new());
        for ring in rings {
            let begin = edges.len();
            ring.edges(true, &mut edges);
            planes.push((begin..edges.len(), ring.plane));
        }
        let cap = cap(&edges);
        let inside = |(range, plane): (Range<usize>, Option<_>)| {
            let edges = edges.get(range.clone()).unwrap_or_default();
            (range, Inside::new(plane, cap.map(|cap| cap.middle), edges))
        };
        let rings: Vec<_> = planes.into_iter().map(inside).collect();
        // What is inside of a ring on the plane need not be near its edges.
        let is_plane = rings.iter().any(|(_, inside)| matches!(inside, Inside::Plane(_)));
        Self { cap: cap.filter(|_| !is_plane), edges, rings, convention }
    }

    pub(super) fn line(coords: &[Coord<f64>], convention: Convention) -> Self {
        let mut edges = Vec::new();
        Ring::on_sphere(coords, false, convention).edges(false, &mut edges);
        Self { cap: cap(&edges), edges, rings: Vec::new(), convention }
    }

    pub(super) fn thicken(&mut self, radians: f64) {
        self.edges.iter_mut().for_each(|edge| edge.margin += radians);
        if let Some(cap) = &mut self.cap {
            // No angle is less than its chord.
            cap.chord += radians;
        }
    }

    /// Whether there is anything inside at all.
    pub(super) fn has_inside(&self) -> bool {
        !self.rings.is_empty()
    }

    /// Whether `q` is inside. `None` where it lies on an edge, to rounding.
    pub(super) fn contains(&self, q: Vector) -> Option<bool> {
        let mut odd = false;
        for (range, inside) in &self.rings {
            let edges = self.edges.get(range.clone()).unwrap_or_default();
            odd ^= ring::contains(inside, edges, q, self.convention)?;
        }
        Some(odd)
    }

    /// Whether a position, also as a direction, is inside or on the boundary.
    pub(super) fn holds(&self, lon: f64, lat: f64, at: Vector) -> bool {
        if self.cap.is_some_and(|cap| !cap.holds(at)) {
            return false;
        }
        let plane = |inside: &Inside| match inside {
            Inside::Plane(coords) => Some(ring::plane_contains(coords, lon, lat)),
            Inside::Of { .. } => None,
        };
        let on_planes: Option<Vec<bool>> =
            self.rings.iter().map(|(_, inside)| plane(inside)).collect();
        match on_planes {
            // Exact, where arcs would follow the parallels to some metres.
            Some(rings) if !rings.is_empty() => rings.into_iter().fold(false, |odd, one| odd ^ one),
            _ => {
                self.contains(at).unwrap_or(true)
                    || self.edges.iter().any(|e| e.is_near(at, ROUNDING))
            }
        }
    }
}

fn cap(edges: &[Edge]) -> Option<Cap> {
    let middle = edges.iter().fold(Vector::ZERO, |sum, e| sum.plus(e.a)).unit();
    let (mut chord, mut margin) = (0.0_f64, 0.0_f64);
    for edge in edges {
        // Beyond the hemisphere a cap does not hold the arc between two of its points.
        if edge.a.dot(middle) < 0.02 || edge.b.dot(middle) < 0.02 {
            return None;
        }
        let off = |v: Vector| v.minus(middle).square();
        chord = chord.max(off(edge.a)).max(off(edge.b));
        margin = margin.max(edge.margin);
    }
    // No chord is longer than its angle.
    Some(Cap { middle, chord: chord.sqrt() + margin + 1e-9 })
}

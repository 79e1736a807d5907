//! An edge of a shape: the shorter great-circle arc between two positions.

use super::vector::Vector;

/// What rounding may move, in radians: 0.6 µm. Positions and normals are good to a few 1e-16.
pub(super) const ROUNDING: f64 = 1e-13;

/// Great circles through geodetic and through authalic latitudes differ by 2.46e-7·length² at most (radians; found over
/// 200,000 random arcs of each of ten lengths, a test looks again). An edge is as thick as that.
const BETWEEN_FRAMES: f64 = 2.5e-7;

/// Nearer than this to a point, in radians, an edge may pass on either side of it.
const UNSURE: f64 = 1e-12;

#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) a: Vector,
    pub(super) b: Vector,
    /// At a right angle to both; what lies to the left has a positive product with it.
    pub(super) normal: Vector,
    /// Half of its thickness, in radians.
    pub(super) margin: f64,
}

impl Edge {
    /// Between two positions that are not opposite; they may be one. `margin` is thickness beyond that of every edge.
    pub(super) fn new(a: Vector, b: Vector, margin: f64) -> Self {
        let across = a.normal(b);
        let twice = across.norm();
        // Two positions that are one to rounding have no direction of their own, and need none.
        let normal = if twice > 4e-15 { across.times(1.0 / twice) } else { a.across() };
        // The sine, which is not more than the length, and not much less where it matters.
        let length = if a.dot(b) > 0.0 { 0.5 * twice * 1.58 } else { std::f64::consts::PI };
        Self { a, b, normal, margin: ROUNDING + BETWEEN_FRAMES * length * length + margin }
    }

    /// A direction whose products are negative before `a`.
    #[inline(always)]
    pub(super) fn start(&self) -> Vector {
        self.normal.cross(self.a)
    }

    /// One whose products are negative after `b`.
    #[inline(always)]
    pub(super) fn end(&self) -> Vector {
        self.b.cross(self.normal)
    }

    /// Whether the arc from `p`, which is not on the edge, to `q`, less than half a turn away, crosses the edge; `plane` is their
    /// cross product. `None` where `q` lies on the edge, to rounding.
    ///
    /// The side on which a vertex lies is asked in the same way for both edges that meet there, so that a path past a vertex
    /// is found to cross both or none of them, or one.
    #[inline(always)]
    pub(super) fn crosses(&self, p: Vector, q: Vector, plane: Vector) -> Option<bool> {
        if self.is_near(q, UNSURE) {
            return None;
        }
        let (a, b) = (plane.dot(self.a), plane.dot(self.b));
        if (a >= 0.0) == (b >= 0.0) { Some(false) } else { self.meets(p, q, plane, (a, b)) }
    }

    /// Whether the edge, whose ends are on both sides of the plane of `p` and `q`, or on it, crosses the arc between these.
    #[inline(never)]
    fn meets(&self, p: Vector, q: Vector, plane: Vector, (a, b): (f64, f64)) -> Option<bool> {
        let (weight, norm) = (a.abs() + b.abs(), plane.norm());
        if weight > UNSURE * norm {
            // Where the edge meets the plane of p and q: between a and b, since both weights are positive.
            let x = self.a.times(b.abs()).plus(self.b.times(a.abs())).unit();
            return is_between(p, q, plane, x);
        }
        // The edge lies along that circle. Then it counts where it is, unless p or q is on it.
        let ends = (is_between(p, q, plane, self.a)?, is_between(p, q, plane, self.b)?);
        let apart = !self.is_near(p, 2.0 * UNSURE) && !self.is_near(q, 2.0 * UNSURE);
        (ends.0 == ends.1 && apart).then_some(ends.0)
    }

    /// Whether the edge passes within `distance` (radians) of `p`.
    #[inline(always)]
    pub(super) fn is_near(&self, p: Vector, distance: f64) -> bool {
        if self.normal.dot(p).abs() > distance {
            return false;
        }
        let between = self.start().dot(p) >= 0.0 && self.end().dot(p) >= 0.0;
        between || self.a.minus(p).norm() <= distance || self.b.minus(p).norm() <= distance
    }
}

/// Whether `x`, which is in the `plane` of `p` and `q`, is on the arc between them. `None` at either end.
fn is_between(p: Vector, q: Vector, plane: Vector, x: Vector) -> Option<bool> {
    let (after, before) = (p.cross(x).dot(plane), x.cross(q).dot(plane));
    let unsure = UNSURE * plane.norm();
    // Small at the opposite place too, which is far away.
    let at_p = after.abs() <= unsure && x.dot(p) > 0.0;
    let at_q = before.abs() <= unsure && x.dot(q) > 0.0;
    (!at_p && !at_q).then_some(after > 0.0 && before > 0.0)
}

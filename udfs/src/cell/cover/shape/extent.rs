//! The box of longitude and latitude that holds a shape.

use crate::cell::Convention;
use crate::cell::cover::edge::Edge;
use crate::cell::cover::vector::Vector;

/// What rounding may move, in degrees: 0.1 mm.
const ROUNDING: f64 = 1e-9;

/// South and north ends of an edge, which may lie between its vertices.
pub(super) fn latitudes(edge: &Edge, convention: Convention) -> (f64, f64) {
    let lat = |v: Vector| v.position(convention).1;
    let (a, b) = (lat(edge.a), lat(edge.b));
    let (mut south, mut north) = (a.min(b), a.max(b));
    // The northernmost place of the great circle, and opposite to it the southernmost.
    let pole = Vector::new(0.0, 0.0, 1.0);
    let summit = pole.minus(edge.normal.times(edge.normal.z)).unit();
    for place in [summit, summit.times(-1.0)] {
        if edge.start().dot(place) >= 0.0 && edge.end().dot(place) >= 0.0 {
            (south, north) = (south.min(lat(place)), north.max(lat(place)));
        }
    }
    ((south - ROUNDING).max(-90.0), (north + ROUNDING).min(90.0))
}

/// West end and width of the longitudes of an edge.
pub(super) fn longitudes(edge: &Edge, convention: Convention) -> (f64, f64) {
    let lon = |v: Vector| v.position(convention).0;
    let (a, b) = (lon(edge.a), lon(edge.b));
    let east = (b - a).rem_euclid(360.0);
    let (west, width) = if east <= 180.0 { (a, east) } else { (b, 360.0 - east) };
    // At a pole a vertex has every longitude; those of the other one count.
    let at_pole = |v: Vector| v.x.hypot(v.y) < 1e-12;
    match (at_pole(edge.a), at_pole(edge.b)) {
        (false, true) => (a, 0.0),
        (true, _) => (b, 0.0),
        _ => (west - ROUNDING, width + 2.0 * ROUNDING),
    }
}

/// West and east ends of what is left when the largest gap between intervals is taken out; -180 and 180 without a gap.
pub(super) fn without_gap(mut intervals: Vec<(f64, f64)>) -> (f64, f64) {
    for (west, _) in &mut intervals {
        *west = west.rem_euclid(360.0);
    }
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(first, _)) = intervals.first() else { return (-180.0, 180.0) };
    let mut reached = f64::NEG_INFINITY;
    let (mut gap, mut ends) = (0.0, (-180.0, 180.0));
    let mut best = |from: f64, to: f64| {
        if to - from > gap {
            (gap, ends) = (to - from, (signed(to), signed(from)));
        }
    };
    for &(west, width) in &intervals {
        if reached > f64::NEG_INFINITY {
            best(reached, west);
        }
        reached = reached.max(west + width);
    }
    best(reached, first + 360.0);
    ends
}

fn signed(lon: f64) -> f64 {
    let lon = lon.rem_euclid(360.0);
    if lon > 180.0 { lon - 360.0 } else { lon }
}

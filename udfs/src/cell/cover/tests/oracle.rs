//! Points that are on or in a shape by construction, found without any of the code under test.

use std::collections::BTreeSet;

use crate::cell::{Convention, authalic_to_geodetic, geodetic_to_authalic, nested};

pub(super) type V = [f64; 3];

pub(super) fn to_vector(lon: f64, lat: f64, convention: Convention) -> V {
    let lat = match convention {
        Convention::Authalic => geodetic_to_authalic(lat),
        Convention::Sphere => lat,
    };
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

pub(super) fn to_position([x, y, z]: V, convention: Convention) -> (f64, f64) {
    let lat = z.atan2(x.hypot(y)).to_degrees();
    let lat = match convention {
        Convention::Authalic => authalic_to_geodetic(lat),
        Convention::Sphere => lat,
    };
    (y.atan2(x).to_degrees(), lat)
}

/// Along the shorter great circle from `a` to `b`.
pub(super) fn between(a: V, b: V, t: f64) -> V {
    let dot: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    let chord: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
    let angle = if dot > 0.0 { 2.0 * (chord / 2.0).asin() } else { dot.clamp(-1.0, 1.0).acos() };
    if angle < 1e-14 {
        return a;
    }
    let (f, g) = (((1.0 - t) * angle).sin() / angle.sin(), (t * angle).sin() / angle.sin());
    [f * a[0] + g * b[0], f * a[1] + g * b[1], f * a[2] + g * b[2]]
}

/// A place from a centre by bearing and distance, all in radians on the sphere.
pub(super) fn away(center: V, bearing: f64, distance: f64) -> V {
    let [x, y, z] = center;
    let r = x.hypot(y).max(1e-15);
    let (east, north) = ([-y / r, x / r, 0.0], [-z * x / r, -z * y / r, r]);
    let (s, c) = distance.sin_cos();
    let (sb, cb) = bearing.sin_cos();
    std::array::from_fn(|k| c * center[k] + s * (cb * north[k] + sb * east[k]))
}

/// Positions along the edges of a ring of vectors, `steps` for each edge, closed.
pub(super) fn boundary(ring: &[V], steps: usize) -> impl Iterator<Item = V> {
    ring.iter()
        .zip(ring.iter().cycle().skip(1))
        .flat_map(move |(&a, &b)| (0..=steps).map(move |k| between(a, b, k as f64 / steps as f64)))
}

pub(super) fn cell(v: V, order: u8, convention: Convention) -> u64 {
    let (lon, lat) = to_position(v, convention);
    nested(lon, lat.clamp(-90.0, 90.0), order, convention).unwrap().unwrap()
}

pub(super) fn cells(
    points: impl Iterator<Item = V>,
    order: u8,
    convention: Convention,
) -> BTreeSet<u64> {
    points.map(|v| cell(v, order, convention)).collect()
}

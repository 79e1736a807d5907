//! Footprints along ground tracks.

use geo_types::{Coord, Geometry, Polygon};

/// Half the width of a footprint, in radians: 7 km.
const HALF_WIDTH: f64 = 0.0011;

/// Degrees along the orbit.
const LENGTH: f64 = 26.0;

/// Where the pieces over the Antarctic begin, in degrees along the orbit from where it crosses the equator northwards.
const PIECES: [f64; 3] = [230.0, 257.0, 284.0];

/// Vertices on each side.
const VERTICES: u32 = 12;

/// The footprint of a granule. Tracks follow each other by the golden angle, which spreads them evenly.
pub(crate) fn footprint(number: u64) -> Geometry<f64> {
    let node = (number as f64 * 137.507_764) % 360.0;
    let begin = PIECES.get((number % 3) as usize).copied().unwrap_or_default();
    let along = |vertex: u32| begin + LENGTH * f64::from(vertex) / f64::from(VERTICES - 1);
    let left = (0..VERTICES).map(|vertex| position(node, along(vertex), HALF_WIDTH));
    let right = (0..VERTICES).rev().map(|vertex| position(node, along(vertex), -HALF_WIDTH));
    // The ring is closed by its type.
    Polygon::new(left.chain(right).collect::<Vec<_>>().into(), Vec::new()).into()
}

/// The position beside the track of a circular orbit of inclination 92°, over a sphere that does not turn.
fn position(node: f64, along: f64, beside: f64) -> Coord<f64> {
    let (sin, cos) = along.to_radians().sin_cos();
    let (height, width) = beside.sin_cos();
    let (x, y) = (width * cos, width * sin);
    let (sin, cos) = 92.0_f64.to_radians().sin_cos();
    let (y, z) = (y * cos - height * sin, y * sin + height * cos);
    let lon = y.atan2(x).to_degrees() + node;
    Coord { x: (lon + 180.0).rem_euclid(360.0) - 180.0, y: z.clamp(-1.0, 1.0).asin().to_degrees() }
}

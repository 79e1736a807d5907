//! Directions of many positions, by blocks that the compiler turns into vector instructions.

use geo_types::Coord;

use super::Vector;
use crate::cell::Convention;
use crate::cell::authalic::FORWARD;
use crate::cell::cover::wide::{Work, run};

/// Positions per block.
const LANES: usize = 8;

/// Longitudes up to some turns lose nothing when they are reduced; of others there is the remainder first.
const MAX_LONGITUDE: f64 = 1440.0;

/// Added and taken away again, it rounds to an integer, which is in the low bits in between.
const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;

/// Of the odd powers. The first one that is left out is below 5e-17 up to an eighth of a turn.
const SINE: [f64; 8] = [
    1.0,
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
];

/// Of the even powers, likewise; below 3e-18.
const COSINE: [f64; 9] = [
    1.0,
    -1.0 / 2.0,
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40_320.0,
    -1.0 / 3_628_800.0,
    1.0 / 479_001_600.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 20_922_789_888_000.0,
];

pub(super) fn direction(lon: f64, lat: f64, convention: Convention) -> Vector {
    one(reduced(lon), lat, convention == Convention::Authalic)
}

pub(super) fn directions(coords: &[Coord<f64>], convention: Convention) -> Vec<Vector> {
    run(Directions { coords, is_authalic: convention == Convention::Authalic })
}

struct Directions<'a> {
    coords: &'a [Coord<f64>],
    is_authalic: bool,
}

impl Work for Directions<'_> {
    type Output = Vec<Vector>;

    #[inline(always)]
    fn run(self) -> Vec<Vector> {
        let mut out = Vec::with_capacity(self.coords.len());
        for coords in self.coords.chunks(LANES) {
            let (mut lon, mut lat) = ([0.0; LANES], [0.0; LANES]);
            for ((lon, lat), coord) in lon.iter_mut().zip(&mut lat).zip(coords) {
                (*lon, *lat) = (reduced(coord.x), coord.y);
            }
            let mut block = [Vector::ZERO; LANES];
            for k in 0..LANES {
                block[k] = one(lon[k], lat[k], self.is_authalic);
            }
            out.extend_from_slice(&block[..coords.len()]);
        }
        out
    }
}

#[inline(always)]
fn reduced(lon: f64) -> f64 {
    if lon.abs() <= MAX_LONGITUDE { lon } else { lon % 360.0 }
}

#[inline(always)]
fn one(lon: f64, lat: f64, is_authalic: bool) -> Vector {
    let (sin_lon, cos_lon) = sin_cos(lon);
    let (sin, cos) = sin_cos(lat);
    let (sin, cos) = if is_authalic { authalic(sin, cos) } else { (sin, cos) };
    Vector::new(cos * cos_lon, cos * sin_lon, sin)
}

/// Sine and cosine of an angle in degrees, to 2e-16; exact at right angles.
#[inline(always)]
fn sin_cos(degrees: f64) -> (f64, f64) {
    let rounded = degrees * (1.0 / 90.0) + ROUND;
    // Both are multiples of the last place of the angle, and so is their difference.
    let rest = (degrees - (rounded - ROUND) * 90.0).to_radians();
    let square = rest * rest;
    let (mut sin, mut cos) = (0.0, 0.0);
    for term in SINE.iter().rev() {
        sin = sin * square + term;
    }
    for term in COSINE.iter().rev() {
        cos = cos * square + term;
    }
    let sin = sin * rest;
    let quarter = rounded.to_bits();
    let (a, b) = if quarter & 1 == 0 { (sin, cos) } else { (cos, sin) };
    // The sine is negative in the third and fourth quarter, the cosine in the second and third.
    let sign = |odd: u64| f64::from_bits(1.0_f64.to_bits() | (odd & 2) << 62);
    (a * sign(quarter), b * sign(quarter + 1))
}

/// Sine and cosine of the authalic latitude from those of the geodetic one: that is turned by what the series of
/// [`authalic`](crate::cell::authalic) says, which is at most 0.13 degrees.
#[inline(always)]
fn authalic(sin: f64, cos: f64) -> (f64, f64) {
    let (sin_2, cos_2) = (2.0 * sin * cos, 1.0 - 2.0 * sin * sin);
    let (mut before, mut term, mut turn) = (0.0, sin_2, FORWARD[0] * sin_2);
    for coefficient in &FORWARD[1..] {
        (before, term) = (term, 2.0 * cos_2 * term - before);
        turn += coefficient * term;
    }
    let square = turn * turn;
    let sin_turn = turn * (1.0 - square * (1.0 / 6.0 - square * (1.0 / 120.0)));
    let cos_turn = 1.0 - square * (0.5 - square * (1.0 / 24.0));
    (sin * cos_turn + cos * sin_turn, cos * cos_turn - sin * sin_turn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::authalic::authalic_radians;
    use crate::cell::tests::rng::Rng;

    #[test]
    fn directions_are_those_of_the_library() {
        let mut rng = Rng::new(61);
        let mut coords: Vec<Coord<f64>> = (0..100_001)
            .map(|_| {
                let (lon, lat) = rng.position();
                Coord { x: lon * 3.0, y: lat }
            })
            .collect();
        let turns = [0.0, -0.0, 45.0, 90.0, -90.0, 135.0, 180.0, -180.0, 225.0, 270.0, 360.0, 1e9];
        coords.extend(turns.iter().flat_map(|&x| {
            [0.0, -0.0, 45.0, -45.0, 90.0, -90.0, 89.999_999].map(|y| Coord { x, y })
        }));
        for convention in [Convention::Authalic, Convention::Sphere] {
            let found = directions(&coords, convention);
            let is_authalic = convention == Convention::Authalic;
            assert_eq!(found.len(), coords.len());
            let mut worst = 0.0_f64;
            for (coord, found) in coords.iter().zip(&found) {
                assert_eq!(*found, direction(coord.x, coord.y, convention), "{coord:?}");
                let lat =
                    if is_authalic { authalic_radians(coord.y) } else { coord.y.to_radians() };
                let lon = coord.x.rem_euclid(360.0).to_radians();
                let expected = Vector::new(lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin());
                worst = worst.max(found.minus(expected).norm());
            }
            println!("directions of {convention} are off by {worst:e}");
            assert!(worst < 1.5e-15, "{worst:e}");
        }
        assert_eq!(
            Vector::from_position(7.0, -90.0, Convention::Authalic),
            Vector::new(0.0, 0.0, -1.0)
        );
    }
}

//! Families of positions to compare on.

use crate::cell::tests::rng::Rng;
use crate::cell::{Convention, authalic_to_geodetic, geodetic_to_authalic};

/// The orders compared.
pub(super) const ORDERS: [u8; 6] = [0, 6, 12, 18, 24, 29];

/// What positions are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Half of them uniform on the sphere, half uniform in longitude and latitude; longitudes in -180..360.
    Random,
    /// Along near-polar orbits, in steps of 20 m or 0.7 m.
    Track,
    /// From a few units in the last place up to 1e-9 degrees off an edge or a corner of a cell of one of [`ORDERS`].
    Edge,
    /// The same off multiples of 45° of longitude, the transition latitude, the equator and the poles.
    Special,
}

impl Family {
    pub(super) const ALL: [Self; 4] = [Self::Random, Self::Track, Self::Edge, Self::Special];

    /// Fills two equally long slices.
    pub(super) fn fill(
        self,
        convention: Convention,
        rng: &mut Rng,
        lon: &mut [f64],
        lat: &mut [f64],
    ) {
        if self == Self::Track {
            return tracks(rng, lon, lat);
        }
        for (lon, lat) in lon.iter_mut().zip(lat) {
            (*lon, *lat) = match self {
                Self::Random => random(rng),
                Self::Edge => edge(convention, rng),
                _ => special(convention, rng),
            };
        }
    }
}

fn random(rng: &mut Rng) -> (f64, f64) {
    let (lon, lat) = rng.position();
    match rng.next() % 4 {
        0 => (lon, lat),
        1 => (lon + 180.0, lat),
        2 => (lon, rng.unit() * 180.0 - 90.0),
        _ => (lon + 180.0, rng.unit() * 180.0 - 90.0),
    }
}

fn tracks(rng: &mut Rng, lon: &mut [f64], lat: &mut [f64]) {
    const RUN: usize = 1000;
    let (sin_i, cos_i) = 92.0_f64.to_radians().sin_cos();
    for (lon, lat) in lon.chunks_mut(RUN).zip(lat.chunks_mut(RUN)) {
        let step = if rng.next().is_multiple_of(2) { 20.0 } else { 0.7 } / 6_371_000.0;
        let (start, node) = (rng.unit() * std::f64::consts::TAU, rng.unit() * 360.0);
        for (n, (lon, lat)) in lon.iter_mut().zip(lat).enumerate() {
            let (sin, cos) = (start + n as f64 * step).sin_cos();
            *lat = (sin * sin_i).asin().to_degrees();
            *lon = ((sin * cos_i).atan2(cos).to_degrees() + node + 180.0) % 360.0 - 180.0;
        }
    }
}

fn edge(convention: Convention, rng: &mut Rng) -> (f64, f64) {
    let order = ORDERS[rng.next() as usize % ORDERS.len()];
    let cell = rng.next() % (12 << (2 * order));
    let (along, other) =
        (rng.unit(), if rng.next().is_multiple_of(4) { rng.unit() * 1e-9 } else { 0.0 });
    let (dx, dy) = match rng.next() % 3 {
        0 => (along, other),
        1 => (other, along),
        _ => (other, other),
    };
    let (lon, lat) = cdshealpix::nested::sph_coo(order, cell, dx, dy);
    let lon = lon.to_degrees() - if rng.next().is_multiple_of(2) { 360.0 } else { 0.0 };
    (near(lon, rng), near(geodetic(convention, lat.to_degrees()), rng).clamp(-90.0, 90.0))
}

fn special(convention: Convention, rng: &mut Rng) -> (f64, f64) {
    let transition = geodetic(convention, (2.0_f64 / 3.0).asin().to_degrees());
    let lon = match rng.next() % 4 {
        0 => rng.unit() * 720.0 - 360.0,
        1 => near([0.0, -0.0, 1e-300, -1e-300, 720.0, -720.0][rng.next() as usize % 6], rng),
        _ => near((rng.next() % 49) as f64 * 45.0 - 1080.0, rng),
    };
    let lat = match rng.next() % 8 {
        0 => rng.unit() * 180.0 - 90.0,
        1 => near([0.0, -0.0, 1e-300, -1e-300][rng.next() as usize % 4], rng),
        2 | 3 => near([90.0, -90.0][rng.next() as usize % 2], rng),
        _ => near([transition, -transition][rng.next() as usize % 2], rng),
    };
    (lon, lat)
}

/// The value itself, up to four units in the last place off it, or off by 1e-16 to 1e-9.
fn near(value: f64, rng: &mut Rng) -> f64 {
    let off = 10.0_f64.powi(-9 - (rng.next() % 8) as i32) * rng.unit();
    let ulps = rng.next() % 5;
    match rng.next() % 5 {
        0 => value,
        1 => (0..ulps).fold(value, |value, _| value.next_up()),
        2 => (0..ulps).fold(value, |value, _| value.next_down()),
        3 => value + off,
        _ => value - off,
    }
}

/// The geodetic latitude of one on the sphere, to the last places: the inverse series alone is off by hundreds of them.
fn geodetic(convention: Convention, sphere: f64) -> f64 {
    if convention == Convention::Sphere {
        return sphere;
    }
    (0..2).fold(authalic_to_geodetic(sphere), |lat, _| lat + (sphere - geodetic_to_authalic(lat)))
}

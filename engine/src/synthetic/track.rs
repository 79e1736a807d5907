//! Where and when the satellite passes, and how granules are called.

use std::f64::consts::{FRAC_PI_2, TAU};

use chrono::{DateTime, TimeDelta, Utc};

use super::random::Random;
use super::{Synthetic, SyntheticError};

/// The inclination of the orbit.
const INCLINATION: f64 = 92.0;
/// Tracks of a cycle, and turns of the earth below the orbit meanwhile.
const TRACKS: usize = 1387;
const TURNS: f64 = 91.0;
/// A turn of the earth, in seconds.
const SIDEREAL_DAY: f64 = 86_164.090_5;
/// The time of one orbit, in seconds.
const PERIOD: f64 = TURNS * SIDEREAL_DAY / TRACKS as f64;
/// The mean radius of the earth, in metres.
const RADIUS: f64 = 6_371_000.0;
/// The square of the eccentricity of the WGS84 ellipsoid.
const ECCENTRICITY_2: f64 = 6.694_379_990_14e-3;
/// The distance of two segments, in metres.
pub(super) const STEP: f64 = 20.0;
/// From track to track, granule after granule, such that they spread over all longitudes: by 857 of
/// the 1,387 places that tracks have, near the golden section.
const STRIDE: usize = 1244;
/// The cycle of the first granule, and the last that a name can have.
const FIRST_CYCLE: usize = 3;
const LAST_CYCLE: usize = 99;
/// Seconds from 1970-01-01 to 2018-01-01, the epoch of `delta_time`.
const EPOCH: i64 = 1_514_764_800;
/// Seconds from the epoch to the begin of the first cycle, 2018-10-13.
const CYCLE_1: f64 = 285.0 * 86_400.0;

/// The southernmost point, as an angle along the orbit from where it crosses the equator
/// northwards.
const SOUTH: f64 = 3.0 * FRAC_PI_2;
/// Region 11 reaches this far from the southernmost point; 10 and 12 are taken to reach twice as
/// far.
const REGION: f64 = 11.0 * TAU / 360.0;

/// A point of a track.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    /// Geodetic, in degrees.
    pub(super) latitude: f64,
    /// In degrees, from -180 to 180.
    pub(super) longitude: f64,
}

/// The track of a granule.
pub(super) struct Track {
    /// The reference ground track, from 1.
    pub(super) rgt: usize,
    pub(super) cycle: usize,
    /// A piece of the orbit: 10, 11 or 12 here.
    pub(super) region: usize,
    /// Number of the first segment, counted along the orbit from the equator.
    pub(super) first_segment: usize,
    /// Beside the reference track, in metres.
    offset: f64,
    segments: usize,
}

impl Track {
    pub(super) fn new(settings: &Synthetic, index: usize) -> Result<Self, SyntheticError> {
        let (place, later) = if settings.same_track { (0, index) } else { (index, index / TRACKS) };
        let cycle = FIRST_CYCLE + later;
        if cycle > LAST_CYCLE {
            return Err(SyntheticError::Cycle { index, cycle });
        }
        let mut random = Random::new(settings.seed, &[index as u64]);
        let (region, centre) =
            [(11, 0.0), (10, -1.5), (12, 1.5)].get(place % 3).copied().unwrap_or((11, 0.0));
        let arc = settings.segments_per_beam as f64 * STEP / RADIUS;
        // A granule that is shorter than its half of a region may lie anywhere in it. The first
        // does not move, so that there is one at the pole.
        let room = if place == 0 { 0.0 } else { (REGION - arc).max(0.0) };
        let middle = SOUTH + centre * REGION + (random.uniform() - 0.5) * room;
        let offset = if settings.same_track { 200.0 * random.normal() } else { 0.0 };
        Ok(Self {
            rgt: place * STRIDE % TRACKS + 1,
            cycle,
            region,
            first_segment: ((middle - arc / 2.0).max(0.0) * RADIUS / STEP) as usize,
            offset,
            segments: settings.segments_per_beam,
        })
    }

    /// The point of a segment, `across` metres beside the track, on a turning ellipsoid.
    pub(super) fn point(&self, segment: usize, across: f64) -> Point {
        let along = segment as f64 * STEP / RADIUS;
        let (sin_i, cos_i) = INCLINATION.to_radians().sin_cos();
        let (sin_u, cos_u) = along.sin_cos();
        let (sin_d, cos_d) = ((across + self.offset) / RADIUS).sin_cos();
        // Towards the place on the orbit, tilted by the angle across towards the orbit's normal.
        let x = cos_u * cos_d;
        let y = sin_u * cos_i * cos_d - sin_i * sin_d;
        let z = sin_u * sin_i * cos_d + cos_i * sin_d;
        let latitude = (z / x.hypot(y) / (1.0 - ECCENTRICITY_2)).atan().to_degrees();
        // The first track passes its southernmost point at 180°; each further one, and each part of
        // an orbit since then, finds the earth turned.
        let orbits = (self.rgt - 1) as f64 + (along - SOUTH) / TAU;
        let turned = 360.0 * (TURNS / TRACKS as f64 * orbits).fract();
        let longitude = y.atan2(x).to_degrees() - 90.0 - turned;
        // An angle from 180°, which as a longitude it exceeds by half a circle.
        Point { latitude, longitude: longitude.rem_euclid(360.0) - 180.0 }
    }

    /// When a segment is passed: seconds since 2018-01-01.
    pub(super) fn delta_time(&self, segment: usize) -> f64 {
        let along = segment as f64 * STEP / RADIUS;
        self.cycle_begin() + ((self.rgt - 1) as f64 + along / TAU) * PERIOD
    }

    fn cycle_begin(&self) -> f64 {
        CYCLE_1 + (self.cycle - 1) as f64 * 91.0 * 86_400.0
    }

    /// When the first and, without gaps, the last segment is passed.
    pub(super) fn span(&self) -> [f64; 2] {
        [self.first_segment, self.first_segment + self.segments].map(|s| self.delta_time(s))
    }

    /// `ATL06_` begin of the granule `_` track, cycle, region `_` release `_` version `.h5`.
    pub(super) fn name(&self) -> String {
        let begin = utc(self.span()[0]).format("%Y%m%d%H%M%S");
        format!("ATL06_{begin}_{:04}{:02}{:02}_006_01.h5", self.rgt, self.cycle, self.region)
    }
}

/// The date and time of so many seconds since 2018-01-01.
pub(super) fn utc(delta_time: f64) -> DateTime<Utc> {
    let epoch = DateTime::from_timestamp(EPOCH, 0).unwrap_or_default();
    epoch + TimeDelta::microseconds((delta_time * 1e6) as i64)
}

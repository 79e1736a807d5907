//! Directions from the centre of the sphere.

mod positions;

use geo_types::Coord;

use crate::cell::{Convention, authalic_to_geodetic};

/// Three coordinates; of length 1 where it stands for a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vector {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) z: f64,
}

impl Vector {
    pub(super) const ZERO: Self = Self { x: 0.0, y: 0.0, z: 0.0 };

    #[inline(always)]
    pub(super) fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z }
    }

    /// A position that has been checked: any finite longitude, a latitude within ±90, in degrees.
    pub(super) fn from_position(lon: f64, lat: f64, convention: Convention) -> Self {
        positions::direction(lon, lat, convention)
    }

    /// Many positions that have been checked likewise.
    pub(super) fn from_positions(coords: &[Coord<f64>], convention: Convention) -> Vec<Self> {
        positions::directions(coords, convention)
    }

    /// Longitude in -180..=180 and geodetic latitude, in degrees.
    pub(super) fn position(self, convention: Convention) -> (f64, f64) {
        let lat = self.z.atan2(self.x.hypot(self.y)).to_degrees();
        let lat = match convention {
            Convention::Authalic => authalic_to_geodetic(lat),
            Convention::Sphere => lat,
        };
        (self.y.atan2(self.x).to_degrees(), lat)
    }

    #[inline(always)]
    pub(super) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }

    #[inline(always)]
    pub(super) fn cross(self, other: Self) -> Self {
        Self {
            x: self.y * other.z - self.z * other.y,
            y: self.z * other.x - self.x * other.z,
            z: self.x * other.y - self.y * other.x,
        }
    }

    /// Normal to two positions, twice as long as their cross product, and without the loss of digits that it has where they
    /// are close together.
    #[inline(always)]
    pub(super) fn normal(self, other: Self) -> Self {
        self.minus(other).cross(self.plus(other))
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y, z: self.z + other.z }
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y, z: self.z - other.z }
    }

    #[inline(always)]
    pub(super) fn times(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor, z: self.z * factor }
    }

    /// Of the length.
    #[inline(always)]
    pub(super) fn square(self) -> f64 {
        self.dot(self)
    }

    #[inline(always)]
    pub(super) fn norm(self) -> f64 {
        self.square().sqrt()
    }

    /// Of length 1. The zero vector stays.
    #[inline(always)]
    pub(super) fn unit(self) -> Self {
        let norm = self.norm();
        if norm > 0.0 { self.times(1.0 / norm) } else { self }
    }

    /// Some direction at a right angle to a position.
    pub(super) fn across(self) -> Self {
        let axis =
            if self.x.abs() < 0.6 { Self::new(1.0, 0.0, 0.0) } else { Self::new(0.0, 1.0, 0.0) };
        self.cross(axis).unit()
    }

    /// The angle between two positions, in radians, to full precision everywhere.
    pub(super) fn angle(self, other: Self) -> f64 {
        (0.5 * self.normal(other).norm()).atan2(self.dot(other))
    }
}

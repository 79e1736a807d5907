//! The reference: `cdshealpix` at order 29, on the latitude of the convention.

use cdshealpix::nested::Layer;

use crate::cell::authalic::authalic_radians;
use crate::cell::{Convention, MAX_ORDER};

/// Finds the cell of one position at a time. It defines what the kernel has to give.
#[derive(Clone, Copy)]
pub(super) struct Reference {
    layer: &'static Layer,
    shift: u32,
    convention: Convention,
}

impl Reference {
    /// `order` is one that [`check_order`](crate::cell::check_order) let pass.
    pub(super) fn new(order: u8, convention: Convention) -> Self {
        let shift = 2 * u32::from(MAX_ORDER - order);
        Self { layer: cdshealpix::nested::get(MAX_ORDER), shift, convention }
    }

    pub(super) fn order(&self) -> u8 {
        MAX_ORDER - (self.shift / 2) as u8
    }

    pub(super) fn convention(&self) -> Convention {
        self.convention
    }

    #[inline]
    pub(super) fn cell(&self, lon: f64, lat: f64) -> Option<u64> {
        let (lon, lat) = self.radians(lon, lat)?;
        Some(self.layer.hash(lon, lat) >> self.shift)
    }

    /// What `cdshealpix` is given. It panics on a latitude outside ±π/2 and has an id for a longitude that is NaN, so both
    /// are refused before it sees them.
    #[inline]
    pub(super) fn radians(&self, lon: f64, lat: f64) -> Option<(f64, f64)> {
        if !(lat.abs() <= 90.0 && lon.is_finite()) {
            return None;
        }
        let lat = match self.convention {
            Convention::Authalic => authalic_radians(lat),
            Convention::Sphere => lat.to_radians(),
        };
        Some((wrap(lon).to_radians(), lat))
    }
}

/// `lon.rem_euclid(360)`, which needs a slow remainder only for longitudes that are more than one turn off.
#[inline]
fn wrap(lon: f64) -> f64 {
    if (0.0..360.0).contains(&lon) {
        lon
    } else if -360.0 < lon && lon < 0.0 {
        lon + 360.0
    } else {
        lon.rem_euclid(360.0)
    }
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn wrap_is_the_euclidean_remainder_bit_for_bit() {
        let mut samples = vec![0.0, -0.0, 1e-300, -1e-300, 1e300, -1e300, 11475.0, -11475.0];
        for step in -5000..=5000 {
            let lon = f64::from(step) * 0.25;
            samples.extend([lon, lon.next_up(), lon.next_down(), lon * 0.7310585786300049]);
        }
        for lon in samples {
            assert_eq!(wrap(lon).to_bits(), lon.rem_euclid(360.0).to_bits(), "{lon:e}");
        }
    }
}

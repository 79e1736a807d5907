//! Positions to cells: the hot loop of every scan.

use cdshealpix::nested::Layer;

use super::authalic::authalic_radians;
use super::{CellError, Convention, MAX_ORDER, check_order};

/// What the slice forms write for a position that is none: no order has a cell of this id.
pub const NO_CELL: u64 = u64::MAX;

/// Turns positions into NESTED ids of one order and convention.
///
/// Positions are in geodetic WGS84 degrees. Any finite longitude is wrapped to 0..360 as `rem_euclid(360.0)` does. That
/// keeps a negative zero, which matters only poleward of 42°, where longitude 0 is an edge of base cells: 0.0 is east of
/// that edge, and -0.0 (and -360.0) west of it.
///
/// A latitude outside ±90, and NaN or an infinity in either, is no position: it gives no cell and no error, since single
/// bad fixes are common in granules.
///
/// The id is that of `cdshealpix` at order 29, shifted to the order; so the ids of two orders always nest.
#[derive(Clone, Copy)]
pub struct Hasher {
    layer: &'static Layer,
    shift: u32,
    convention: Convention,
}

impl Hasher {
    /// A hasher for one order.
    ///
    /// # Errors
    /// [`CellError::Order`] above [`MAX_ORDER`].
    pub fn new(order: u8, convention: Convention) -> Result<Self, CellError> {
        check_order(order)?;
        let shift = 2 * u32::from(MAX_ORDER - order);
        Ok(Self { layer: cdshealpix::nested::get(MAX_ORDER), shift, convention })
    }

    /// The cell that holds a position, or `None` if it is no position.
    #[inline]
    pub fn cell(&self, lon: f64, lat: f64) -> Option<u64> {
        let cell = match self.convention {
            Convention::Authalic => finest::<true>(self.layer, lon, lat)?,
            Convention::Sphere => finest::<false>(self.layer, lon, lat)?,
        };
        Some(cell >> self.shift)
    }

    /// The cells of many positions: `out[i]` is the cell of `(lon[i], lat[i])`, or [`NO_CELL`] where that is no position.
    /// Returns how many are none, so that a result of 0 tells the caller to skip the search for them.
    ///
    /// ```
    /// use zagg_udfs::cell::{Convention, Hasher, NO_CELL};
    ///
    /// let mut cells = [0; 3];
    /// let invalid = Hasher::new(0, Convention::Authalic)?.cells(&[45.0, -45.0, 0.0], &[60.0, 60.0, f64::NAN], &mut cells)?;
    /// assert_eq!((cells, invalid), ([0, 3, NO_CELL], 1));
    /// # Ok::<(), zagg_udfs::cell::CellError>(())
    /// ```
    ///
    /// # Errors
    /// [`CellError::Lengths`] when the slices differ in length.
    pub fn cells(&self, lon: &[f64], lat: &[f64], out: &mut [u64]) -> Result<usize, CellError> {
        if lon.len() != out.len() || lat.len() != out.len() {
            return Err(CellError::Lengths { lon: lon.len(), lat: lat.len(), out: out.len() });
        }
        Ok(match self.convention {
            Convention::Authalic => self.fill::<true>(lon, lat, out),
            Convention::Sphere => self.fill::<false>(lon, lat, out),
        })
    }

    fn fill<const AUTHALIC: bool>(&self, lon: &[f64], lat: &[f64], out: &mut [u64]) -> usize {
        let mut invalid = 0;
        for ((out, &lon), &lat) in out.iter_mut().zip(lon).zip(lat) {
            *out = match finest::<AUTHALIC>(self.layer, lon, lat) {
                Some(cell) => cell >> self.shift,
                None => {
                    invalid += 1;
                    NO_CELL
                }
            };
        }
        invalid
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher")
            .field("order", &(MAX_ORDER - (self.shift / 2) as u8))
            .field("convention", &self.convention)
            .finish()
    }
}

/// The id at order 29. `cdshealpix` panics on a latitude outside ±π/2 and gives an id for a longitude that is NaN, so
/// both are refused before it sees them.
#[inline]
fn finest<const AUTHALIC: bool>(layer: &Layer, lon: f64, lat: f64) -> Option<u64> {
    if !(lat.abs() <= 90.0 && lon.is_finite()) {
        return None;
    }
    let lat = if AUTHALIC { authalic_radians(lat) } else { lat.to_radians() };
    Some(layer.hash(wrap(lon).to_radians(), lat))
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

/// The cell of one position; see [`Hasher`], which is the form for many.
///
/// ```
/// use zagg_udfs::cell::{Convention, nested};
///
/// assert_eq!(nested(0.0, 90.0, 0, Convention::Authalic)?, Some(0));
/// assert_eq!(nested(f64::NAN, 0.0, 0, Convention::Authalic)?, None);
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
///
/// # Errors
/// [`CellError::Order`] above [`MAX_ORDER`].
pub fn nested(
    lon: f64,
    lat: f64,
    order: u8,
    convention: Convention,
) -> Result<Option<u64>, CellError> {
    Ok(Hasher::new(order, convention)?.cell(lon, lat))
}

/// The cells of many positions; see [`Hasher::cells`].
///
/// # Errors
/// [`CellError::Order`] above [`MAX_ORDER`], [`CellError::Lengths`] when the slices differ in length.
pub fn cells(
    lon: &[f64],
    lat: &[f64],
    order: u8,
    convention: Convention,
    out: &mut [u64],
) -> Result<usize, CellError> {
    Hasher::new(order, convention)?.cells(lon, lat, out)
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

//! Cells back to positions.

use super::{CellError, Convention, authalic_to_geodetic, check_cell};

/// The centre of a cell: `(longitude, geodetic latitude)` in degrees, longitude in -180..180.
///
/// ```
/// use zagg_udfs::cell::{Convention, center};
///
/// let (lon, lat) = center(3, 0, Convention::Authalic)?;
/// assert_eq!(lon, -45.0);
/// assert!((lat - 41.9378539).abs() < 1e-7);
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`].
pub fn center(cell: u64, order: u8, convention: Convention) -> Result<(f64, f64), CellError> {
    check_cell(cell, order)?;
    Ok(geodetic(cdshealpix::nested::center(order, cell), convention))
}

/// The corners of a cell in the order south, east, north, west, each like [`center`].
///
/// Each longitude is in -180..180 by itself, so the corners of a cell on the antimeridian have both signs. At a pole the
/// longitude is one of the many that are right.
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`].
pub fn vertices(
    cell: u64,
    order: u8,
    convention: Convention,
) -> Result<[(f64, f64); 4], CellError> {
    check_cell(cell, order)?;
    Ok(cdshealpix::nested::vertices(order, cell).map(|corner| geodetic(corner, convention)))
}

fn geodetic((lon, lat): (f64, f64), convention: Convention) -> (f64, f64) {
    let lat = lat.to_degrees();
    let lat = match convention {
        Convention::Authalic => authalic_to_geodetic(lat),
        Convention::Sphere => lat.clamp(-90.0, 90.0),
    };
    let lon = lon.to_degrees();
    (if lon >= 180.0 { lon - 360.0 } else { lon }, lat)
}

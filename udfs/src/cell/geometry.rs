//! Cells back to positions.

use cdshealpix::compass_point::Cardinal;

use super::{CellError, Convention, authalic_to_geodetic, check_cell};

/// The most points that [`boundary`] gives per edge.
pub const MAX_POINTS_PER_EDGE: u16 = 1024;

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

/// The outline of a cell as a closed ring of `(longitude, geodetic latitude)` in degrees, counter-clockwise from its
/// southern corner, the first point repeated at the end.
///
/// Edges of cells are curves in longitude and latitude; `points_per_edge` says how many points stand for each, its first
/// corner included, so 1 gives the corners alone.
///
/// - **Antimeridian.** Longitudes are continuous: every point is within 180° of the cell's centre, whose longitude is in
///   -180..180. So the ring of a cell across the antimeridian goes beyond ±180, and has no jump.
/// - **Poles.** A cell that touches a pole has two points there, on the meridians of the two edges that end in it. So the
///   ring has the cell's shape in the plane of longitude and latitude as well.
///
/// ```
/// use zagg_udfs::cell::{Convention, boundary};
///
/// // Base cell 0: its southern corner on the equator, and the pole as two points.
/// let ring = boundary(0, 0, 1, Convention::Sphere)?;
/// assert_eq!((ring[0], ring[5]), ((45.0, 0.0), (45.0, 0.0)));
/// assert_eq!((ring[2], ring[3]), ((90.0, 90.0), (0.0, 90.0)));
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`]; [`CellError::PointsPerEdge`] outside 1..=[`MAX_POINTS_PER_EDGE`].
pub fn boundary(
    cell: u64,
    order: u8,
    points_per_edge: u16,
    convention: Convention,
) -> Result<Vec<(f64, f64)>, CellError> {
    let (middle, _) = center(cell, order, convention)?;
    if !(1..=MAX_POINTS_PER_EDGE).contains(&points_per_edge) {
        return Err(CellError::PointsPerEdge { points: points_per_edge.into() });
    }
    let path: Vec<_> = cdshealpix::nested::get(order)
        .path_along_cell_edge(cell, &Cardinal::S, false, points_per_edge.into())
        .iter()
        .map(|&point| {
            let (lon, lat) = geodetic(point, convention);
            (lon + 360.0 * ((middle - lon) / 360.0).round(), lat)
        })
        .collect();
    let mut ring = Vec::with_capacity(path.len() + 2);
    for (i, &(lon, lat)) in path.iter().enumerate() {
        if lat.abs() < 90.0 {
            ring.push((lon, lat));
            continue;
        }
        let before = path[(i + path.len() - 1) % path.len()].0;
        let after = path[(i + 1) % path.len()].0;
        ring.extend([(before, lat), (after, lat)]);
    }
    ring.extend(ring.first().copied());
    Ok(ring)
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

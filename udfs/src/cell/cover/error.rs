//! What can be wrong with a shape.

use crate::cell::CellError;

/// A geometry that names no place on the sphere. None of these is worth a retry.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// A vertex that is no position.
    #[error(
        "vertex {vertex} of {place} is ({lon}, {lat}): expected a finite longitude and a latitude within ±90 degrees"
    )]
    Position {
        /// The ring, line or point it is in, as `polygon 2, ring 0`.
        place: String,
        /// Its number there, from 0.
        vertex: usize,
        /// Longitude found.
        lon: f64,
        /// Latitude found.
        lat: f64,
    },
    /// There is no vertex at all.
    #[error("the geometry is empty: expected at least one vertex")]
    Empty,
    /// A box that is none.
    #[error("the box west {west}, south {south}, east {east}, north {north} is none: {reason}")]
    Box {
        /// Western longitude.
        west: f64,
        /// Southern latitude.
        south: f64,
        /// Eastern longitude.
        east: f64,
        /// Northern latitude.
        north: f64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Text that is no geometry.
    #[error("{text:?} is no WKT in longitude and latitude: {reason}")]
    Wkt {
        /// How it begins.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Text in another system of coordinates.
    #[error("coordinates are of {found}: expected SRID=4326, longitude and latitude")]
    Srid {
        /// What stands before the geometry.
        found: String,
    },
    /// Bytes that are no geometry.
    #[error("{bytes} bytes are no WKB: {reason}")]
    Wkb {
        /// How many there are.
        bytes: usize,
        /// What is wrong with them.
        reason: String,
    },
    /// More shapes than numbers for them.
    #[error("{0} shapes: the most there may be are 4294967295")]
    TooMany(usize),
    /// An order, cell or word that does not exist.
    #[error(transparent)]
    Cell(#[from] CellError),
}

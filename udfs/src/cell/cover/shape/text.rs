//! Geometries from text and bytes.

use std::str::FromStr;

use geo_traits::to_geo::ToGeoGeometry;
use geo_types::Geometry;
use wkt::Wkt;

use super::super::ShapeError;
use super::Shape;
use crate::cell::Convention;

/// How much of a text an error repeats.
const SHOWN: usize = 60;

impl Shape {
    /// From WKT, in longitude and latitude. It may begin with `SRID=4326;`, as PostGIS writes it.
    ///
    /// ```
    /// use zagg_udfs::cell::{Convention, cover::Shape};
    ///
    /// let shape = Shape::from_wkt("POLYGON((0 0, 10 0, 10 10, 0 0))", Convention::Authalic)?;
    /// assert!(shape.contains(8.0, 3.0) && !shape.contains(3.0, 8.0));
    /// # Ok::<(), zagg_udfs::cell::cover::ShapeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ShapeError::Wkt`], [`ShapeError::Srid`], and those of [`Shape::new`].
    pub fn from_wkt(text: &str, convention: Convention) -> Result<Self, ShapeError> {
        Self::new(&Self::geometry_of_wkt(text)?, convention)
    }

    /// From WKB of any kind, in longitude and latitude.
    ///
    /// # Errors
    /// [`ShapeError::Wkb`], and those of [`Shape::new`].
    pub fn from_wkb(bytes: &[u8], convention: Convention) -> Result<Self, ShapeError> {
        let wrong = |reason: String| ShapeError::Wkb { bytes: bytes.len(), reason };
        let geometry = wkb::reader::read_wkb(bytes).map_err(|e| wrong(e.to_string()))?;
        let geometry =
            geometry.try_to_geometry().ok_or_else(|| wrong("it has an empty point".to_owned()))?;
        Self::new(&geometry, convention)
    }

    /// The geometry of a text, as it is on the plane.
    ///
    /// # Errors
    /// [`ShapeError::Wkt`], [`ShapeError::Srid`].
    pub fn geometry_of_wkt(text: &str) -> Result<Geometry<f64>, ShapeError> {
        let text = text.trim();
        let text = match text.split_once(';') {
            Some((srid, rest)) if srid.to_ascii_uppercase().starts_with("SRID=") => {
                if srid.get(5..) != Some("4326") {
                    return Err(ShapeError::Srid { found: srid.to_owned() });
                }
                rest
            }
            _ => text,
        };
        let wrong =
            |reason: String| ShapeError::Wkt { text: text.chars().take(SHOWN).collect(), reason };
        let parsed = Wkt::<f64>::from_str(text).map_err(|e| wrong(e.to_string()))?;
        Geometry::try_from(parsed).map_err(|e| wrong(e.to_string()))
    }
}

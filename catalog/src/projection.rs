//! Map projections, by name.

mod known;

use proj4rs::Proj;
use proj4rs::transform::transform;

use crate::CatalogError;

/// A projection of WGS84 positions on a plane, in metres.
///
/// Known are UTM (EPSG:32601 to 32660 and 32701 to 32760), the polar stereographic ones 3031, 3413, 3976 and 3995, the EASE
/// grids 6931, 6932 and 6933, and the equal-area ones of Europe (3035) and the conterminous United States (5070).
#[derive(Debug)]
pub struct Projection {
    name: String,
    plane: Proj,
    sphere: Proj,
}

impl Projection {
    /// By its name, `EPSG:3031`.
    ///
    /// ```
    /// use zagg_catalog::Projection;
    ///
    /// let (lon, lat) = Projection::new("EPSG:3031")?.position(0.0, 1_000_000.0)?;
    /// assert!(lon.abs() < 1e-9 && (lat + 80.8).abs() < 0.1);
    /// # Ok::<(), zagg_catalog::CatalogError>(())
    /// ```
    ///
    /// # Errors
    /// [`CatalogError::Projection`] for a name that is not known.
    pub fn new(name: &str) -> Result<Self, CatalogError> {
        let wrong = |reason: String| CatalogError::Projection { crs: name.to_owned(), reason };
        let definition = known::definition(name).map_err(wrong)?;
        let proj = |text: &str| Proj::from_proj_string(text).map_err(|e| wrong(e.to_string()));
        let (plane, sphere) = (proj(&definition)?, proj("+proj=longlat +datum=WGS84 +no_defs")?);
        Ok(Self { name: name.to_owned(), plane, sphere })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Longitude and geodetic latitude, in degrees, of a place on the plane.
    ///
    /// # Errors
    /// [`CatalogError::Projection`] for a place beyond the projection's reach.
    pub fn position(&self, x: f64, y: f64) -> Result<(f64, f64), CatalogError> {
        let (lon, lat) = self.transform(&self.plane, &self.sphere, (x, y))?;
        Ok((lon.to_degrees(), lat.to_degrees()))
    }

    /// The place on the plane of a position in degrees.
    ///
    /// # Errors
    /// [`CatalogError::Projection`] for a position beyond the projection's reach.
    pub fn place(&self, lon: f64, lat: f64) -> Result<(f64, f64), CatalogError> {
        self.transform(&self.sphere, &self.plane, (lon.to_radians(), lat.to_radians()))
    }

    fn transform(
        &self,
        from: &Proj,
        to: &Proj,
        at: (f64, f64),
    ) -> Result<(f64, f64), CatalogError> {
        let wrong = |reason: String| CatalogError::Projection { crs: self.name.clone(), reason };
        let mut point = (at.0, at.1, 0.0);
        transform(from, to, &mut point)
            .map_err(|e| wrong(format!("it does not reach ({}, {}): {e}", at.0, at.1)))?;
        if point.0.is_finite() && point.1.is_finite() {
            return Ok((point.0, point.1));
        }
        Err(wrong(format!("it does not reach ({}, {})", at.0, at.1)))
    }
}

#[cfg(test)]
mod tests;

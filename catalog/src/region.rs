//! Regions: where on Earth to look.

mod antarctica;
mod geojson;
mod stored;
mod text;

#[cfg(test)]
mod tests;

use std::path::Path;

use geo_types::Geometry;
use zagg_udfs::cell::Convention;
use zagg_udfs::cell::cover::{Cover, Shape, ShapeError};

use crate::CatalogError;

/// Where on Earth to look: from a file, a box, or one that is known by name.
///
/// Polygons are read as [`zagg_udfs::cell::cover`] has them: edges are great circles, the smaller side of a ring is inside, and
/// nothing happens at the antimeridian or a pole. The sides of a box are parallels and meridians.
#[derive(Debug, Clone)]
pub struct Region {
    name: String,
    extent: Extent,
    bbox: [f64; 4],
}

#[derive(Debug, Clone)]
enum Extent {
    Geometry(Geometry<f64>),
    Box([f64; 4]),
    Antarctica,
}

impl Region {
    /// Reads a file: GeoJSON (`.geojson`, `.json`) of any type, or WKT (`.wkt`, `.txt`).
    ///
    /// GeoJSON may be a geometry, feature, collection of features or collection of geometries; the region is all of them.
    ///
    /// # Errors
    /// If the file cannot be read, is of another kind, or has a geometry that is none; the error says in which feature, and
    /// what is wrong with it. A feature without a geometry is an error, and so are other coordinates than longitude and
    /// latitude, where the file says so.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, CatalogError> {
        let file = file.as_ref();
        let name = file.display().to_string();
        let suffix = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let text = || {
            std::fs::read_to_string(file)
                .map_err(|source| CatalogError::RegionFile { file: file.to_owned(), source })
        };
        match suffix.as_str() {
            "geojson" | "json" => Self::from_geojson(&name, &text()?),
            "wkt" | "txt" => Self::from_wkt(&name, &text()?),
            _ => {
                Err(wrong(&name, "its suffix", "geojson, json, wkt or txt", format!("`{suffix}`")))
            }
        }
    }

    /// From GeoJSON. `name` names it in errors.
    ///
    /// # Errors
    /// As [`Region::read`].
    pub fn from_geojson(name: &str, text: &str) -> Result<Self, CatalogError> {
        Self::from_geometry(name, geojson::geometry(name, text)?)
    }

    /// From WKT. `name` names it in errors.
    ///
    /// # Errors
    /// For text that is no WKT, or a geometry that is none.
    pub fn from_wkt(name: &str, wkt: &str) -> Result<Self, CatalogError> {
        Self::from_geometry(name, text::wkt(name, wkt)?)
    }

    /// From a geometry in longitude and latitude.
    ///
    /// # Errors
    /// For a vertex that is no position, and for a geometry without any.
    pub fn from_geometry(name: &str, geometry: Geometry<f64>) -> Result<Self, CatalogError> {
        let shape = Shape::new(&geometry, Convention::Sphere).map_err(|e| no_shape(name, &e))?;
        let bbox = shape.bbox();
        Ok(Self { name: name.to_owned(), extent: Extent::Geometry(geometry), bbox })
    }

    /// From text `west,south,east,north` in degrees. With west > east it crosses the antimeridian.
    ///
    /// ```
    /// use zagg_catalog::Region;
    ///
    /// assert_eq!(Region::parse_bbox("170, -80, -170, -75")?.bbox(), [170.0, -80.0, -170.0, -75.0]);
    /// assert!(Region::parse_bbox("170, -75, -170, -80").is_err());
    /// # Ok::<(), zagg_catalog::CatalogError>(())
    /// ```
    ///
    /// # Errors
    /// For text that is not four numbers, and numbers that are no box.
    pub fn parse_bbox(text: &str) -> Result<Self, CatalogError> {
        let bbox = text::bbox(text)?;
        Shape::from_bbox(bbox, Convention::Sphere).map_err(|e| no_shape(text, &e))?;
        Ok(Self { name: text.to_owned(), extent: Extent::Box(bbox), bbox })
    }

    /// The grounded ice of Antarctica without the floating shelves: all cells of order 9 (13 km) that the 27 drainage systems of
    /// Zwally et al. (2012) touch. The pole is in it. Finer covers are the descendants of these cells.
    pub fn antarctica() -> Self {
        Self { name: "antarctica".to_owned(), extent: Extent::Antarctica, bbox: antarctica::BBOX }
    }

    /// Its name: that of the file, the text of the box, or `antarctica`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A box that holds the region, for a search: `[west, south, east, north]` in degrees, with west > east where it crosses
    /// the antimeridian.
    pub fn bbox(&self) -> [f64; 4] {
        self.bbox
    }

    /// The cells at `order` that the region touches.
    ///
    /// # Errors
    /// For an order that does not exist.
    pub fn cover(&self, order: u8, convention: Convention) -> Result<Cover, CatalogError> {
        let cover = match &self.extent {
            Extent::Geometry(geometry) => {
                Shape::new(geometry, convention).map_err(|e| no_shape(&self.name, &e))?.cover(order)
            }
            Extent::Box(bbox) => Shape::from_bbox(*bbox, convention)
                .map_err(|e| no_shape(&self.name, &e))?
                .cover(order),
            Extent::Antarctica => antarctica::cover(convention)?.at_order(order),
        };
        let what = || format!("the region {} as cells of order {order}", self.name);
        cover.map_err(|source| CatalogError::NoCell { what: what(), source })
    }
}

fn wrong(name: &str, at: &str, expected: &str, found: String) -> CatalogError {
    let (name, at, expected) = (name.to_owned(), at.to_owned(), expected.to_owned());
    CatalogError::Region { name, at, expected, found }
}

fn no_shape(name: &str, error: &ShapeError) -> CatalogError {
    wrong(name, "its geometry", "positions in longitude and latitude", error.to_string())
}

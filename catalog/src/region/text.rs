//! Regions from text.

use geo_types::Geometry;
use zagg_udfs::cell::cover::{Shape, ShapeError};

use super::wrong;
use crate::CatalogError;

pub(super) fn wkt(name: &str, text: &str) -> Result<Geometry<f64>, CatalogError> {
    Shape::geometry_of_wkt(text).map_err(|e| match e {
        ShapeError::Srid { found } => wrong(name, "SRID", "4326, longitude and latitude", found),
        ShapeError::Wkt { reason, .. } => {
            wrong(name, "(whole text)", "WKT", format!("text that is none: {reason}"))
        }
        other => wrong(name, "(whole text)", "WKT", other.to_string()),
    })
}

pub(super) fn bbox(text: &str) -> Result<[f64; 4], CatalogError> {
    let numbers: Result<Vec<f64>, _> =
        text.split(',').map(|part| part.trim().parse::<f64>()).collect();
    let four = numbers.ok().and_then(|numbers| <[f64; 4]>::try_from(numbers).ok());
    four.ok_or_else(|| {
        let shown: String = text.chars().take(80).collect();
        wrong(
            &shown,
            "the box",
            "four numbers west,south,east,north in degrees",
            format!("`{shown}`"),
        )
    })
}

//! Regions from text.

use std::str::FromStr;

use geo_types::Geometry;
use wkt::Wkt;

use super::wrong;
use crate::CatalogError;

pub(super) fn wkt(name: &str, text: &str) -> Result<Geometry<f64>, CatalogError> {
    // Written by PostGIS, it begins with the number of the system of coordinates.
    let text = text.trim();
    let text = match text.split_once(';') {
        Some((srid, rest)) if srid.to_ascii_uppercase().starts_with("SRID=") => {
            if srid.get(5..) != Some("4326") {
                return Err(wrong(name, "SRID", "4326, longitude and latitude", srid.to_owned()));
            }
            rest
        }
        _ => text,
    };
    let parsed = Wkt::<f64>::from_str(text)
        .map_err(|e| wrong(name, "(whole text)", "WKT", format!("text that is none: {e}")))?;
    Geometry::try_from(parsed).map_err(|e| wrong(name, "(whole text)", "a geometry", e.to_string()))
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

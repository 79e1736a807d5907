//! Regions from GeoJSON.

use geo_types::{Geometry, GeometryCollection};
use geojson::Feature;
use serde_json::Value;
use zagg_udfs::cell::Convention;
use zagg_udfs::cell::cover::Shape;

use super::wrong;
use crate::CatalogError;

pub(super) fn geometry(name: &str, text: &str) -> Result<Geometry<f64>, CatalogError> {
    let value: Value = serde_json::from_str(text).map_err(|e| {
        wrong(name, "(whole file)", "GeoJSON", format!("text that is no JSON: {e}"))
    })?;
    check_crs(name, &value)?;
    match value.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => {
            let Some(features) = value.get("features").and_then(Value::as_array) else {
                return Err(wrong(name, "features", "a list of features", "none".to_owned()));
            };
            if features.is_empty() {
                return Err(wrong(name, "features", "at least one feature", "none".to_owned()));
            }
            let all = features.iter().enumerate();
            let all = all.map(|(k, one)| feature(name, &format!("feature {k}"), one));
            all.collect::<Result<Vec<_>, _>>()
                .map(|all| Geometry::GeometryCollection(GeometryCollection(all)))
        }
        Some("Feature") => feature(name, "the feature", &value),
        Some(_) => bare(name, "the geometry", &value),
        None => Err(wrong(name, "type", "the type of a GeoJSON object", "none".to_owned())),
    }
}

fn feature(name: &str, at: &str, value: &Value) -> Result<Geometry<f64>, CatalogError> {
    let expected = "a GeoJSON feature with a geometry";
    let feature: Feature = serde_json::from_value(value.clone())
        .map_err(|e| wrong(name, at, expected, e.to_string()))?;
    let geometry = feature.geometry.ok_or_else(|| wrong(name, at, expected, "none".to_owned()))?;
    convert(name, at, geometry)
}

fn bare(name: &str, at: &str, value: &Value) -> Result<Geometry<f64>, CatalogError> {
    let geometry: geojson::Geometry = serde_json::from_value(value.clone())
        .map_err(|e| wrong(name, at, "a GeoJSON geometry", e.to_string()))?;
    convert(name, at, geometry)
}

fn convert(
    name: &str,
    at: &str,
    geometry: geojson::Geometry,
) -> Result<Geometry<f64>, CatalogError> {
    let geometry: Geometry<f64> = geometry
        .try_into()
        .map_err(|e: geojson::Error| wrong(name, at, "a geometry", e.to_string()))?;
    // To be told of the feature that has it.
    Shape::new(&geometry, Convention::Sphere)
        .map_err(|e| wrong(name, at, "positions in longitude and latitude", e.to_string()))?;
    Ok(geometry)
}

/// The GeoJSON of 2008 may be in another system of coordinates, and says so; today's is in WGS84.
fn check_crs(name: &str, value: &Value) -> Result<(), CatalogError> {
    let Some(crs) = value.get("crs").filter(|crs| !crs.is_null()) else { return Ok(()) };
    let said = crs.pointer("/properties/name").and_then(Value::as_str).unwrap_or_default();
    if said.ends_with("CRS84") || said.ends_with(":4326") {
        return Ok(());
    }
    Err(wrong(name, "crs", "longitude and latitude (CRS84)", crs.to_string()))
}

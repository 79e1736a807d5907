//! GeoJSON geometries, checked before they become geometries.

use geo_types::Geometry;
use geojson::{GeometryValue, Position};
use serde_json::Value;

use super::ItemError;
use super::error::excerpt;

/// A geometry of GeoJSON. Heights are left out; rings that are not closed are closed.
pub(super) fn from_geojson(value: &Value) -> Result<Geometry<f64>, ItemError> {
    let wrong = |reason: String| ItemError::Geometry { reason };
    let geometry: geojson::Geometry =
        serde_json::from_value(value.clone()).map_err(|e| wrong(e.to_string()))?;
    check(&geometry.value).map_err(wrong)?;
    Geometry::try_from(&geometry.value).map_err(|e| wrong(e.to_string()))
}

/// Refuses positions of fewer than two numbers: the conversion takes for granted that there are none.
fn check(geometry: &GeometryValue) -> Result<(), String> {
    use GeometryValue as G;
    match geometry {
        G::Point { coordinates } => position(coordinates),
        G::MultiPoint { coordinates } | G::LineString { coordinates } => {
            coordinates.iter().try_for_each(position)
        }
        G::MultiLineString { coordinates } | G::Polygon { coordinates } => {
            coordinates.iter().flatten().try_for_each(position)
        }
        G::MultiPolygon { coordinates } => {
            coordinates.iter().flatten().flatten().try_for_each(position)
        }
        G::GeometryCollection { geometries } => geometries.iter().try_for_each(|g| check(&g.value)),
    }
}

fn position(position: &Position) -> Result<(), String> {
    if position.len() >= 2 {
        return Ok(());
    }
    let found = excerpt(&format!("{:?}", position.as_slice()));
    Err(format!("expected a position of two or three numbers, found {found}"))
}

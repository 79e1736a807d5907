//! One geometry of a file.

use arrow::datatypes::{DataType, Field};
use serde_json::{Map, Value, json};
use zagg_udfs::GEOMETRY_TYPES;

use super::{GEOMETRY, crs};

/// Of which GeoArrow type a field is.
pub(super) const EXTENSION: &str = "ARROW:extension:name";
/// What GeoArrow says of its coordinates.
pub(super) const EXTENSION_METADATA: &str = "ARROW:extension:metadata";

/// A column of WKB. Without `crs` its coordinates are OGC:CRS84; where that is null they are not known.
pub(super) fn wkb<'a>(
    geometry_types: impl IntoIterator<Item = &'a str>,
    crs: Option<Value>,
    edges: &str,
) -> Map<String, Value> {
    let types: Vec<&str> = geometry_types.into_iter().collect();
    let mut column = Map::new();
    column.insert("encoding".to_owned(), json!("WKB"));
    column.insert("geometry_types".to_owned(), json!(types));
    column.extend(crs.map(|crs| ("crs".to_owned(), crs)));
    column.insert("edges".to_owned(), json!(edges));
    column
}

/// A field with its name, if it is a geometry.
pub(super) fn of_field(field: &Field) -> Option<(String, Map<String, Value>)> {
    let binary = [DataType::Binary, DataType::LargeBinary, DataType::BinaryView];
    if !binary.contains(field.data_type()) {
        return None;
    }
    let told = |key: &str| field.metadata().get(key).map(String::as_str);
    let types = told(GEOMETRY_TYPES).into_iter().flat_map(|types| types.split(','));
    let column = match told(EXTENSION) {
        Some("geoarrow.wkb" | "ogc.wkb") => {
            let more = told(EXTENSION_METADATA).unwrap_or_default();
            let more: Value = serde_json::from_str(more).unwrap_or_default();
            let planar = more.get("edges").is_none_or(|edges| edges == "planar");
            let edges = if planar { "planar" } else { "spherical" };
            wkb(types, crs::of_geoarrow(more.get("crs")), edges)
        }
        None if field.name() == GEOMETRY => wkb(types, None, "planar"),
        _ => return None,
    };
    Some((field.name().clone(), column))
}

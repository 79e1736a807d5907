//! GeoParquet: what a Parquet file says about its geometries, under the key [`KEY`].

mod column;
mod crs;

use arrow::datatypes::Schema;
use serde_json::{Map, Value, json};

use column::of_field;

/// The key of the file.
pub const KEY: &str = "geo";

/// The value of [`KEY`] for a file of these columns, as
/// [GeoParquet 1.1.0](https://geoparquet.org/releases/v1.1.0/) has it; None where there is no geometry among them.
///
/// A geometry is a binary column that is WKB by its GeoArrow metadata (`ARROW:extension:name` is `geoarrow.wkb` or `ogc.wkb`), or
/// has none and the name `geometry`. The primary one has that name, or is the first.
///
/// | of a column | taken from | without it |
/// |---|---|---|
/// | `crs` | `crs` in `ARROW:extension:metadata`: PROJJSON, `OGC:CRS84` or `EPSG:4326` | unknown; OGC:CRS84 for a column without GeoArrow metadata |
/// | `edges` | `edges` there; whatever is not planar is spherical | planar |
/// | `geometry_types` | [`GEOMETRY_TYPES`](zagg_udfs::GEOMETRY_TYPES), separated by commas | not known: an empty list |
///
/// Bounds are not given: they are not known before the last row, and the key is written with the first.
///
/// ```
/// use arrow::datatypes::{DataType, Field, Schema};
/// use zagg_catalog::geoparquet::metadata;
///
/// let height = Field::new("h", DataType::Float64, true);
/// let outline = Field::new("geometry", DataType::Binary, true);
/// assert_eq!(metadata(&Schema::new(vec![height.clone()])), None);
/// let geo = metadata(&Schema::new(vec![height, outline])).unwrap();
/// assert!(geo.contains(r#""primary_column":"geometry""#));
/// ```
pub fn metadata(schema: &Schema) -> Option<String> {
    let columns: Vec<_> = schema.fields().iter().filter_map(|field| of_field(field)).collect();
    let named = columns.iter().find(|(name, _)| name == GEOMETRY);
    let (primary, _) = named.or(columns.first())?;
    Some(document(&primary.clone(), columns))
}

/// The name that makes a binary column a geometry.
const GEOMETRY: &str = "geometry";

/// The metadata of the one geometry of a catalog, with its boxes in the column `bbox`.
pub(crate) fn of_catalog<'a>(geometry_types: impl IntoIterator<Item = &'a str>) -> String {
    let corner = |name: &str| json!(["bbox", name]);
    let covering = json!({
        "xmin": corner("xmin"),
        "ymin": corner("ymin"),
        "xmax": corner("xmax"),
        "ymax": corner("ymax"),
    });
    // Footprints are meant on the sphere. Readers that know only planes warn about `spherical`, and zagg
    // writes planar too.
    let mut column = column::wkb(geometry_types, Some(crs::epsg_4326()), "planar");
    column.insert("covering".to_owned(), json!({"bbox": covering}));
    document(GEOMETRY, [(GEOMETRY.to_owned(), column)])
}

/// The GeoArrow metadata of the geometry of a catalog.
pub(crate) fn geoarrow_of_catalog() -> [(String, String); 2] {
    let crs = json!({"crs": crs::epsg_4326()}).to_string();
    [
        (column::EXTENSION.to_owned(), "geoarrow.wkb".to_owned()),
        (column::EXTENSION_METADATA.to_owned(), crs),
    ]
}

fn document(
    primary: &str,
    columns: impl IntoIterator<Item = (String, Map<String, Value>)>,
) -> String {
    let columns: Map<_, _> =
        columns.into_iter().map(|(name, column)| (name, Value::Object(column))).collect();
    json!({"version": "1.1.0", "primary_column": primary, "columns": columns}).to_string()
}

#[cfg(test)]
mod tests;

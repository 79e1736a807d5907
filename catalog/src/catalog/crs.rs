//! Which coordinates, for readers of GeoParquet and of GeoArrow.

use serde_json::{Value, json};

/// PROJJSON of EPSG:4326. Coordinates are longitude, latitude all the same: so has it GeoParquet.
fn epsg_4326() -> Value {
    let realizations = [
        ("Transit", 1166),
        ("G730", 1152),
        ("G873", 1153),
        ("G1150", 1154),
        ("G1674", 1155),
        ("G1762", 1156),
        ("G2139", 1309),
        ("G2296", 1383),
    ];
    let members = realizations.map(|(name, code)| {
        json!({"name": format!("World Geodetic System 1984 ({name})"), "id": epsg(code)})
    });
    let axis = |name: &str, abbreviation: &str, direction: &str| {
        json!({
            "name": name,
            "abbreviation": abbreviation,
            "direction": direction,
            "unit": "degree",
        })
    };
    json!({
        "$schema": "https://proj.org/schemas/v0.7/projjson.schema.json",
        "type": "GeographicCRS",
        "name": "WGS 84",
        "datum_ensemble": {
            "name": "World Geodetic System 1984 ensemble",
            "members": members,
            "ellipsoid": {
                "name": "WGS 84",
                "semi_major_axis": 6_378_137,
                "inverse_flattening": 298.257_223_563,
            },
            "accuracy": "2.0",
            "id": epsg(6326),
        },
        "coordinate_system": {
            "subtype": "ellipsoidal",
            "axis": [
                axis("Geodetic latitude", "Lat", "north"),
                axis("Geodetic longitude", "Lon", "east"),
            ],
        },
        "id": epsg(4326),
    })
}

fn epsg(code: u32) -> Value {
    json!({"authority": "EPSG", "code": code})
}

/// The file's key `geo` (GeoParquet 1.1.0).
pub(super) fn geoparquet<'a>(geometry_types: impl IntoIterator<Item = &'a str>) -> String {
    let corner = |name: &str| json!(["bbox", name]);
    let covering = json!({
        "xmin": corner("xmin"),
        "ymin": corner("ymin"),
        "xmax": corner("xmax"),
        "ymax": corner("ymax"),
    });
    let column = json!({
        "encoding": "WKB",
        "geometry_types": geometry_types.into_iter().collect::<Vec<_>>(),
        "crs": epsg_4326(),
        // Footprints are meant on the sphere. Readers that know only planes warn about `spherical`, and zagg
        // writes this too.
        "edges": "planar",
        "covering": {"bbox": covering},
    });
    let file = json!({
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": column},
    });
    file.to_string()
}

/// The metadata of the column `geometry` (GeoArrow).
pub(super) fn geoarrow() -> [(String, String); 2] {
    let crs = json!({"crs": epsg_4326()}).to_string();
    [
        ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
        ("ARROW:extension:metadata".to_owned(), crs),
    ]
}

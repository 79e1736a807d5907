//! What the coordinates of a column are.

use serde_json::{Value, json};

/// PROJJSON of EPSG:4326. Coordinates are longitude, latitude all the same: so has it GeoParquet.
pub(super) fn epsg_4326() -> Value {
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

/// The `crs` of GeoParquet for that of GeoArrow; None where it is the one that GeoParquet means without any: OGC:CRS84.
///
/// GeoParquet takes PROJJSON alone. What GeoArrow has in other words is unknown, `null`, here; those that we know ourselves
/// are not.
pub(super) fn of_geoarrow(crs: Option<&Value>) -> Option<Value> {
    match crs {
        Some(Value::String(code)) if code == "OGC:CRS84" => None,
        Some(Value::String(code)) if code == "EPSG:4326" => Some(epsg_4326()),
        Some(projjson @ Value::Object(_)) => Some(projjson.clone()),
        _ => Some(Value::Null),
    }
}

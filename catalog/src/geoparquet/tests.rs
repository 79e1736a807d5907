use arrow::datatypes::{DataType, Field};

use super::*;

fn geometry(name: &str, metadata: &[(&str, &str)]) -> Field {
    let metadata = metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Field::new(name, DataType::Binary, true).with_metadata(metadata.collect())
}

fn of(fields: Vec<Field>) -> Value {
    serde_json::from_str(&metadata(&Schema::new(fields)).unwrap()).unwrap()
}

const WKB: (&str, &str) = ("ARROW:extension:name", "geoarrow.wkb");

fn coordinates(text: &str) -> (&str, &str) {
    ("ARROW:extension:metadata", text)
}

#[test]
fn the_primary_geometry_has_the_name_or_is_the_first() {
    let outline = || geometry("outline", &[WKB, coordinates(r#"{"crs":"OGC:CRS84"}"#)]);
    let geo = of(vec![Field::new("h", DataType::Float64, true), outline()]);
    assert_eq!((&geo["version"], &geo["primary_column"]), (&json!("1.1.0"), &json!("outline")));
    let column = json!({"encoding": "WKB", "geometry_types": [], "edges": "planar"});
    assert_eq!(geo["columns"], json!({"outline": column}));
    // Nothing says what is in it, but its name does.
    let geo = of(vec![outline(), geometry("geometry", &[])]);
    assert_eq!(geo["primary_column"], "geometry");
    assert_eq!(geo["columns"], json!({"outline": column, "geometry": column}));
}

#[test]
fn what_is_no_wkb_is_no_geometry() {
    let text = Field::new("geometry", DataType::Utf8, true);
    let other = geometry("geometry", &[("ARROW:extension:name", "geoarrow.wkt")]);
    let schema = Schema::new(vec![text, other, geometry("digest", &[])]);
    assert_eq!(metadata(&schema), None);
}

#[test]
fn coordinates_and_types_are_those_of_the_field() {
    let column = |metadata: &[(&str, &str)]| {
        of(vec![geometry("g", &[&[WKB], metadata].concat())])["columns"]["g"].clone()
    };
    let known =
        column(&[coordinates(r#"{"crs":"EPSG:4326"}"#), (zagg_udfs::GEOMETRY_TYPES, "Polygon")]);
    assert_eq!(known["crs"]["id"], json!({"authority": "EPSG", "code": 4326}));
    assert_eq!(known["geometry_types"], json!(["Polygon"]));
    let polar = r#"{"crs":{"name":"polar"},"edges":"vincenty"}"#;
    let given = column(&[coordinates(polar), (zagg_udfs::GEOMETRY_TYPES, "Point,Polygon")]);
    assert_eq!((&given["crs"], &given["edges"]), (&json!({"name": "polar"}), &json!("spherical")));
    assert_eq!(given["geometry_types"], json!(["Point", "Polygon"]));
    for unknown in [&[][..], &[coordinates("{}")], &[coordinates(r#"{"crs":"EPSG:3031"}"#)]] {
        let unknown = column(unknown);
        assert!(unknown["crs"].is_null() && unknown.get("crs").is_some(), "{unknown}");
    }
}

//! Regions from files, text and by name.

mod antarctica;

use zagg_udfs::cell::{Convention, nested};

use super::Region;

const SQUARE: &str = "[[[10,10],[12,10],[12,12],[10,12],[10,10]]]";

fn geojson(text: &str) -> Region {
    Region::from_geojson("r.geojson", text).unwrap()
}

fn error(text: &str) -> String {
    Region::from_geojson("r.geojson", text).unwrap_err().to_string()
}

fn has(region: &Region, lon: f64, lat: f64) -> bool {
    let cell = nested(lon, lat, 8, Convention::Authalic).unwrap().unwrap();
    region.cover(8, Convention::Authalic).unwrap().contains(cell, 8).unwrap()
}

#[test]
fn all_kinds_of_geojson() {
    let polygon = format!(r#"{{"type":"Polygon","coordinates":{SQUARE}}}"#);
    let multi = r#"{"type":"MultiPolygon","coordinates":[[[[30,10],[32,10],[32,12],[30,10]]]]}"#;
    let feature = |geometry: &str| {
        format!(r#"{{"type":"Feature","properties":{{"a":1}},"geometry":{geometry}}}"#)
    };
    let collection = format!(r#"{{"type":"GeometryCollection","geometries":[{polygon},{multi}]}}"#);
    let features = format!(
        r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
        feature(&polygon),
        feature(multi)
    );
    for (text, both) in
        [(polygon.clone(), false), (feature(&polygon), false), (collection, true), (features, true)]
    {
        let region = geojson(&text);
        assert!(has(&region, 11.0, 11.0), "{text}");
        assert_eq!(has(&region, 31.5, 11.0), both, "{text}");
        let [west, south, east, north] = region.bbox();
        assert!((west - 10.0).abs() < 1e-6 && (south - 10.0).abs() < 1e-6 && north < 12.01);
        assert!((east - if both { 32.0 } else { 12.0 }).abs() < 1e-6);
        assert_eq!(region.name(), "r.geojson");
    }
}

#[test]
fn geojson_that_is_refused() {
    assert!(error("{").starts_with(
        "region r.geojson: (whole file): expected GeoJSON, found text that is no JSON: EOF"
    ));
    assert_eq!(
        error("{}"),
        "region r.geojson: type: expected the type of a GeoJSON object, found none"
    );
    let empty = r#"{"type":"FeatureCollection","features":[]}"#;
    assert_eq!(
        error(empty),
        "region r.geojson: features: expected at least one feature, found none"
    );
    let good = format!(
        r#"{{"type":"Feature","properties":null,"geometry":{{"type":"Polygon","coordinates":{SQUARE}}}}}"#
    );
    let second =
        |bad: &str| error(&format!(r#"{{"type":"FeatureCollection","features":[{good},{bad}]}}"#));
    let geometry = |geometry: &str| {
        second(&format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#))
    };
    assert_eq!(
        geometry("null"),
        "region r.geojson: feature 1: expected a GeoJSON feature with a geometry, found none"
    );
    for bad in [
        r#"{"type":"Polygon"}"#,
        r#"{"type":"Cube","coordinates":[]}"#,
        r#"{"type":"Polygon","coordinates":[[1,2]]}"#,
        "7",
    ] {
        let found = geometry(bad);
        assert!(
            found.starts_with("region r.geojson: feature 1: expected a GeoJSON feature"),
            "{found}"
        );
    }
    assert_eq!(
        geometry(r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[100,100],[0,0]]]}"#),
        "region r.geojson: feature 1: expected positions in longitude and latitude, found vertex 2 of polygon, ring 0 is (100, \
         100): expected a finite longitude and a latitude within ±90 degrees"
    );
    assert!(second("3").starts_with("region r.geojson: feature 1: "));
    let projected = r#"{"type":"Polygon","crs":{"type":"name","properties":{"name":"EPSG:3031"}},"coordinates":[]}"#;
    assert!(
        error(projected)
            .starts_with("region r.geojson: crs: expected longitude and latitude (CRS84), found {")
    );
}

#[test]
fn text() {
    let wkt = "POLYGON((175 -80, -175 -80, -175 -82, 175 -82, 175 -80))";
    for text in [wkt.to_owned(), format!("SRID=4326;{wkt}\n")] {
        let region = Region::from_wkt("w", &text).unwrap();
        assert!(has(&region, 180.0, -81.0) && !has(&region, 0.0, -81.0));
        let [west, _, east, _] = region.bbox();
        assert!((west - 175.0).abs() < 1e-6 && (east + 175.0).abs() < 1e-6);
    }
    let wrong = |text: &str| Region::from_wkt("w", text).unwrap_err().to_string();
    assert!(
        wrong("SRID=3031;POINT(1 2)")
            .contains("expected 4326, longitude and latitude, found SRID=3031")
    );
    assert!(
        wrong("POLYGON((")
            .starts_with("region w: (whole text): expected WKT, found text that is none")
    );
    assert!(wrong("POLYGON EMPTY").contains("the geometry is empty"));

    let region = Region::parse_bbox(" 170,-60 , -170,-50 ").unwrap();
    assert!(has(&region, -179.0, -55.0) && !has(&region, 0.0, -55.0));
    for (text, found) in [
        ("1,2,3", "found `1,2,3`"),
        ("1,2,3,x", "found `1,2,3,x`"),
        ("1,5,3,4", "its south is north"),
        ("1,2,3,400", "±90"),
    ] {
        let error = Region::parse_bbox(text).unwrap_err().to_string();
        assert!(error.contains(found), "{error}");
    }
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let geojson = format!(r#"{{"type":"Polygon","coordinates":{SQUARE}}}"#);
    assert!(has(&Region::read(write("a.geojson", &geojson)).unwrap(), 11.0, 11.0));
    assert!(has(&Region::read(write("a.JSON", &geojson)).unwrap(), 11.0, 11.0));
    assert!(has(&Region::read(write("a.wkt", "POINT(11 11)")).unwrap(), 11.0, 11.0));
    let error = Region::read(write("a.shp", "")).unwrap_err().to_string();
    assert!(
        error.ends_with("a.shp: its suffix: expected geojson, json, wkt or txt, found `shp`"),
        "{error}"
    );
    let error = Region::read(folder.path().join("no.wkt")).unwrap_err().to_string();
    assert!(error.starts_with("cannot read the region "), "{error}");
}

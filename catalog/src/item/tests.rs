use serde_json::{Value, json};

use super::*;

fn item(change: impl FnOnce(&mut Value)) -> Result<Item, ItemError> {
    let mut item = json!({
        "type": "Feature", "id": "A.h5", "collection": "ATL06_007",
        "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        "bbox": [0, 0, 1, 1],
        "properties": {"datetime": "2019-01-05T16:33:08.267000Z"},
        "assets": {
            "gov/x/A": {"href": "https://host/x/A.h5", "roles": ["data"]},
            "s3_s3://x/A": {"href": "s3://x/A.h5", "roles": ["data"]},
            "browse": {"href": "https://host/x/A.png", "roles": ["browse"]},
            "checksums": {"href": "https://host/x/A.h5.sha256", "roles": ["data"]},
            "service": {"href": "https://opendap/A.h5", "roles": ["service"]},
        },
    });
    change(&mut item);
    Item::from_json(item)
}

#[test]
fn links_are_found_by_role_suffix_and_scheme() {
    let item = item(|_| ()).unwrap();
    assert_eq!(item.s3(), Some("s3://x/A.h5"));
    assert_eq!(item.https(), Some("https://host/x/A.h5"));
    assert!(item.is_readable());
    assert_eq!(item.datetime().unwrap().timestamp_micros(), 1_546_705_988_267_000);
    assert_eq!((item.start(), item.bbox()), (None, Some([0., 0., 1., 1.])));
}

#[test]
fn no_data_link_is_no_fault_of_the_item() {
    for assets in
        [json!(null), json!({}), json!({"a": {"href": "s3://x/A.png", "roles": ["data"]}})]
    {
        let item = item(|item| item["assets"] = assets).unwrap();
        assert!(!item.is_readable());
    }
}

#[test]
fn among_several_data_links_the_name_decides() {
    let other = json!({"href": "s3://x/A_qa.h5", "roles": ["data"]});
    let with = item(|item| item["assets"]["qa"] = other.clone()).unwrap();
    assert_eq!(with.s3(), Some("s3://x/A.h5"));
    let with = item(|item| {
        item["assets"]["qa"] = other.clone();
        item["id"] = json!("A");
    });
    assert_eq!(with.unwrap().s3(), Some("s3://x/A.h5"));
    let error = item(|item| {
        item["assets"]["qa"] = other;
        item["id"] = json!("B");
    });
    let text = error.unwrap_err().to_string();
    assert_eq!(
        text,
        "B has 2 s3 data links, and which to read is not known: s3://x/A.h5 s3://x/A_qa.h5"
    );
}

#[test]
fn faults_name_the_field_and_what_is_there() {
    let cases: [(&str, Value, &str); 9] = [
        ("/type", json!("Item"), "`type`: expected `Feature`, found \"Item\""),
        ("/id", json!(7), "`id`: expected text, found 7"),
        ("/id", json!(""), "`id`: expected the id of an item, found \"\""),
        ("/bbox", json!([1, 2, 3]), "`bbox`: expected 4 or 6 numbers, found [1,2,3]"),
        ("/properties/datetime", json!("yesterday"), "`properties.datetime`: expected a time"),
        ("/properties", json!([]), "`properties`: expected an object, found []"),
        ("/assets", json!([]), "`assets`: expected an object, found []"),
        ("/geometry", json!({"type": "Circle"}), "`geometry`: "),
        ("/geometry/coordinates/0/1", json!([]), "position of two or three numbers, found []"),
    ];
    for (at, value, expected) in cases {
        let error = item(|item| *item.pointer_mut(at).unwrap() = value).unwrap_err().to_string();
        assert!(error.contains(expected), "{at}: {error}");
    }
}

#[test]
fn geometries_of_every_kind_and_broken_ones_do_not_panic() {
    for coordinates in
        [json!([]), json!([[]]), json!([[[]]]), json!([1]), json!([[1, 2], []]), json!("x")]
    {
        for kind in
            ["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"]
        {
            let geometry = json!({"type": kind, "coordinates": coordinates});
            // Whether an empty one is refused is not the point.
            let _ = item(|item| item["geometry"] = geometry);
        }
    }
    let parts = json!([{"type": "Point", "coordinates": [1]}]);
    let collection = json!({"type": "GeometryCollection", "geometries": parts});
    assert!(item(|item| item["geometry"] = collection).is_err());
}

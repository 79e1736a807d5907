use chrono::NaiveDate;

use super::*;

fn pairs(query: &Query) -> Vec<(String, String)> {
    query.url().unwrap().query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn what_is_sent() {
    let mut query = Query::new("ATL06", "007");
    query.period = Some(Period::days(day("2019-01-12"), day("2019-04-12")).unwrap());
    query.bbox = Some([-76.623291, 38.842973, -76.506054, 38.934599]);
    let url = query.url().unwrap();
    assert_eq!(
        url.as_str().split('?').next(),
        Some("https://cmr.earthdata.nasa.gov/stac/NSIDC_CPRD/search")
    );
    let expected = [
        ("collections", "ATL06_007"),
        ("bbox", "-76.623291,38.842973,-76.506054,38.934599"),
        ("datetime", "2019-01-12T00:00:00Z/2019-04-12T23:59:59Z"),
        ("limit", "2000"),
    ];
    assert_eq!(pairs(&query), expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
}

#[test]
fn a_box_across_the_dateline_goes_as_it_is() {
    let mut query = Query::new("ATL06", "007");
    query.bbox = Some([170.0, -80.0, -170.0, -70.5]);
    assert_eq!(pairs(&query)[1].1, "170,-80,-170,-70.5");
}

#[test]
fn other_apis_and_geometries() {
    let mut query = Query::new("", "");
    query.endpoint = "https://stac.example.org/v1/?x=1".to_owned();
    query.provider = None;
    query.collections = vec![Collection::by_id("a"), Collection::new("GEDI02_A", "002")];
    query.intersects = Some(geojson::Geometry::new_point([1.5, 2.0]));
    let url = query.url().unwrap();
    assert!(url.as_str().starts_with("https://stac.example.org/v1/search?"), "{url}");
    assert_eq!(pairs(&query)[0].1, "a,GEDI02_A_002");
    let geometry: Value = serde_json::from_str(&pairs(&query)[1].1).unwrap();
    assert_eq!(geometry, json!({"type": "Point", "coordinates": [1.5, 2.0]}));
}

#[test]
fn cycles_are_91_days_from_the_first() {
    let cycle = |n| Period::cycle(n).unwrap().to_string();
    assert_eq!(cycle(1), "2018-10-13 to 2019-01-11");
    assert_eq!(cycle(22), "2024-01-06 to 2024-04-05");
    for n in [0, u32::MAX] {
        let text = Period::cycle(n).unwrap_err().to_string();
        assert!(text.contains(&n.to_string()) && text.contains("count from 1"), "{text}");
    }
    let text = Period::days(day("2019-02-01"), day("2019-01-31")).unwrap_err().to_string();
    assert!(text.contains("2019-01-31") && text.contains("2019-02-01"), "{text}");
}

#[test]
fn queries_for_nothing_are_refused_before_anything_is_sent() {
    type Change = fn(&mut Query);
    let cases: [(Change, &str); 9] = [
        (|q| q.bbox = Some([0.0, 10.0, 5.0, -10.0]), "0,10,5,-10"),
        (|q| q.bbox = Some([0.0, f64::NAN, 5.0, 1.0]), "NaN"),
        (|q| q.bbox = Some([-190.0, 0.0, 5.0, 1.0]), "-190"),
        (|q| q.collections.clear(), "collections"),
        (|q| q.page_size = 5001, "5001"),
        (|q| q.endpoint = "stac".to_owned(), "expected a URL"),
        (|q| q.endpoint = "ftp://x".to_owned(), "ftp"),
        (|q| q.endpoint = "https://me:hush@host".to_owned(), "password has no place"),
        (
            |q| {
                q.bbox = Some([0.0, 0.0, 1.0, 1.0]);
                q.intersects = Some(geojson::Geometry::new_point([1.0, 2.0]));
            },
            "exclude each other",
        ),
    ];
    for (change, expected) in cases {
        let mut query = Query::new("ATL06", "007");
        change(&mut query);
        let text = query.url().unwrap_err().to_string();
        assert!(text.contains(expected) && !text.contains("hush"), "{text}");
    }
}

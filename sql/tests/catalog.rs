use serde_json::{Value, json};
use tempfile::TempDir;
use zagg_catalog::{Catalog, Region, ShardMap};

use crate::server::{Reply, Server};
use crate::{in_dir, stderr, stdout, zagg};

/// A page of granules; those in `bare` have no link.
fn page(numbers: std::ops::Range<u32>, bare: &[u32], matched: u32, next: Option<&str>) -> String {
    let granule = |n: u32| {
        let id = format!("ATL06_{n}.h5");
        let link = |scheme: &str| json!({"href": format!("{scheme}://b/{id}"), "roles": ["data"]});
        let assets = if bare.contains(&n) {
            json!({})
        } else {
            json!({"a": link("s3"), "b": link("https")})
        };
        json!({
            "type": "Feature", "id": id, "collection": "ATL06_007", "bbox": [0, -80, 1, -79],
            "geometry": {"type": "Polygon", "coordinates": [[[0, -80], [1, -80], [1, -79], [0, -80]]]},
            "properties": {"datetime": "2024-01-06T00:00:00Z"}, "assets": assets,
        })
    };
    let features: Vec<Value> = numbers.map(granule).collect();
    let links: Vec<Value> =
        next.map(|href| json!({"rel": "next", "href": href})).into_iter().collect();
    json!({"type": "FeatureCollection", "features": features, "links": links, "numberMatched": matched})
        .to_string()
}

fn search<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let args = ["catalog", "--endpoint", url, "--short-name", "ATL06", "--version", "007"];
    [&args, more].concat()
}

#[test]
fn a_search_becomes_a_file() {
    let server = Server::start(|number, _| match number {
        0 => Reply::Page(page(0..3, &[], 5, Some("?cursor=x"))),
        _ => Reply::Page(page(3..5, &[], 5, None)),
    });
    let dir = TempDir::new().unwrap();
    let file = in_dir(dir.path(), "a.parquet");
    let output = zagg(&search(&server.url, &["--cycle", "22", "--catalog-out", &file]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let expected = format!("{file}  5 granules of ATL06_007, 2024-01-06 to 2024-04-05\n");
    assert_eq!(stdout(&output), expected);
    assert_eq!(stderr(&output), "");
    let request = server.requests().swap_remove(0);
    let bbox = Region::antarctica().bbox().map(|side| side.to_string()).join("%2C");
    let bbox = format!("bbox={bbox}&");
    for part in ["/search?collections=ATL06_007&", &bbox, "2024-01-06T00"] {
        assert!(request.contains(part), "{part} in {request}");
    }
    let granules = Catalog::read_granules(&file).unwrap();
    assert_eq!(granules.len(), 5);
    assert_eq!(granules[4].s3.as_deref(), Some("s3://b/ATL06_4.h5"));

    // A saved catalog needs no server, and its copy is the same.
    let copy = in_dir(dir.path(), "b.parquet");
    let output = zagg(&["catalog", "--catalog", &file, "--catalog-out", &copy]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(Catalog::read_granules(&copy).unwrap(), granules);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_catalog_becomes_a_shard_map() {
    let server = Server::start(|_, _| Reply::Page(page(0..3, &[], 3, None)));
    let dir = TempDir::new().unwrap();
    let (file, map) = (in_dir(dir.path(), "a.parquet"), in_dir(dir.path(), "map.json"));
    let both = ["--cycle", "22", "--catalog-out", &file, "--config", "atl06", "--out", &map];
    let output = zagg(&search(&server.url, &both));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("shards of order 6, 3 granules"), "{}", stdout(&output));
    let searched = ShardMap::read(&map).unwrap();
    assert_eq!(searched.metadata["short_name"], "ATL06");
    assert_eq!(searched.metadata["region"], "antarctica");
    assert!(searched.shards.iter().all(|shard| shard.granules.len() == 3));
    // The footprint is a triangle of about 4,000 square kilometres, a shard has 10,000.
    assert!((1..8).contains(&searched.shards.len()), "{}", searched.shards.len());

    // From the saved catalog, as Parquet, and within an area.
    let again = in_dir(dir.path(), "map.parquet");
    let saved = ["catalog", "--catalog", &file, "--config", "atl06", "--out", &again];
    let output = zagg(&saved);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let read = ShardMap::read(&again).unwrap();
    assert_eq!((&read.shards, &read.granules), (&searched.shards, &searched.granules));
    let output = zagg(&[&saved[..], &["--bbox", "100,-80,110,-70"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("none of the 3 granules touches 100,-80,110,-70"));

    // Areas that are none.
    let polygon = in_dir(dir.path(), "area.geojson");
    std::fs::write(&polygon, r#"{"type": "Polygon", "coordinates": [[[0, 100]]]}"#).unwrap();
    let output = zagg(&[&saved[..], &["--polygon", &polygon]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(&polygon), "{}", stderr(&output));
}

#[test]
fn cells_of_footprints_are_saved_when_asked() {
    let server = Server::start(|_, _| Reply::Page(page(0..3, &[], 3, None)));
    let dir = TempDir::new().unwrap();
    let (file, again) = (in_dir(dir.path(), "a.parquet"), in_dir(dir.path(), "b.parquet"));
    let cells = ["--cycle", "22", "--catalog-out", &file, "--footprint-cells", "8"];
    let output = zagg(&search(&server.url, &cells));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).ends_with(", with cells of order 8\n"), "{}", stdout(&output));
    let order = |file: &str| {
        let catalog = Catalog::read(file).unwrap();
        assert!(catalog.schema().index_of("footprint_cells").is_ok());
        let meta = catalog.meta().unwrap().unwrap();
        assert_eq!(meta.extra["footprint_cells_latitude"], "authalic");
        meta.footprint_cells_order
    };
    assert_eq!(order(&file), Some(8));

    // Of a saved catalog, which may have a column for another order.
    let saved = ["catalog", "--catalog", &file, "--catalog-out", &again];
    let output = zagg(&[&saved[..], &["--footprint-cells", "5"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!((order(&file), order(&again)), (Some(8), Some(5)));
    // Without being asked for, it stays as it is.
    let third = in_dir(dir.path(), "c.parquet");
    let output = zagg(&["catalog", "--catalog", &again, "--catalog-out", &third]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(order(&third), Some(5));
    // An order that there is not, and nowhere to write it to.
    let output = zagg(&[&saved[..], &["--footprint-cells", "30"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("30"), "{}", stderr(&output));
    let map = ["catalog", "--catalog", &file, "--config", "atl06", "--footprint-cells", "8"];
    let output = zagg(&map);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--catalog-out"), "{}", stderr(&output));
}

#[test]
fn a_box_across_the_dateline_and_days() {
    let server = Server::start(|_, _| Reply::Page(page(0..1, &[], 1, None)));
    let dir = TempDir::new().unwrap();
    let file = in_dir(dir.path(), "a.parquet");
    let days = ["--start-date", "2024-01-01", "--end-date", "2024-01-31", "--provider", "P"];
    let area = ["--bbox", "160,-80,-150,-70", "--catalog-out", &file];
    let output = zagg(&search(&server.url, &[&days[..], &area].concat()));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let request = server.requests().swap_remove(0);
    assert!(request.starts_with("/P/search?"), "{request}");
    assert!(request.contains("bbox=160%2C-80%2C-150%2C-70&"), "{request}");
    assert!(request.contains("2024-01-01T00%3A00%3A00Z%2F2024-01-31T23%3A59%3A59Z"), "{request}");
}

#[test]
fn a_search_that_misses_something_writes_nothing() {
    let server = Server::start(|_, _| Reply::Page(page(0..3, &[], 4, None)));
    let dir = TempDir::new().unwrap();
    let file = in_dir(dir.path(), "a.parquet");
    let output = zagg(&search(&server.url, &["--cycle", "22", "--catalog-out", &file]));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("matched 4 granules and gave 3"), "{}", stderr(&output));
    assert!(!std::path::Path::new(&file).exists());
}

#[test]
fn granules_without_links_are_left_out_only_when_asked() {
    let server = Server::start(|_, _| Reply::Page(page(0..3, &[1], 3, None)));
    let dir = TempDir::new().unwrap();
    let file = in_dir(dir.path(), "a.parquet");
    let args = search(&server.url, &["--cycle", "22", "--catalog-out", &file]);
    let output = zagg(&args);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("ATL06_1.h5 has no data link"), "{}", stderr(&output));
    let output = zagg(&[&args[..], &["--allow-partial"]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("ATL06_1.h5 has no data link and is left out"));
    assert_eq!(Catalog::read_granules(&file).unwrap().len(), 2);
}

#[test]
fn nothing_found_is_an_error_that_shows_the_search() {
    let server = Server::start(|_, _| Reply::Page(page(0..0, &[], 0, None)));
    let dir = TempDir::new().unwrap();
    let file = in_dir(dir.path(), "a.parquet");
    let output = zagg(&search(&server.url, &["--cycle", "22", "--catalog-out", &file]));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("collections=ATL06_007"), "{}", stderr(&output));
}

#[test]
fn requests_that_cannot_be_are_refused_before_the_search() {
    // Nobody listens there, and nobody has to.
    let url = "http://127.0.0.1:9";
    let cases: [(Vec<&str>, &str); 8] = [
        (search(url, &["--cycle", "22"]), "--catalog-out"),
        (search(url, &["--catalog-out", "/tmp/x.parquet"]), "--cycle"),
        (search(url, &["--cycle", "0", "--catalog-out", "/tmp/x.parquet"]), "count from 1"),
        (search(url, &["--cycle", "1", "--start-date", "2024-01-01"]), "cannot be used with"),
        (search(url, &["--cycle", "1", "--bbox", "1,2,3"]), "four numbers"),
        (
            search(url, &["--cycle", "1", "--bbox", "1,2,3,4", "--region", "antarctica"]),
            "cannot be used with",
        ),
        (vec!["catalog", "--short-name", "ATL06", "--cycle", "1"], "--version"),
        (vec!["catalog", "--catalog", "/no/a.parquet", "--catalog-out", "/tmp/x"], "/no/a.parquet"),
    ];
    for (args, expected) in cases {
        let output = zagg(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(expected), "{expected}: {}", stderr(&output));
    }
}

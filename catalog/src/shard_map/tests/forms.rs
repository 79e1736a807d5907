//! The forms of the file.

use serde_json::{Value, json};
use zagg_udfs::cell::Convention;

use super::{granules, read, sample, word};
use crate::{GridSignature, ShardMap};

#[test]
fn the_form_of_today() {
    let map = read(&sample()).unwrap();
    let GridSignature::Healpix(grid) = &map.signature else { panic!("{}", map.signature) };
    assert_eq!((grid.parent_order, grid.child_order), (6, Some(12)));
    assert_eq!(grid.extra.get("layout").unwrap(), "fullsphere");
    let cells: Vec<_> = map.shards.iter().map(|s| s.cell).collect();
    assert_eq!(cells, [1234, 47_000]);
    assert!(map.shards[1].key > i64::MAX as u64);
    assert_eq!(granules(&map, 0)[0].s3.as_deref(), Some("s3://b/a.h5"));
    assert_eq!(
        granules(&map, 0)[0].time_start.as_deref(),
        Some("2019-01-05T16:33:08.267000+00:00")
    );
    assert_eq!(granules(&map, 1)[1].https, None);
    assert_eq!(map.pairs(), 3);
    assert_eq!((map.convention(), map.warnings.len()), (None, 0));
}

#[test]
fn round_trip_without_loss() {
    let mut value = sample();
    value["something"] = json!({"new": [1.5, null]});
    value["aoi_mask"] = json!([[11_530_143_033_882_312_713_u64, 3], []]);
    let map = read(&value).unwrap();
    let text = map.to_json();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    assert_eq!(ShardMap::from_json("m.json", &text).unwrap(), map);
    assert_eq!(text.lines().nth(1).unwrap().find('"'), Some(2), "{text}");
}

/// Numbers in the metadata keep their last bit.
#[test]
fn numbers_come_back_as_they_were() {
    let mut state = 1_u64;
    let numbers: Vec<f64> = (0..2_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 11) as f64 * 360.0 / (1_u64 << 53) as f64 - 180.0
        })
        .collect();
    let mut value = sample();
    value["metadata"]["bbox"] = json!(numbers);
    let again = ShardMap::from_json("m", &read(&value).unwrap().to_json()).unwrap();
    assert_eq!(again.metadata["bbox"], json!(numbers));
}

#[test]
fn a_map_without_a_mask_writes_none() {
    assert!(!read(&sample()).unwrap().to_json().contains("aoi_mask"));
}

#[test]
fn shards_and_granules_are_put_in_order() {
    let mut value = sample();
    value["shard_keys"].as_array_mut().unwrap().reverse();
    value["granules"].as_array_mut().unwrap().reverse();
    value["granules"][0].as_array_mut().unwrap().reverse();
    value["aoi_mask"] = json!([[2], [1]]);
    let map = read(&value).unwrap();
    let mut expected = read(&sample()).unwrap();
    expected.shards[0].aoi_mask = Some(vec![1]);
    expected.shards[1].aoi_mask = Some(vec![2]);
    assert_eq!(map, expected);
}

#[test]
fn the_form_of_magg() {
    let value = json!({
        "metadata": {"short_name": "ATL06", "parent_order": 6, "s3_base": "s3://bucket",
            "https_base": "https://host/bucket"},
        "catalog": {
            "-4211322": ["s3://bucket/x/b.h5", "s3://bucket/x/a.h5"],
            "4211322": ["s3://elsewhere/c.h5"],
        },
    });
    let map = read(&value).unwrap();
    assert_eq!(map.signature.to_string(), "healpix nested, parent order 6, any child order");
    // Base cells 3 and 9, then the digits 2 1 1 3 2 2, each less one.
    let tail = 0b01_00_00_10_01_01;
    let cells: Vec<_> = map.shards.iter().map(|s| s.cell).collect();
    assert_eq!(cells, [3 * 4096 + tail, 9 * 4096 + tail]);
    let south = granules(&map, 1);
    assert_eq!(south.iter().map(|g| g.id.as_str()).collect::<Vec<_>>(), ["a.h5", "b.h5"]);
    assert_eq!(south[0].https.as_deref(), Some("https://host/bucket/x/a.h5"));
    assert_eq!(granules(&map, 0)[0].https, None);
    assert_eq!(map.convention(), Some(Convention::Sphere));
    assert!(map.warnings[0].contains("geodetic latitude"), "{:?}", map.warnings);
    map.check_grid(6, 12).unwrap();
    map.check_grid(6, 14).unwrap();
    // What is written is the form of today.
    let again = ShardMap::from_json("m.json", &map.to_json()).unwrap();
    assert_eq!(
        (&again.shards, &again.granules, &again.metadata),
        (&map.shards, &map.granules, &map.metadata)
    );
}

#[test]
fn the_form_between() {
    let value = json!({
        "metadata": {"grid_type": "healpix", "parent_order": 6},
        "shard_keys": [-4_211_322, 4_211_322, word(7, 6)],
        "granules": [["s3://b/a.h5"], ["https://h/a.h5"], ["s3://b/b.h5"]],
    });
    let map = read(&value).unwrap();
    assert_eq!(map.shards[0].cell, 7);
    assert_eq!(granules(&map, 1)[0].https.as_deref(), Some("https://h/a.h5"));
    assert_eq!(map.convention(), Some(Convention::Sphere));
}

//! Maps that zagg wrote, and files of our own.

use serde_json::Value;

use super::{read, sample};
use crate::ShardMap;
use crate::real_data::data;

#[test]
fn a_map_of_zagg() {
    let Some(path) = data("zagg/sm_healpix_o9.json") else { return };
    let map = ShardMap::read(&path).unwrap();
    map.check_grid(9, 19).unwrap();
    assert_eq!(map.signature.parent_order(), Some(9));
    assert_eq!(map.shards.len(), 4);
    assert_eq!(map.metadata.get("total_pairs").unwrap(), map.pairs());
    assert!(map.shards.is_sorted_by_key(|s| s.cell));
    assert!(map.warnings.is_empty());
    let written: Value = serde_json::from_str(&map.to_json()).unwrap();
    let original: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(written, original);
}

#[test]
fn a_rectilinear_map_of_zagg() {
    let Some(path) = data("zagg/sm_rect_6km.json") else { return };
    let map = ShardMap::read(&path).unwrap();
    assert_eq!((map.shards.len(), map.pairs(), map.signature.parent_order()), (4, 151, None));
    assert_eq!(map.metadata.get("total_pairs").unwrap(), map.pairs());
    let written: Value = serde_json::from_str(&map.to_json()).unwrap();
    let original: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(written, original);
    assert_eq!(
        map.check_grid(9, 19).unwrap_err().to_string(),
        "the shard map is of another grid: it has rectilinear EPSG:32618, affine [10.0, 0.0, 358300.0, 0.0, -10.0, \
         4311600.0], 1200 × 1200 pixels in chunks of 600 × 600, wanted is healpix nested, parent order 9, child order 19"
    );
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("map.json");
    let map = read(&sample()).unwrap();
    map.write(&file).unwrap();
    assert_eq!(ShardMap::read(&file).unwrap(), map);
    let absent = folder.path().join("no.json");
    let error = ShardMap::read(&absent).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("cannot read the shard map {}: ", absent.display())),
        "{error}"
    );
    assert!(map.write(folder.path()).is_err());
    // What cannot be written leaves nothing behind.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_parquet_form() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("map.parquet");
    let mut value = sample();
    value["something"] = serde_json::json!({"new": [1.5, null]});
    value["aoi_mask"] = serde_json::json!([[11_530_143_033_882_312_713_u64, 3], []]);
    let map = read(&value).unwrap();
    assert!(map.shards[1].key > i64::MAX as u64);
    map.write(&file).unwrap();
    assert_eq!(ShardMap::read(&file).unwrap(), map);
    for name in ["zagg/sm_healpix_o9.json", "zagg/sm_rect_6km.json"] {
        let Some(path) = data(name) else { continue };
        let map = ShardMap::read(path).unwrap();
        map.write(&file).unwrap();
        assert_eq!(ShardMap::read(&file).unwrap(), map);
    }
    std::fs::write(&file, "PAR1 not").unwrap();
    let error = ShardMap::read(&file).unwrap_err().to_string();
    assert!(error.contains("map.parquet: not a readable Parquet file"), "{error}");
}

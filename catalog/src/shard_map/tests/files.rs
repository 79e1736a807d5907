//! Maps that zagg wrote, and files of our own.

use std::path::PathBuf;

use serde_json::Value;

use super::{read, sample};
use crate::{CatalogError, ShardMap};

/// A file of the data folder, or a line that says that there is none.
fn data(file: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ZAGG_DATA").map(PathBuf::from).unwrap_or_else(|| {
        [env!("CARGO_MANIFEST_DIR"), "..", "..", "shared", "data"].iter().collect()
    });
    let path = root.join(file);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is absent", path.display());
    None
}

#[test]
fn a_map_of_zagg() {
    let Some(path) = data("zagg/sm_healpix_o9.json") else { return };
    let map = ShardMap::read(&path).unwrap();
    assert_eq!((map.signature.parent_order, map.signature.child_order), (9, Some(19)));
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
    let error = ShardMap::read(&path).unwrap_err();
    assert!(matches!(error, CatalogError::Unsupported { .. }), "{error}");
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
}

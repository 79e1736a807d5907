//! Bad input: a clear error, and nothing lost in silence.

use std::path::Path;

use tempfile::TempDir;
use zagg::run::{Input, Job, RunRequest, run};
use zagg_engine::catalog::{GranuleLink, GridSignature, ShardMap};

use crate::support::{finish, objects, request, synthetic};

async fn error_of(request: RunRequest) -> String {
    run(request, |_, _, _| {}).await.unwrap_err().to_string()
}

/// Spoils the compressed bytes of a granule and leaves its metadata, which stand at both ends.
fn spoil(link: &str) {
    let mut bytes = std::fs::read(link).unwrap();
    let (from, to) = (bytes.len() / 4, bytes.len() / 2);
    bytes[from..to].fill(0xA5);
    std::fs::write(link, bytes).unwrap();
}

#[tokio::test]
async fn a_corrupt_granule_fails_the_run_and_is_named() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    spoil(&links[1]);
    let error = error_of(request(Input::Granules(links.clone()), &dir.path().join("x.zarr"))).await;
    let name = links[1].rsplit('/').next().unwrap();
    assert!(error.contains(name), "{error}");
}

#[tokio::test]
async fn a_corrupt_granule_is_listed_where_that_is_allowed() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let without: Vec<String> = links.iter().filter(|l| **l != links[1]).cloned().collect();
    let expected =
        finish(request(Input::Granules(without), &dir.path().join("without.zarr"))).await;
    spoil(&links[1]);
    let mut partial = request(Input::Granules(links.clone()), &dir.path().join("partial.zarr"));
    partial.allow_partial = true;
    let summary = finish(partial).await;
    assert!(!summary.complete);
    assert_eq!(summary.granules_failed.len(), 1);
    assert!(links[1].ends_with(&summary.granules_failed[0].granule));
    assert!(summary.rows_kept >= expected.rows_kept);
    let root = std::fs::read_to_string(dir.path().join("partial.zarr/zarr.json")).unwrap();
    assert!(root.contains("granules_failed"), "the store itself says that data is missing");
}

#[tokio::test]
async fn a_missing_beam_is_normal_and_recorded() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let summary = finish(request(Input::Granules(links), &dir.path().join("x.zarr"))).await;
    assert!(summary.complete);
    assert_eq!((summary.beams_missing, summary.granules_failed.len()), (2, 0));
}

#[tokio::test]
async fn a_store_that_is_there_is_kept() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("x.zarr");
    finish(request(Input::Granules(links.clone()), &store)).await;
    let before = objects(&store);
    let error = error_of(request(Input::Granules(links.clone()), &store)).await;
    assert!(error.contains("x.zarr") && error.contains("overwrite"), "{error}");
    assert_eq!(objects(&store), before);
    let mut again = request(Input::Granules(links), &store);
    again.overwrite = true;
    finish(again).await;
    assert_eq!(objects(&store), before);
}

fn map_file(dir: &Path, parent: u8, child: u8, link: &str) -> String {
    let pairs = vec![(1, GranuleLink::from_url(link).unwrap())];
    let map = ShardMap::from_pairs(GridSignature::new(parent, child).unwrap(), pairs).unwrap();
    let path = dir.join("map.json");
    map.write(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_shard_map_of_another_grid_is_refused_with_both_signatures() {
    let dir = TempDir::new().unwrap();
    let map = map_file(dir.path(), 5, 11, "g.h5");
    let error = error_of(request(Input::ShardMap(map), &dir.path().join("x.zarr"))).await;
    for order in ["5", "11", "6", "12"] {
        assert!(error.contains(order), "{error}");
    }
    assert!(!dir.path().join("x.zarr").exists());
}

#[tokio::test]
async fn a_granule_that_is_not_there_is_named_before_anything_is_written() {
    let dir = TempDir::new().unwrap();
    let map = map_file(dir.path(), 6, 12, "/nowhere/at/all/g.h5");
    let error = error_of(request(Input::ShardMap(map), &dir.path().join("x.zarr"))).await;
    assert!(error.contains("nowhere/at/all/g.h5"), "{error}");
    assert!(!dir.path().join("x.zarr").exists());
}

#[tokio::test]
async fn a_shard_map_gives_the_store_that_the_positions_give() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let (direct, mapped) = (dir.path().join("a.zarr"), dir.path().join("b.zarr"));
    let job = Job::prepare(request(Input::Granules(links.clone()), &direct)).await.unwrap();
    let map = dir.path().join("map.json");
    job.shard_map().write(&map).unwrap();
    finish(request(Input::Granules(links), &direct)).await;
    let from_map = finish(request(Input::ShardMap(map.to_str().unwrap().into()), &mapped)).await;
    assert!(from_map.complete);
    crate::support::assert_same_objects(&direct, &mapped);
}

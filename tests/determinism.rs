//! The same bytes, however the work is cut up.

use tempfile::TempDir;
use zagg::run::Input;

use crate::support::{assert_same_objects, finish, request, shared, synthetic};

/// One run for each way of cutting up the work, all compared with the first.
async fn same_bytes(links: Vec<String>) {
    let dir = TempDir::new().unwrap();
    let ways = [(1, 8192), (2, 8192), (1, 100), (2, 100), (2, 8192)];
    let mut stores = Vec::new();
    for (i, (workers, batch_size)) in ways.into_iter().enumerate() {
        let store = dir.path().join(format!("{i}.zarr"));
        let mut request = request(Input::Granules(links.clone()), &store);
        request.workers = workers;
        request.batch_size = batch_size;
        let summary = finish(request).await;
        assert!(summary.complete && summary.cells > 0);
        stores.push(store);
    }
    for store in &stores[1..] {
        assert_same_objects(&stores[0], store);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn synthetic_granules_give_the_same_bytes() {
    let (_dir, links) = synthetic();
    same_bytes(links).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_granules_give_the_same_bytes() {
    let Some(data) = shared("ZAGG_DATA", "data", "same bytes from real granules") else { return };
    same_bytes(crate::real::oracle_granules(&data)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cache_too_small_for_anything_changes_nothing() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let (roomy, tight) = (dir.path().join("roomy.zarr"), dir.path().join("tight.zarr"));
    let with_cache = finish(request(Input::Granules(links.clone()), &roomy)).await;
    let mut without = request(Input::Granules(links), &tight);
    without.cache_bytes = 1;
    let without = finish(without).await;
    assert_same_objects(&roomy, &tight);
    assert!(without.chunks_decoded > with_cache.chunks_decoded);
}

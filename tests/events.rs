//! A run shard by shard from serialised events.

use std::sync::Arc;

use tempfile::TempDir;
use zagg::run::{Input, Job, drive};
use zagg_lambda::{EventRunner, ShardEvent, ShardResponse, handle};

use crate::support::{assert_same_objects, finish, request, synthetic};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_fill_a_store_that_equals_the_local_one_to_the_byte() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let (local, remote) = (dir.path().join("a.zarr"), dir.path().join("b.zarr"));
    let expected = finish(request(Input::Granules(links.clone()), &local)).await;

    let job = Job::prepare(request(Input::Granules(links), &remote)).await.unwrap();
    let job = Arc::new(job);
    let runner = Arc::new(EventRunner::create(Arc::clone(&job)).await.unwrap());
    let outcomes = drive(runner, job.shards(), 2, |_, _, _| {}).await.unwrap();
    let summary = job.finish(outcomes).await.unwrap();

    assert_same_objects(&local, &remote);
    let rows = |s: &zagg::run::RunSummary| (s.rows_read, s.rows_kept, s.cells, s.granules_read);
    assert_eq!(rows(&summary), rows(&expected));
    assert!(summary.complete);
}

#[tokio::test]
async fn events_of_another_version_or_form_are_refused() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let job =
        Job::prepare(request(Input::Granules(links), &dir.path().join("x.zarr"))).await.unwrap();
    let event = serde_json::to_value(ShardEvent::of_job(&job, 0).unwrap()).unwrap();

    let refusal = async |change: &dyn Fn(&mut serde_json::Value)| {
        let mut event = event.clone();
        change(&mut event);
        let response = handle(&serde_json::to_vec(&event).unwrap()).await;
        response.result.unwrap_err().message
    };
    assert!(refusal(&|e| e["version"] = 2.into()).await.contains("version 2"));
    assert!(refusal(&|e| e["surprise"] = true.into()).await.contains("surprise"));
    assert!(refusal(&|e| e["cell"] = "x".into()).await.contains("`x`"));
    let missing = refusal(&|e| e["granules"][0]["path"] = "/nowhere/g.h5".into()).await;
    assert!(missing.contains("nowhere/g.h5"), "{missing}");
    // Nobody has written the template, and a shard writes none.
    assert!(!dir.path().join("x.zarr/zarr.json").exists());
    let response = handle(b"not json").await;
    let text = serde_json::to_string(&response).unwrap();
    assert_eq!(serde_json::from_str::<ShardResponse>(&text).unwrap(), response);
}

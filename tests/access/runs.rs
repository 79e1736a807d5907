//! Whole runs over a protected bucket.

use std::time::{Duration, Instant};

use tempfile::TempDir;
use zagg::run::{Input, run};
use zagg_engine::config::Driver;

use super::world::{BUCKET, State, World, assert_no_secret, told};
use super::{long_granules, map_with, request_with};
use crate::support::{assert_same_objects, finish, objects, request, synthetic};

/// Nothing that was written, and nothing that can be printed, holds a secret.
fn assert_none_written(store: &std::path::Path) {
    for bytes in objects(store).values() {
        assert_no_secret(&String::from_utf8_lossy(bytes));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_run_out_in_mid_run_are_renewed() {
    let (_granules, files) = long_granules();
    let dir = TempDir::new().unwrap();
    let (local, store) = (dir.path().join("local.zarr"), dir.path().join("x.zarr"));
    finish(request(Input::Granules(files.clone()), &local)).await;

    let lifetime = Duration::from_secs(2);
    let delay = Duration::from_millis(500);
    let world = World::start(State { lifetime, delay, ..State::default() }).await;
    let links = world.upload(&files, "granules");
    let mut request = request_with(&world.with_token(), &links, &store);
    // One after the other, so that it takes longer than credentials last.
    request.workers = 1;
    let request = request;
    assert_no_secret(&format!("{request:?}"));
    let began = Instant::now();
    let summary = finish(request).await;
    let renewals = world.state(|state| state.credentials_asked) - 1;
    let (asked, refused) = world.state(|state| (state.bucket_asked, state.bucket_refused));
    println!(
        "{asked} requests in {:.1} s, {refused} refused; credentials of {lifetime:?} renewed {renewals} times",
        began.elapsed().as_secs_f64()
    );
    assert!(summary.complete && renewals >= 2, "{renewals} renewals");
    assert_no_secret(&format!("{summary:?}"));
    assert_same_objects(&local, &store);
    assert_none_written(&store);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_the_bucket_forgets_are_renewed_once() {
    let (_granules, files) = long_granules();
    let dir = TempDir::new().unwrap();
    let local = dir.path().join("local.zarr");
    finish(request(Input::Granules(files.clone()), &local)).await;
    for says_expired in [false, true] {
        let state = State { forget_at: Some(7), says_expired, ..State::default() };
        let world = World::start(state).await;
        let links = world.upload(&files, "granules");
        let store = dir.path().join(format!("{says_expired}.zarr"));
        let summary = finish(request_with(&world.with_password(), &links, &store)).await;
        assert!(summary.complete);
        assert!(world.state(|state| state.bucket_refused) >= 1);
        assert_eq!(world.state(|state| state.credentials_asked), 2);
        assert_same_objects(&local, &store);
        assert_none_written(&store);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_denied_stays_denied_and_is_no_absence() {
    let (_granules, files) = synthetic();
    let dir = TempDir::new().unwrap();
    let world = World::start(State::default()).await;
    let mut links = world.upload(&files[..2], "granules");
    links.extend(world.upload(&files[2..3], "denied"));
    let name = files[2].rsplit('/').next().unwrap();
    let earthdata = world.with_token();
    let store = dir.path().join("x.zarr");

    let denied = run(request_with(&earthdata, &links, &store), |_, _, _| {}).await.unwrap_err();
    let text = told(&denied);
    for part in ["ACCESS DENIED", name, BUCKET, "NSIDC", "us-west-2", "AccessDenied: Access Denied"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!denied.is_retryable(), "{text}");
    assert_eq!(world.state(|state| state.credentials_asked), 2, "renewed once, and not again");
    assert!(!store.exists());

    let mut partial = request_with(&earthdata, &links, &store);
    partial.allow_partial = true;
    let summary = finish(partial).await;
    assert!(!summary.complete);
    let [failed] = summary.granules_failed.as_slice() else { panic!("{summary:?}") };
    assert!(failed.granule == name && failed.reason.contains("ACCESS DENIED"), "{failed:?}");
    assert_eq!(
        world.state(|state| state.credentials_asked),
        2,
        "the same access, and as little use"
    );
    assert_none_written(&store);

    let absent = vec![format!("s3://{BUCKET}/granules/absent.h5")];
    let absent = run(request_with(&earthdata, &absent, &store), |_, _, _| {}).await.unwrap_err();
    let text = told(&absent);
    assert!(text.contains("not found") && text.contains("absent.h5"), "{text}");
    assert!(!text.contains("DENIED"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_login_nothing_is_asked_of_the_bucket() {
    let (_granules, files) = synthetic();
    let dir = TempDir::new().unwrap();
    let world = World::start(State::default()).await;
    let links = world.upload(&files, "granules");
    let nobody = world.with(&[("HOME", "/nowhere")]);
    let store = dir.path().join("x.zarr");
    let error = run(request_with(&nobody, &links, &store), |_, _, _| {}).await.unwrap_err();
    let text = told(&error);
    assert!(
        text.contains("no Earthdata login found") && text.contains("/nowhere/.netrc"),
        "{text}"
    );
    assert_eq!(world.state(|state| state.bucket_asked), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_driver_says_which_links_are_followed() {
    let (_granules, files) = synthetic();
    let dir = TempDir::new().unwrap();
    let local = dir.path().join("local.zarr");
    finish(request(Input::Granules(files.clone()), &local)).await;
    for (driver, closed, by_s3) in [
        (Driver::S3, false, true),
        (Driver::Https, false, false),
        (Driver::Auto, false, true),
        // As from outside the region.
        (Driver::Auto, true, false),
    ] {
        let world = World::start(State { closed, ..State::default() }).await;
        world.upload(&files, "granules");
        let links = |id: &str| {
            let s3 = format!("s3://{BUCKET}/granules/{id}");
            [s3.clone(), world.https(&s3)]
        };
        let input = map_with(&files, dir.path(), links).await;
        let store = dir.path().join(format!("{driver:?}-{closed}.zarr"));
        let mut request = request_with(&world.with_token(), &[], &store);
        (request.input, request.config.source.driver) = (input, driver);
        let summary = finish(request).await;
        assert!(summary.complete);
        assert_same_objects(&local, &store);
        let (bucket, files) = world.state(|state| (state.bucket_asked, state.files_asked));
        assert_eq!((bucket > 2, files > 0), (by_s3, !by_s3), "{driver:?}: {bucket}, {files}");
    }
}

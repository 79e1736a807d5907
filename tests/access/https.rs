//! Whole runs over `https://` links.

use std::time::Duration;

use tempfile::TempDir;
use zagg::run::{Input, run};
use zagg_engine::Error;
use zagg_engine::catalog::login::Earthdata;

use super::world::{BUCKET, State, World, assert_no_secret, told};
use super::{long_granules, request_with};
use crate::support::{assert_same_objects, finish, request, synthetic};

async fn error_of(earthdata: &Earthdata, link: &str) -> Error {
    let dir = TempDir::new().unwrap();
    let request = request_with(earthdata, &[link.to_owned()], &dir.path().join("x.zarr"));
    run(request, |_, _, _| {}).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_stays_with_the_provider_whoever_it_redirects_to() {
    let (_granules, files) = long_granules();
    let dir = TempDir::new().unwrap();
    let local = dir.path().join("local.zarr");
    let expected = finish(request(Input::Granules(files.clone()), &local)).await;
    let state = State { busy_one_in: 7, delay: Duration::from_millis(3), ..State::default() };
    let world = World::start(state).await;
    let links: Vec<_> =
        world.upload(&files, "granules").iter().map(|link| world.https(link)).collect();
    let store = dir.path().join("x.zarr");
    let summary = finish(request_with(&world.with_token(), &links, &store)).await;
    assert_same_objects(&local, &store);
    assert_eq!(summary.granules_read, expected.granules_read);
    assert_no_secret(&format!("{summary:?}"));
    assert_eq!(world.state(|state| state.leaks.clone()), Vec::<String>::new());
    let (asked, sent) = world.state(|state| (state.files_asked, state.network_asked));
    println!(
        "{} ranges of {} granules: the provider was asked {asked} times, the network {sent}",
        summary.requests,
        files.len()
    );
    assert!(sent > asked, "a signature serves for more than one range");
    assert!(summary.requests > 0 && sent >= summary.requests);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signatures_that_run_out_are_asked_for_anew() {
    let (_granules, files) = long_granules();
    let dir = TempDir::new().unwrap();
    let local = dir.path().join("local.zarr");
    finish(request(Input::Granules(files.clone()), &local)).await;
    let world = World::start(State { signature_uses: 2, ..State::default() }).await;
    let links: Vec<_> =
        world.upload(&files, "granules").iter().map(|link| world.https(link)).collect();
    let store = dir.path().join("x.zarr");
    finish(request_with(&world.with_password(), &links, &store)).await;
    assert_same_objects(&local, &store);
    assert!(world.state(|state| state.files_asked) > files.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_for_everybody_needs_no_login() {
    let (_granules, files) = synthetic();
    let dir = TempDir::new().unwrap();
    let local = dir.path().join("local.zarr");
    finish(request(Input::Granules(files.clone()), &local)).await;
    let world = World::start(State::default()).await;
    let links: Vec<_> =
        world.upload(&files, "granules").iter().map(|link| world.public(link)).collect();
    for (name, earthdata) in [("a", world.with_token()), ("b", world.with(&[]))] {
        let store = dir.path().join(name);
        finish(request_with(&earthdata, &links, &store)).await;
        assert_same_objects(&local, &store);
    }
    assert_eq!(world.state(|state| state.leaks.clone()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_is_told_by_its_name() {
    let (_granules, files) = synthetic();
    let world = World::start(State::default()).await;
    let fine = world.https(&world.upload(&files[..1], "granules")[0]);
    let denied = world.https(&world.upload(&files[..1], "denied")[0]);
    let absent = world.https(&format!("s3://{BUCKET}/granules/absent.h5"));
    let void = TempDir::new().unwrap();
    let void = void.path().join("void.h5");
    std::fs::write(&void, b"").unwrap();
    let void = world.https(&world.upload(&[void.to_str().unwrap().to_owned()], "granules")[0]);

    let jane = world.with_token();
    let nobody = world.with(&[("HOME", "/nowhere")]);
    let other = world.with(&[("EARTHDATA_TOKEN", "a-token-of-somebody-else")]);
    for (earthdata, link, parts) in [
        (&jane, &denied, &["ACCESS DENIED", "EULA Acceptance Failure; https://eula", "403"][..]),
        (&jane, &absent, &["not found", "404", "No such file"]),
        (&jane, &void, &["not an HDF5 file: an empty file"]),
        (&other, &fine, &["EARTHDATA_TOKEN", "not accepted"]),
        (&nobody, &fine, &["no Earthdata login found", "/nowhere/.netrc"]),
    ] {
        let error = error_of(earthdata, link).await;
        let text = told(&error);
        let name = link.rsplit('/').next().unwrap();
        for part in parts.iter().chain([&name]) {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!error.is_retryable() && !text.contains("somebody-else"), "{text}");
    }
    assert_eq!(world.state(|state| state.leaks.clone()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_withdrawn_in_mid_run_has_a_successor() {
    let (_granules, files) = synthetic();
    let world = World::start(State::default()).await;
    let links = world.upload(&files, "granules");
    let links: Vec<_> = links.iter().map(|link| world.https(link)).collect();
    let dir = TempDir::new().unwrap();
    let earthdata = world.with_password();
    finish(request_with(&earthdata, &links, &dir.path().join("a.zarr"))).await;
    world.state(|state| state.token = format!("{}-the-second", super::world::TOKEN));
    finish(request_with(&earthdata, &links, &dir.path().join("b.zarr"))).await;
    assert_eq!(world.state(|state| state.tokens_asked), 2);
}

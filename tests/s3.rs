//! Granules and store in S3: a real server in this process, spoken to over the network.

mod copy;
mod server;

use std::path::Path;
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use hyper::StatusCode;
use object_store::ObjectStore;
use tempfile::{NamedTempFile, TempDir};
use zagg::run::{Input, RunRequest, RunSummary, run};
use zagg_engine::Error;

use crate::s3::server::{BUCKET, Gate, KEY, SECRET, SLOW_DOWN, Server, TOKEN};
use crate::support::{finish, objects, request, synthetic};

const OUT: &str = "s3://bucket/out/x.zarr";

/// A run that finds the bucket in its own runtime.
fn request_in(bucket: Arc<dyn ObjectStore>, links: &[String], store: &str) -> RunRequest {
    let request = request(Input::Granules(links.to_vec()), Path::new(store));
    let url = ObjectStoreUrl::parse(format!("s3://{BUCKET}")).unwrap();
    request.runtime.register_object_store(url.as_ref(), bucket);
    request
}

/// All that depends on the rows alone.
fn rows(summary: &RunSummary) -> impl PartialEq + std::fmt::Debug + use<> {
    let RunSummary { rows_read, rows_filtered, rows_kept, rows_invalid_position, cells, .. } =
        *summary;
    let granules = (summary.granules_read, summary.granules_skipped, summary.beams_missing);
    let written = (summary.shards, summary.objects, summary.bytes_written);
    ([rows_read, rows_filtered, rows_kept, rows_invalid_position, cells], granules, written)
}

async fn error_of(request: RunRequest) -> Error {
    run(request, |_, _, _| {}).await.unwrap_err()
}

/// An error with its causes, once it is certain that neither they nor their debug form hold a secret.
fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    for secret in [SECRET, TOKEN, WRONG] {
        assert!(!text.contains(secret), "{text}");
        assert!(!format!("{error:?}").contains(secret), "{error:?}");
    }
    text
}

const WRONG: &str = "somebody-else-signs-with-this";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_in_s3_equals_the_local_one_to_the_byte() {
    let (_granules, files) = synthetic();
    let dir = TempDir::new().unwrap();
    let local = dir.path().join("x.zarr");
    let expected = finish(request(Input::Granules(files.clone()), &local)).await;

    let server = Server::start(Gate::Open).await;
    let links = server.upload(&files).await;
    let (uploads, uploaded) = server.seen.written();
    let summary = finish(request_in(server.bucket(), &links, OUT)).await;
    let (gets, bytes_out) = server.seen.read();
    let (puts, bytes_in) = server.seen.written();
    println!(
        "granules of {uploaded} bytes: {gets} GET of {bytes_out} bytes, {} PUT of {} bytes, {} others",
        puts - uploads,
        bytes_in - uploaded,
        server.seen.others()
    );
    println!("local: {} reads of {} bytes", expected.requests, expected.bytes_read);

    assert!(objects(&local) == server.objects("out/x.zarr").await, "the stores differ");
    assert_eq!(rows(&summary), rows(&expected));
    assert!(summary.complete && summary.cells > 0);
    // What the summary says is what the server saw.
    assert!(gets > 0);
    assert_eq!((summary.requests, summary.bytes_read), (gets, bytes_out));
    assert!(bytes_in - uploaded > summary.bytes_written, "metadata come on top of chunks");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_in_s3_is_kept_unless_it_is_to_be_replaced() {
    let (_granules, files) = synthetic();
    let server = Server::start(Gate::Open).await;
    let links = server.upload(&files).await;
    finish(request_in(server.bucket(), &links[..1], OUT)).await;
    let before = server.objects("out/x.zarr").await;

    let refused = told(&error_of(request_in(server.bucket(), &links, OUT)).await);
    assert!(refused.contains(OUT) && refused.contains("overwrite"), "{refused}");
    assert!(server.objects("out/x.zarr").await == before, "a store that is kept was changed");

    let mut again = request_in(server.bucket(), &links, OUT);
    again.overwrite = true;
    finish(again).await;
    let beside = "s3://bucket/out/y.zarr";
    finish(request_in(server.bucket(), &links, beside)).await;
    let replaced = server.objects("out/x.zarr").await;
    assert!(replaced != before, "the store is still the old one");
    assert!(replaced == server.objects("out/y.zarr").await, "something of the old store is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absent_and_denied_are_told_apart_and_no_secret_is_told() {
    let (_granules, files) = synthetic();
    let server = Server::start(Gate::Open).await;
    let links = server.upload(&files).await;
    let void = NamedTempFile::new().unwrap();

    let nowhere = format!("s3://{BUCKET}/granules/nowhere.h5");
    let request = request_in(server.bucket(), std::slice::from_ref(&nowhere), OUT);
    assert!(!format!("{request:?}").contains(SECRET));
    let absent = error_of(request).await;
    let text = told(&absent);
    assert!(text.contains(&nowhere) && text.contains("404 Not Found"), "{text}");
    assert!(!absent.is_retryable(), "{text}");

    let empty = &server.upload(&[void.path().to_str().unwrap().to_owned()]).await;
    let text = told(&error_of(request_in(server.bucket(), empty, OUT)).await);
    assert!(text.contains("not an HDF5 file: an empty file"), "{text}");

    let denied = error_of(request_in(server.bucket_with(WRONG), &links, OUT)).await;
    let text = told(&denied);
    let lacks = "lacked the necessary privileges";
    assert!(text.contains(lacks) && text.contains("403 Forbidden"), "{text}");
    assert!(text.contains("SignatureDoesNotMatch") && text.contains(&links[0]), "{text}");
    assert!(!denied.is_retryable(), "{text}");

    // Granules that can be read, and a bucket for the store that cannot.
    let denied = error_of(request_in(server.bucket_with(WRONG), &files, OUT)).await;
    let text = told(&denied);
    assert!(text.contains(OUT) && text.contains(lacks), "{text}");
    assert!(!denied.is_retryable(), "{text}");
    assert!(server.objects("out").await.is_empty());
}

#[tokio::test]
async fn what_a_server_repeats_of_a_login_is_not_told() {
    const EXPIRED: &str = "<?xml version=\"1.0\"?><Error><Code>ExpiredToken</Code><Message>The provided token \
                           has expired.</Message><Token-0>session-token-of-the-owner</Token-0></Error>";
    assert!(EXPIRED.contains(TOKEN));
    let server = Server::start(Gate::Shut(StatusCode::BAD_REQUEST, EXPIRED)).await;
    let link = format!("s3://{BUCKET}/granules/g.h5");
    let error = error_of(request_in(server.bucket(), &[link], OUT)).await;
    let text = told(&error);
    assert!(text.contains("ExpiredToken: The provided token has expired."), "{text}");
    assert!(!error.is_retryable(), "the login does not come back by itself: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_busy_now_and_then_changes_nothing() {
    let (_granules, files) = synthetic();
    let dir = TempDir::new().unwrap();
    let local = dir.path().join("x.zarr");
    let expected = finish(request(Input::Granules(files.clone()), &local)).await;
    let server = Server::start(Gate::BusyOneIn(5)).await;
    let links = server.upload(&files).await;
    let uploads = server.seen.refused();
    let summary = finish(request_in(server.bucket(), &links, OUT)).await;
    println!("{} requests of the run were answered with 503", server.seen.refused() - uploads);
    assert!(server.seen.refused() > uploads);
    assert_eq!(rows(&summary), rows(&expected));
    assert!(objects(&local) == server.objects("out/x.zarr").await, "the stores differ");
    let mut again = request_in(server.bucket(), &links, OUT);
    again.overwrite = true;
    finish(again).await;
    assert!(objects(&local) == server.objects("out/x.zarr").await, "the stores differ");
}

#[tokio::test]
async fn a_server_that_is_always_busy_is_named_and_worth_another_try() {
    let server = Server::start(Gate::Shut(StatusCode::SERVICE_UNAVAILABLE, SLOW_DOWN)).await;
    let link = format!("s3://{BUCKET}/granules/g.h5");
    let error = error_of(request_in(server.bucket(), &[link], OUT)).await;
    let text = told(&error);
    for part in ["bucket/granules/g.h5", "503 Service Unavailable", "SlowDown", "after 8 retries"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(error.is_retryable(), "{text}");
    assert!(server.seen.refused() >= 9, "{text}");
}

/// The environment belongs to a whole process, so the run is in one of its own: granules where the environment
/// says, the store at the endpoint that the configuration names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_environment_and_the_configuration_say_where_s3_is() {
    let (_granules, files) = synthetic();
    let (near, far) = (Server::start(Gate::Open).await, Server::start(Gate::Open).await);
    let links = near.upload(&files).await;

    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["s3::run_of_an_environment", "--exact", "--ignored"]);
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("AWS_")) {
        child.env_remove(name);
    }
    child.env("AWS_ENDPOINT", &near.endpoint).env("AWS_ALLOW_HTTP", "true");
    child.env("AWS_ACCESS_KEY_ID", KEY).env("AWS_SECRET_ACCESS_KEY", SECRET);
    child.env("S3_TEST_STORE_ENDPOINT", &far.endpoint).env("S3_TEST_LINKS", links.join(" "));
    let done = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && text.contains("1 passed"), "{text}");

    let dir = TempDir::new().unwrap();
    let local = dir.path().join("x.zarr");
    finish(request(Input::Granules(files), &local)).await;
    assert!(objects(&local) == far.objects("out/x.zarr").await, "the stores differ");
    assert!(near.objects("out").await.is_empty());
}

#[tokio::test]
#[ignore = "started by the test above, with an environment"]
async fn run_of_an_environment() {
    let given = |name| std::env::var(name).ok();
    let (Some(endpoint), Some(links)) = (given("S3_TEST_STORE_ENDPOINT"), given("S3_TEST_LINKS"))
    else {
        println!("skipped: a run of an environment is started by another test");
        return;
    };
    let links = links.split(' ').map(str::to_owned).collect();
    let mut request = request(Input::Granules(links), Path::new(OUT));
    request.config.endpoint_url = Some(endpoint);
    request.config.region = Some("eu-west-1".into());
    finish(request).await;
}

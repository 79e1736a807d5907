//! Estimates beside what was then done, limits of cost, and what is remembered of it.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::prelude::SessionContext;
use tempfile::TempDir;
use zagg::run::{IndexRequest, Input, Job, RunRequest, make_index};
use zagg::{Config, session};
use zagg_engine::journal::Journal;

use crate::support::{finish, request, synthetic};

/// Writes a granule index.
pub(crate) async fn index(links: &[String], out: &str) {
    let (config, input) = (Config::load("atl06").unwrap(), Input::Granules(links.to_vec()));
    let (out, runtime) = (out.to_owned(), Arc::default());
    let request = IndexRequest { config, input, out, workers: 2, allow_partial: false, runtime };
    make_index(request, |_, _| {}).await.unwrap();
}

/// A run of all granules by an index, one shard after the other.
async fn indexed(links: Vec<String>, dir: &Path) -> RunRequest {
    let index_at = dir.join("index.parquet").to_str().unwrap().to_owned();
    index(&links, &index_at).await;
    let request = request(Input::Granules(links), &dir.join("out.zarr"));
    RunRequest { index: Some(index_at), workers: 1, ..request }
}

/// Whether two numbers differ by a tenth at most.
fn near(a: u64, b: u64) -> bool {
    a.abs_diff(b) * 10 <= a.max(b)
}

async fn number(context: &SessionContext, sql: &str) -> u64 {
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    batches[0].column(0).as_primitive::<UInt64Type>().value(0)
}

#[tokio::test]
async fn by_an_index_what_is_foreseen_is_what_is_read() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let request = indexed(links, dir.path()).await;
    let estimate = Job::prepare(request.clone()).await.unwrap().estimate().await.unwrap();
    let (figures, basis) = (estimate.figures.unwrap(), estimate.basis);
    let run = finish(request).await;
    assert_eq!((basis.by_index, estimate.granules), (4, 4));
    assert!(figures.counted);
    assert_eq!((figures.rows, figures.chunks), (run.rows_read, run.chunks_decoded));
    assert_eq!(figures.functions.invocations, run.shards as u64);
    // Beside them, each granule was asked whether it is the same.
    let requests = run.requests - run.metadata_requests;
    assert!(near(figures.requests, requests), "{figures:?}, {requests}");
    assert!(near(figures.bytes, run.bytes_read), "{figures:?}, {}", run.bytes_read);
}

#[tokio::test]
async fn a_run_above_its_limit_writes_nothing() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let store = dir.path().join("out.zarr");
    let mut dear = request(Input::Granules(links), &store);
    dear.max_cost = Some(1e-9);
    let error = zagg::run::run(dear.clone(), |_, _, _| {}).await.unwrap_err().to_string();
    assert!(error.contains("limit of 0.000000001 dollars: it will cost about"), "{error}");
    assert!(!store.exists());
    dear.max_cost = Some(1.0);
    assert!(finish(dear).await.complete);
}

#[tokio::test]
async fn a_session_remembers_the_runs_that_share_its_journal() {
    let (_granules, links) = synthetic();
    let dir = TempDir::new().unwrap();
    let context = session().unwrap();
    let mut request = request(Input::Granules(links), &dir.path().join("out.zarr"));
    request.journal = context.copied_config().get_extension::<Journal>().unwrap();
    let run = finish(request).await;
    let sum = |column, table| format!("SELECT sum({column}) FROM zagg.{table}");
    assert_eq!(number(&context, &sum("cells", "shards")).await, run.cells);
    assert_eq!(number(&context, &sum("bytes_written", "shards")).await, run.bytes_written);
    assert_eq!(number(&context, &sum("rows_read", "granules")).await, run.rows_read);
    assert_eq!(number(&context, &sum("rows_kept", "granules")).await, run.rows_kept);
    assert_eq!(number(&context, &sum("length", "requests")).await, run.bytes_read);
}

#[tokio::test]
async fn a_store_has_the_statement_that_wrote_it() {
    let (granules, _links) = synthetic();
    let dir = TempDir::new().unwrap();
    let context = session().unwrap();
    let run = async |sql: &str| {
        zagg_engine::sql::query(&context, sql).await.unwrap().collect().await.unwrap();
    };
    let (place, store) = (granules.path().display(), dir.path().join("a.zarr"));
    run(&format!(
        "CREATE EXTERNAL TABLE g STORED AS GRANULES LOCATION '{place}' OPTIONS (config 'atl06')"
    ))
    .await;
    let copy = format!(
        "COPY (SELECT cell, count(h_li) AS count FROM g GROUP BY cell) TO '{}' STORED AS ZARR",
        store.display()
    );
    run(&copy).await;
    let root = std::fs::read_to_string(store.join("zarr.json")).unwrap();
    let quoted = serde_json::to_string(&copy).unwrap();
    assert!(
        root.contains(&format!("\"sql\": {quoted}")) || root.contains(&format!("\"sql\":{quoted}")),
        "{root}"
    );
    assert!(root.contains("GranuleScanExec: table=g, shards=8 of 8"), "{root}");
    let frame = context.sql("SELECT sql FROM zagg.queries").await.unwrap();
    let batches = frame.collect().await.unwrap();
    assert_eq!(batches[0].column(0).as_string::<i32>().value(0), copy);
}

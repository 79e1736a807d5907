//! What EXPLAIN ANALYZE says of a scan: what it cost, beside what it gave.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use zagg::{
    Config, GranulePool, GranuleRef, GranuleTable, Locations, PoolOptions, ScanOptions, session,
};

/// The line of a plan that has `text` in it.
pub(crate) fn line_with(batches: &[RecordBatch], text: &str) -> String {
    let plans = batches.iter().flat_map(|batch| batch.column(1).as_string::<i32>().iter());
    plans.flatten().flat_map(str::lines).find(|line| line.contains(text)).unwrap().to_owned()
}

/// The number behind `name=` in a line of metrics, which may be written as `1.5 K`.
pub(crate) fn metric(line: &str, name: &str) -> f64 {
    let (_, rest) = line.split_once(&format!("{name}=")).unwrap();
    let text = rest.split([',', ']']).next().unwrap();
    let mut words = text.split_whitespace();
    let number: f64 = words.next().unwrap().parse().unwrap();
    let factor = match words.next() {
        Some("K") => 1e3,
        Some("M") => 1e6,
        _ => 1.0,
    };
    number * factor
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_bytes_and_rounds_are_shown() {
    let (_dir, links) = crate::support::synthetic();
    let bucket = InMemory::new();
    let mut bytes = 0;
    for (number, link) in links.iter().enumerate() {
        let content = std::fs::read(link).unwrap();
        bytes += content.len();
        bucket.put(&format!("g{number}.h5").into(), content.into()).await.unwrap();
    }
    let context = session().unwrap();
    context.register_object_store(&"s3://bucket".parse().unwrap(), Arc::new(bucket));
    let config = Config::load("atl06").unwrap();
    let locations = Locations::new(Arc::clone(&context.runtime_env().object_store_registry));
    let granule =
        |number| GranuleRef::from_link(&format!("s3://bucket/g{number}.h5"), &locations).unwrap();
    let granules = (0..links.len()).map(granule).collect();
    let memory = &context.runtime_env().memory_pool;
    let (options, source) = (PoolOptions::default(), config.source);
    let pool = GranulePool::try_new(source, config.grid, granules, None, memory, &options).unwrap();
    let table =
        GranuleTable::by_granule("atl06", Arc::new(pool), ScanOptions::default()).await.unwrap();
    context.register_table("atl06", Arc::new(table)).unwrap();

    let sql = "EXPLAIN ANALYZE SELECT cell, max(h_li) FROM atl06 GROUP BY cell";
    let plan = context.sql(sql).await.unwrap().collect().await.unwrap();
    let scan = line_with(&plan, "GranuleScanExec");
    assert_eq!(metric(&scan, "rows_read"), 66_000.0, "{scan}");
    assert!(metric(&scan, "chunks_decoded") > 0.0, "{scan}");
    assert!(scan.contains("index=none"), "{scan}");
    let metadata = metric(&scan, "metadata_requests");
    assert!(0.0 < metadata && metadata <= metric(&scan, " requests"), "{scan}");
    let (requests, rounds) = (metric(&scan, " requests"), metric(&scan, " rounds"));
    assert!(0.0 < rounds && rounds <= requests && requests < 500.0, "{scan}");
    let read = metric(&scan, "bytes_read");
    assert!(0.0 < read && read < 4.0 * bytes as f64, "{scan}");

    // A second look at the same rows has fewer requests to make: metadata is held.
    let plan = context.sql(sql).await.unwrap().collect().await.unwrap();
    let again = line_with(&plan, "GranuleScanExec");
    assert!(metric(&again, " requests") <= requests, "{again}");
}

//! What a network's latency costs: `cargo run --release -p zagg-bench --bin latency`.
//!
//! The same small granules, in memory behind `object_store`'s own throttle, which lets each request wait, in the place of a bucket, with the engine's counts of
//! requests, bytes and rounds. A round is a time that a granule's latency was waited for; requests of one round wait
//! together. What grows with the latency is what a plan of requests has to keep small.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::error::Result;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::throttle::{ThrottleConfig, ThrottledStore};
use object_store::{ObjectStore, ObjectStoreExt};
use zagg_engine::granule::Locations;
use zagg_engine::session;
use zagg_engine::synthetic::Synthetic;

/// From a request to its reply, in milliseconds: the same machine, the same region, across an ocean.
const LATENCIES: [u64; 4] = [0, 20, 50, 150];

const SQL: &str = "SELECT cell, count(h_li), quantile(h_li, 0.5) FROM g WHERE atl06_quality_summary = 0 GROUP BY cell";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let granules = Synthetic { granules: 8, segments_per_beam: 20_000, ..Synthetic::default() };
    let paths = granules.write(folder.path())?;
    let bucket = Arc::new(InMemory::new());
    for path in &paths {
        let name = path.file_name().ok_or("a granule has a name")?.to_string_lossy();
        bucket.put(&Path::from(name.as_ref()), std::fs::read(path)?.into()).await?;
    }
    let granules = paths.len();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{granules} granules, 2 threads\n")?;
    writeln!(out, "| latency, ms | requests | MB | rounds of a granule | seconds |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    for latency in LATENCIES {
        let (locations, seconds) = measure(&bucket, latency).await?;
        let read = locations.traffic();
        writeln!(
            out,
            "| {latency} | {} | {:.1} | {:.1} | {seconds:.2} |",
            read.gets(),
            read.bytes_read() as f64 / 1e6,
            read.rounds() as f64 / granules as f64,
        )?;
    }
    Ok(())
}

/// Reads all granules through a slow store, and says what was asked for, and how long it took.
async fn measure(
    bucket: &Arc<InMemory>,
    latency: u64,
) -> Result<(Arc<Locations>, f64), Box<dyn std::error::Error>> {
    let context = session()?;
    let config = ThrottleConfig {
        wait_get_per_call: Duration::from_millis(latency),
        ..ThrottleConfig::default()
    };
    let store = ThrottledStore::new(Arc::clone(bucket) as Arc<dyn ObjectStore>, config);
    context.runtime_env().register_object_store(&"s3://granules".parse()?, Arc::new(store));
    let begin = Instant::now();
    let table = "CREATE EXTERNAL TABLE g STORED AS GRANULES LOCATION 's3://granules/*.h5' OPTIONS (config 'atl06')";
    context.sql(table).await?.collect().await?;
    context.sql(SQL).await?.collect().await?;
    let seconds = begin.elapsed().as_secs_f64();
    let locations = context.state().config().get_extension::<Locations>();
    Ok((locations.ok_or("the session has no locations")?, seconds))
}

//! Granules as a table in a program of your own: register, query by SQL, read Arrow batches.
//!
//! ```sh
//! cargo run --example embed                    # synthetic granules
//! cargo run --example embed -- ATL06_*.h5      # yours
//! ```

#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Float64Type, Int64Type, UInt64Type};
use futures::StreamExt;
use zagg::{
    Config, GranulePool, GranuleRef, GranuleTable, Locations, PoolOptions, ScanOptions, session,
};
use zagg_engine::synthetic::Synthetic;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (links, _scratch) = granules()?;

    // A session is DataFusion's own, with our functions and rewrites in it.
    let context = session()?;

    // What is a column is said by a configuration; here the one that comes with the engine.
    let config = Config::load("atl06")?;
    let locations = Locations::new(Arc::clone(&context.runtime_env().object_store_registry));
    let mut refs = Vec::new();
    for link in &links {
        refs.push(GranuleRef::from_link(link, &locations)?);
    }
    let memory = &context.runtime_env().memory_pool;
    let pool = GranulePool::try_new(
        config.source,
        config.grid,
        refs,
        None,
        memory,
        &PoolOptions::default(),
    )?;
    let table = GranuleTable::by_granule("atl06", Arc::new(pool), ScanOptions::default()).await?;
    context.register_table("atl06", Arc::new(table))?;

    // Any SQL: cells of 3.7 km around the mean, with a spread that outliers do not move.
    let sql = "SELECT healpix_cell(longitude, latitude, 11) AS cell,
                      count(h_li) AS n,
                      weighted_avg(h_li, 1 / (s_li * s_li)) AS height,
                      quantile(h_li, 0.84) - quantile(h_li, 0.16) AS spread
               FROM atl06
               WHERE atl06_quality_summary = 0
               GROUP BY 1
               ORDER BY n DESC
               LIMIT 10";
    let mut batches = context.sql(sql).await?.execute_stream().await?;
    println!("{:>12} {:>6} {:>10} {:>8}", "cell", "n", "height m", "spread m");
    while let Some(batch) = batches.next().await {
        print(&batch?);
    }
    Ok(())
}

/// Arrow batches are columns; these are the types the query gives.
fn print(batch: &RecordBatch) {
    let cells = batch.column(0).as_primitive::<UInt64Type>();
    let counts = batch.column(1).as_primitive::<Int64Type>();
    let heights = batch.column(2).as_primitive::<Float64Type>();
    let spreads = batch.column(3).as_primitive::<Float64Type>();
    for row in 0..batch.num_rows() {
        let (cell, n) = (cells.value(row), counts.value(row));
        println!("{cell:>12} {n:>6} {:>10.2} {:>8.2}", heights.value(row), spreads.value(row));
    }
}

/// The granules given as arguments, or a few synthetic ones that go away with the second value.
fn granules() -> Result<(Vec<String>, Option<tempfile::TempDir>), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if !given.is_empty() {
        return Ok((given, None));
    }
    let scratch = tempfile::tempdir()?;
    let made =
        Synthetic { segments_per_beam: 2_000, ..Synthetic::default() }.write(scratch.path())?;
    let links = made.iter().map(|path| path.display().to_string()).collect();
    Ok((links, Some(scratch)))
}

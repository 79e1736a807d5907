//! SQL behaviour, as text that a scientist can read and extend: `tests/slt/*.slt`.
//!
//! Each file runs in a session of its own with the same small granules in two tables: `atl06` has a
//! partition per shard, `atl06_granules` one per granule.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use zagg::{
    Config, GranulePool, GranuleRef, GranuleTable, Locations, PoolOptions, ScanOptions, session,
};
use zagg_engine::catalog::{GranuleLink, GridSignature, ShardMap};

struct Session(SessionContext);

#[async_trait]
impl AsyncDB for Session {
    type Error = DataFusionError;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, DataFusionError> {
        let frame = self.0.sql(sql).await?;
        let width = frame.schema().fields().len();
        let batches = frame.collect().await?;
        let options = FormatOptions::default().with_null("NULL");
        let mut rows = Vec::new();
        for batch in &batches {
            let columns: Result<Vec<_>, _> = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
                .collect();
            let columns = columns?;
            for row in 0..batch.num_rows() {
                let values = columns.iter().map(|column| column.value(row).to_string());
                // A plan is many lines in one value; the file has them one by one.
                rows.push(values.map(|value| value.trim_end().to_owned()).collect());
            }
        }
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Any; width], rows })
    }

    async fn shutdown(&mut self) {}

    fn engine_name(&self) -> &str {
        "zagg"
    }

    async fn sleep(duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// A session with the two tables.
async fn with_tables(links: &[String]) -> SessionContext {
    let context = session().unwrap();
    let config = Config::load("atl06").unwrap();
    let locations = Locations::new(Arc::clone(&context.runtime_env().object_store_registry));
    let granule = |link: &String| GranuleRef {
        id: link.rsplit('/').next().unwrap().to_owned(),
        location: locations.resolve(link).unwrap(),
    };
    let memory = &context.runtime_env().memory_pool;
    let granules = links.iter().map(granule).collect();
    let options = PoolOptions::default();
    let pool =
        GranulePool::try_new(config.source, config.grid, granules, None, memory, &options).unwrap();
    let pool = Arc::new(pool);
    let mut pairs = Vec::new();
    for (granule, entry) in pool.granules().iter().enumerate() {
        for beam in pool.index(granule).await.unwrap().iter() {
            let link = || GranuleLink::from_url(&entry.location.link).unwrap();
            pairs.extend(beam.runs().iter().map(|run| (run.shard, link())));
        }
    }
    let signature = GridSignature::new(config.grid.parent_order, config.grid.child_order).unwrap();
    let map = ShardMap::from_pairs(signature, pairs).unwrap();
    let scan = ScanOptions::default;
    let by_shard = GranuleTable::by_shard("atl06", Arc::clone(&pool), &map, scan()).await.unwrap();
    let by_granule = GranuleTable::by_granule("atl06_granules", pool, scan()).await.unwrap();
    context.register_table("atl06", Arc::new(by_shard)).unwrap();
    context.register_table("atl06_granules", Arc::new(by_granule)).unwrap();
    context
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_slt_file_holds() {
    let (_dir, links) = crate::support::synthetic();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/slt");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "slt"));
    files.sort();
    assert!(!files.is_empty());
    let mut failures = String::new();
    for file in files {
        let context = with_tables(&links).await;
        let mut runner = Runner::new(|| async { Ok(Session(context.clone())) });
        if let Err(error) = runner.run_file_async(&file).await {
            failures += &format!("{}\n", error.display(false));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

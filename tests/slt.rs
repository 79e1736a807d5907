//! SQL behaviour, as text that a scientist can read and extend: `tests/slt/*.slt`.
//!
//! Each file runs in sessions of its own with the same small granules in two tables: `atl06` has a
//! partition per shard, `atl06_granules` one per granule. A file that turns substitution on knows `$GRANULES`, a folder
//! of these, `$GRANULE`, one of them, `$INDEX`, a granule index of all, and `$OUT`, an empty folder. The lines of a plan are rows of their own, and
//! their indentation counts. All that fails in all files is reported at once.
//!
//! It must hold whether DataFusion aims at 1, 2 or 8 partitions. A file with the line `# Rows in any order.` must hold, too,
//! where the rows of every VALUES are shuffled and come from as many partitions.

mod scattered;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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
        let names: Vec<_> = frame.schema().fields().iter().map(|field| field.name()).collect();
        let is_plan = names == ["plan_type", "plan"];
        let width = if is_plan { 1 } else { names.len() };
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
                match is_plan {
                    true => rows.extend(values.skip(1).flat_map(lines)),
                    false => rows.push(values.collect()),
                }
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

/// The lines of a value, each as a row.
fn lines(value: String) -> Vec<Vec<String>> {
    value.lines().map(|line| vec![line.to_owned()]).collect()
}

/// Spaces between values do not count; those that begin a line do, as they show which part of a plan is
/// the input of which.
fn normalized(line: &str) -> String {
    let text = line.trim_start();
    let indent = " ".repeat(line.len() - text.len());
    indent + &text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A session with the two tables. Files that show what a scan costs turn that on.
async fn with_tables(links: &[String]) -> SessionContext {
    let context = session().unwrap();
    context.sql("SET zagg.explain_cost = false").await.unwrap();
    let config = Config::load("atl06").unwrap();
    let locations = Locations::new(Arc::clone(&context.runtime_env().object_store_registry));
    let granule = |link: &String| GranuleRef::from_link(link, &locations).unwrap();
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

/// Sessions, one after the other: how many partitions DataFusion aims at, and whether rows are scattered.
const SESSIONS: [(usize, bool); 5] = [(1, false), (2, false), (8, false), (1, true), (8, true)];

/// What a file says whose results do not hang on the order of rows.
const ANY_ORDER: &str = "# Rows in any order.";

/// All files, in the order of their names.
fn files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/slt");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "slt"));
    files.sort();
    assert!(!files.is_empty());
    files
}

/// What fails in a file.
async fn failures(
    file: &Path,
    granules: &Path,
    index: &str,
    links: &[String],
    context: SessionContext,
) -> String {
    let mut runner = Runner::new(|| async { Ok(Session(context.clone())) });
    let out = tempfile::tempdir().unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    runner.set_var("GRANULES".to_owned(), text(granules));
    runner.set_var("GRANULE".to_owned(), links[0].clone());
    runner.set_var("INDEX".to_owned(), index.to_owned());
    runner.set_var("OUT".to_owned(), text(out.path()));
    runner.with_normalizer(|line| normalized(line));
    runner.with_column_validator(|found, expected| found.len() == expected.len());
    let mut failures = String::new();
    for record in sqllogictest::parse_file(file).unwrap() {
        if let Err(error) = runner.run_async(record).await {
            failures += &format!("{}\n", error.display(false));
        }
    }
    failures
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_slt_file_holds() {
    let (dir, links) = crate::support::synthetic();
    let index = dir.path().join("index.parquet").to_str().unwrap().to_owned();
    crate::cost::index(&links, &index).await;
    let mut all = String::new();
    for file in files() {
        let any_order = std::fs::read_to_string(&file).unwrap().lines().any(|l| l == ANY_ORDER);
        for (partitions, scattered) in SESSIONS.into_iter().filter(|(_, s)| any_order || !s) {
            let context = with_tables(&links).await;
            let options = context.state_ref();
            options.write().config_mut().options_mut().execution.target_partitions = partitions;
            if scattered {
                context.add_analyzer_rule(Arc::new(scattered::Scattered { partitions }));
            }
            let failed = failures(&file, dir.path(), &index, &links, context).await;
            if !failed.is_empty() {
                let rows = if scattered { "scattered" } else { "in order" };
                all += &format!("{partitions} partitions, rows {rows}:\n{failed}");
            }
        }
    }
    assert!(all.is_empty(), "{all}");
}

#[test]
fn every_function_is_in_some_slt_file() {
    let mut names: BTreeSet<String> =
        zagg_udfs::scalar::scalar_functions().iter().map(|f| f.name().to_owned()).collect();
    names.extend(zagg_udfs::aggregate::aggregate_functions().iter().map(|f| f.name().to_owned()));
    assert!(names.len() > 30, "{names:?}");
    for file in files() {
        let text = std::fs::read_to_string(file).unwrap();
        let sql: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let sql = sql.join("\n");
        let calls = |name: &str| {
            let call = format!("{name}(");
            let begins =
                |at: usize| !sql[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            sql.match_indices(&call).any(|(at, _)| begins(at))
        };
        names.retain(|name| !calls(name));
    }
    assert!(names.is_empty(), "no .slt file calls {names:?}");
}

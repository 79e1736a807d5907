use std::sync::Arc;

use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zagg_engine::synthetic::Synthetic;

use super::*;
use crate::shell::session::{Limits, session};

/// A session with a table, and the runtime that it needs.
fn completion() -> (Runtime, Completion) {
    let runtime = Runtime::new().unwrap();
    let context = session(Limits::default()).unwrap();
    let table = "CREATE TABLE atl06 AS SELECT 1 AS h_li, 2 AS \"H Sigma\", 3 AS cell";
    runtime.block_on(context.sql(table)).unwrap();
    let completion = Completion::new(context, runtime.handle().clone());
    (runtime, completion)
}

/// The line after Tab, for each candidate. The cursor is at `|`, or at the end.
fn completed(completion: &Completion, line: &str) -> Vec<String> {
    let at = line.find('|').unwrap_or(line.len());
    let line = line.replace('|', "");
    let (start, found) = completion.candidates(&line, at);
    found.iter().map(|c| format!("{}{}", &line[..start], c.inserted)).collect()
}

#[test]
fn tables_columns_functions_and_keywords() {
    let (_runtime, completion) = completion();
    let completed = |line: &str| completed(&completion, line);
    assert_eq!(completed("SELECT * FROM at"), ["SELECT * FROM atl06"]);
    assert!(completed("SELECT * FROM gen").contains(&"SELECT * FROM generate_series(".to_owned()));
    assert_eq!(
        completed("SELECT | FROM atl06"),
        ["SELECT \"H Sigma\"", "SELECT cell", "SELECT h_li"]
    );
    assert_eq!(completed("SELECT h_| FROM atl06"), ["SELECT h_li"]);
    assert_eq!(completed("SELECT a.c| FROM atl06 a"), ["SELECT a.cell"]);
    assert_eq!(completed("SELECT \"h s| FROM atl06"), ["SELECT \"H Sigma\""]);
    assert_eq!(completed("SELECT morton_te"), ["SELECT morton_text("]);
    assert_eq!(completed("SELECT 1 wher"), ["SELECT 1 where"]);
    assert_eq!(completed("SELECT 1 WHER"), ["SELECT 1 WHERE"]);
    assert_eq!(completed("SEL"), ["SELECT"]);
    assert_eq!(completed("SELECT 'x' xyzzy"), [""; 0]);
}

#[test]
fn columns_of_functions_are_known_by_planning_them() {
    let (_runtime, completion) = completion();
    assert_eq!(
        completed(&completion, "SELECT v| FROM generate_series(1, 3)").first().unwrap(),
        "SELECT value"
    );
}

#[test]
fn settings_storages_options_and_commands() {
    let (_runtime, completion) = completion();
    let completed = |line: &str| completed(&completion, line);
    assert_eq!(
        completed("SET datafusion.execution.batch_s"),
        ["SET datafusion.execution.batch_size"]
    );
    let table = "CREATE EXTERNAL TABLE t STORED AS ";
    assert_eq!(completed(&format!("{table}PAR")), [format!("{table}PARQUET")]);
    let options = format!("{table}CSV LOCATION 'a.csv' OPTIONS (");
    assert_eq!(
        completed(&format!("{options}'format.has_h")),
        [format!("{options}'format.has_header")]
    );
    let options = format!("{table}GRANULES LOCATION 'g/' OPTIONS (");
    assert_eq!(
        completed(&format!("{options}sh")),
        ["shard_map", "shards"].map(|o| format!("{options}{o}"))
    );
    assert_eq!(completed(&format!("{options}'pre")), [format!("{options}'prefetch")]);
    let next = format!("{options}config 'atl06', shards '");
    assert_eq!(completed(&format!("{next}n")), [format!("{next}none")]);
    assert_eq!(completed(&format!("{options}config 'atl06")), [format!("{options}config 'atl06")]);
    let copy = "COPY (SELECT cell, 1 AS n FROM atl06) TO 'x.zarr' STORED AS ZARR OPTIONS (";
    assert_eq!(
        completed(&format!("{copy}order 12, par")),
        [format!("{copy}order 12, parent_order")]
    );
    assert_eq!(completed(".ti"), [".timer"]);
    assert_eq!(completed("\\d a"), ["\\d atl06"]);
    assert_eq!(completed(".mode v"), [".mode vertical"]);
}

#[test]
fn files_and_paths_within_hdf5_files() {
    let (_runtime, completion) = completion();
    let dir = TempDir::new().unwrap();
    let granules =
        Synthetic { segments_per_beam: 50, ..Synthetic::default() }.write(dir.path()).unwrap();
    let granule = granules[0].to_str().unwrap();
    let folder = format!("{}/", dir.path().display());
    let names = completed(&completion, &format!("SELECT * FROM '{folder}ATL06_"));
    assert_eq!(names.len(), granules.len());
    assert!(names.contains(&format!("SELECT * FROM '{granule}")), "{names:?}");

    let call = format!("SELECT * FROM hdf5('{granule}', '");
    let beams = completed(&completion, &format!("{call}gt1"));
    assert_eq!(beams, [format!("{call}gt1l/"), format!("{call}gt1r/")]);
    let heights = completed(&completion, &format!("{call}gt1l/land_ice_segments/h_li"));
    assert_eq!(heights[0], format!("{call}gt1l/land_ice_segments/h_li"));
    assert_eq!(completed(&completion, "SELECT * FROM hdf5('/no/such.h5', 'g"), [""; 0]);
    let group =
        format!("CREATE EXTERNAL TABLE t STORED AS HDF5 LOCATION '{granule}' OPTIONS (group 'gt2");
    assert_eq!(completed(&completion, &group), ["l/", "r/"].map(|beam| format!("{group}{beam}")));
}

#[test]
fn paths_within_hdf5_files_in_buckets() {
    let (runtime, completion) = completion();
    let dir = TempDir::new().unwrap();
    let granules =
        Synthetic { segments_per_beam: 50, ..Synthetic::default() }.write(dir.path()).unwrap();
    let bucket = Arc::new(InMemory::new());
    let bytes = std::fs::read(&granules[0]).unwrap();
    runtime.block_on(bucket.put(&"g/a.h5".into(), bytes.into())).unwrap();
    let url = url::Url::parse("s3://bucket").unwrap();
    completion.context.register_object_store(&url, bucket);
    let call = "SELECT * FROM hdf5('s3://bucket/g/a.h5', '";
    for _ in 0..2 {
        let beams = completed(&completion, &format!("{call}gt1"));
        assert_eq!(beams, [format!("{call}gt1l/"), format!("{call}gt1r/")]);
    }
    assert_eq!(completed(&completion, "SELECT * FROM hdf5('s3://bucket/none.h5', 'g"), [""; 0]);
}

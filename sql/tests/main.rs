//! The binary as a user meets it: what it prints where, and its exit codes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod catalog;
#[expect(dead_code, reason = "the tests of searches need more of it")]
#[path = "../../catalog/src/search/tests/server.rs"]
mod server;
mod shell;

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use zagg_engine::synthetic::Synthetic;

fn zagg(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zagg-sql")).args(args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Granules in a folder, and the pattern that matches them.
fn granules() -> (TempDir, String) {
    let dir = TempDir::new().unwrap();
    Synthetic { segments_per_beam: 500, ..Synthetic::default() }.write(dir.path()).unwrap();
    let pattern = dir.path().join("ATL06_*.h5").to_str().unwrap().to_owned();
    (dir, pattern)
}

fn in_dir(dir: &Path, name: &str) -> String {
    dir.join(name).to_str().unwrap().to_owned()
}

#[test]
fn explain_prints_sql_on_stdout_and_nothing_else() {
    let output = zagg(&["explain", "--config", "atl06"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("SELECT cell"));
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_run_sums_up_for_people_and_for_programs() {
    let (dir, pattern) = granules();
    let store = in_dir(dir.path(), "a.zarr");
    let run = ["run", "--config", "atl06", "--granules", &pattern, "--store", &store];
    let output = zagg(&run);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for part in ["(complete)", "4 read", "2 beams absent", "xr.open_zarr", "xdggs.decode"] {
        assert!(text.contains(part), "{part} in {text}");
    }

    let again = zagg(&run);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("not empty"), "{}", stderr(&again));

    let output = zagg(&[&run[..], &["--overwrite", "--json", "--max-workers", "1"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["complete"], &json["granules_read"]), (&true.into(), &4.into()));
    let rows = |key: &str| json[key].as_u64().unwrap();
    assert_eq!(rows("rows_read"), rows("rows_filtered") + rows("rows_kept"));
}

#[test]
fn a_dry_run_writes_nothing() {
    let (dir, pattern) = granules();
    let store = in_dir(dir.path(), "a.zarr");
    let output = zagg(&[
        "run",
        "--config",
        "atl06",
        "--granules",
        &pattern,
        "--store",
        &store,
        "--dry-run",
        "--max-cells",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("shards    1"), "{}", stdout(&output));
    assert!(!Path::new(&store).exists());
}

#[test]
fn one_shard_by_its_morton_id() {
    let (dir, pattern) = granules();
    let output = zagg(&["run", "--config", "atl06", "--granules", &pattern, "--dry-run", "--json"]);
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(all["shards"].as_u64().unwrap() > 1);
    // A shard that has no rows, one of another order, and something that is no cell.
    for (id, reason) in [("1111111", "no shard"), ("-42113", "order 4"), ("north", "north")] {
        let store = in_dir(dir.path(), "b.zarr");
        let output = zagg(&[
            "run",
            "--config",
            "atl06",
            "--granules",
            &pattern,
            "--store",
            &store,
            "--morton-cell",
            id,
        ]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
        assert!(!Path::new(&store).exists());
    }
}

#[test]
fn a_partial_result_is_allowed_only_when_asked_for_and_exits_with_1() {
    let (dir, pattern) = granules();
    let broken = in_dir(dir.path(), "ATL06_broken.h5");
    std::fs::write(&broken, b"not HDF5 at all").unwrap();
    let store = in_dir(dir.path(), "a.zarr");
    let run = ["run", "--config", "atl06", "--granules", &pattern, "--store", &store];
    let output = zagg(&run);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("ATL06_broken.h5"), "{}", stderr(&output));
    let output = zagg(&[&run[..], &["--allow-partial", "--overwrite"]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("PARTIAL") && text.contains("ATL06_broken.h5"), "{text}");
}

#[test]
fn an_index_is_made_and_used() {
    let (dir, pattern) = granules();
    let [index, left, store] =
        ["i.parquet", "left.parquet", "a.zarr"].map(|n| in_dir(dir.path(), n));
    let of = ["--config", "atl06", "--granules", &pattern];
    let output = zagg(&[&["index", "--out", &index], &of[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("i.parquet  (complete)") && text.contains("4, 0 failed"), "{text}");
    let run = ["run", "--store", &store, "--index", &index, "--index-out", &left];
    let output = zagg(&[&run, &of[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for part in ["i.parquet: 4 of 4 granules", "(4 for metadata)", "left.parquet written"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let output = zagg(&[&["index", "--json", "--out", &index], &of[..]].concat());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["granules"], &json["rows"]), (&4.into(), &11_000.into()));
    assert_eq!(std::fs::read(&index).unwrap(), std::fs::read(&left).unwrap());
}

#[test]
fn bad_requests_name_the_option_or_the_file() {
    let (_dir, pattern) = granules();
    let cases: [(&[&str], &str); 5] = [
        (&["run", "--config", "atl06", "--store", "/tmp/x.zarr"], "--granules"),
        (&["run", "--config", "atl06", "--granules", &pattern], "--store"),
        (&["run", "--config", "atl6", "--granules", &pattern, "--dry-run"], "atl6"),
        (
            &["run", "--config", "atl06", "--granules", "/no/such/*.h5", "--dry-run"],
            "/no/such/*.h5",
        ),
        (&["run", "--config", "atl06", "--catalog", "/no/map.json", "--dry-run"], "/no/map.json"),
    ];
    for (args, expected) in cases {
        let output = zagg(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn the_demo_ends_with_a_table() {
    let dir = TempDir::new().unwrap();
    let out = in_dir(dir.path(), "demo");
    for _ in 0..2 {
        let output = zagg(&["demo", "--out", &out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("SELECT") && text.contains("| shard "), "{text}");
    }
}

/// Without any login and without AWS variables: nothing is asked of the network then.
fn without_login(home: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zagg-sql"));
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    for name in names.filter(|name| name.starts_with("AWS_") || name.starts_with("EARTHDATA_")) {
        command.env_remove(name);
    }
    command.args(args).env("HOME", home).env_remove("NETRC").output().unwrap()
}

#[test]
fn access_without_a_login_is_told_with_its_remedy() {
    let dir = TempDir::new().unwrap();
    let link = "s3://nsidc-cumulus-prod-protected/ATLAS/ATL06/006/ATL06_x.h5";
    let output = without_login(dir.path(), &["check", "access", link]);
    assert_eq!(output.status.code(), Some(2));
    let netrc = in_dir(dir.path(), ".netrc");
    for part in
        ["NSIDC, by ATL06_x.h5", "WRONG   login", &netrc, "remedy: ", "=> cannot be read from here"]
    {
        assert!(stdout(&output).contains(part), "{part} in {}", stdout(&output));
    }
    assert!(stderr(&output).contains("cannot be read from here: NSIDC"), "{}", stderr(&output));

    let output = without_login(dir.path(), &["check", "access", "--json", link]);
    assert_eq!(output.status.code(), Some(2));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["login"][0]["outcome"], "fails");
    assert_eq!(
        (&json["providers"][0]["by_s3"], &json["providers"][0]["by_https"]),
        (&false.into(), &().into())
    );
}

#[test]
fn access_to_files_of_this_machine_needs_no_login() {
    let (dir, pattern) = granules();
    let map = in_dir(dir.path(), "map.json");
    let file = glob::glob(&pattern).unwrap().next().unwrap().unwrap();
    let output = without_login(dir.path(), &["check", "access", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(!stdout(&output).contains("Earthdata"), "{}", stdout(&output));
    for args in [
        &["check", "access"][..],
        &["check", "access", "--catalog", &map],
        &["check", "access", "g.h5", "--s3-credentials", "bucket"],
        &["check", "access", "g.h5", "--s3-credentials", "bucket=http://example.org"],
        &["check", "access", "g.h5", "--driver", "ftp"],
    ] {
        let output = without_login(dir.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stdout(&output), "", "{args:?}");
    }
}

//! `--bench N`

use super::Home;

#[test]
fn statements_are_run_again_and_their_spread_is_printed() {
    let home = Home::new();
    let script = "CREATE TABLE t AS SELECT value FROM generate_series(1, 5000);
                  SET datafusion.execution.batch_size = 100;
                  SELECT value\n FROM t;
                  SELECT count(*) FROM t";
    let ran = home.run(&["--bench", "3", "-o", "ndjson", "-c", script]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.starts_with("bench: zagg-sql ") && ran.err.contains(" cores, "), "{}", ran.err);
    let lines: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{}", ran.out);
    for (line, (statement, rows)) in
        lines.iter().zip([("SELECT value FROM t", 5000), ("SELECT count(*) FROM t", 1)])
    {
        assert_eq!(line["statement"], statement);
        assert_eq!((&line["rows"], &line["runs"]), (&rows.into(), &3.into()));
        let [low, middle, high] =
            ["min_s", "median_s", "max_s"].map(|name| line[name].as_f64().unwrap());
        assert!(0.0 < low && low <= middle && middle <= high, "{line}");
        assert!(line["cpu_s"].as_f64().is_none_or(|cpu| cpu >= 0.0), "{line}");
    }
}

#[test]
fn what_fails_is_not_measured() {
    let home = Home::new();
    let ran = home.run(&["--bench", "2", "-q", "-c", "SELECT 1 / 0; SELECT 1"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.starts_with("error: ") && ran.err.contains("zero"), "{}", ran.err);
    let ran = home.run(&["--bench", "0", "-c", "SELECT 1"]);
    assert!(ran.code == Some(2) && ran.err.contains("--bench"), "{}", ran.err);
}

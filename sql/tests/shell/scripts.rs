use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::Home;

#[test]
fn commands_and_files_run_in_order_and_results_are_csv() {
    let home = Home::new();
    let file = home.write("a.sql", "-- a table\nCREATE TABLE t AS VALUES (1, 'a;b'), (2, NULL);\n");
    let select = "SELECT column1 AS n, column2 AS t FROM t ORDER BY 1";
    let ran = home.run(&["-f", &file, "-c", select, "-c", "SELECT count(*) AS n FROM t;"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(ran.out, "n,t\n1,a;b\n2,\nn\n2\n");
}

#[test]
fn standard_input_is_a_script() {
    let home = Home::new();
    let mut child = home.zagg().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b".mode json\nSELECT 1 AS a;\nSELECT\n2 AS b").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "[{\"a\":1}]\n[{\"b\":2}]\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn parameters_are_values_and_never_sql() {
    let home = Home::new();
    let values = ["-v", "low=1.5", "-v", "name='; DROP TABLE t; --", "-v", "n=2"];
    let sql = "SELECT $low + 1 AS a, $name AS b FROM generate_series(1, 9) LIMIT $n";
    let ran = home.run(&[&values[..], &["-c", sql, "-o", "ndjson"]].concat());
    let line = "{\"a\":2.5,\"b\":\"'; DROP TABLE t; --\"}\n";
    assert_eq!((ran.code, ran.out), (Some(0), line.repeat(2)), "{}", ran.err);

    let ran = home.run(&["-v", "low", "-c", "SELECT 1"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("-v/--variable") && ran.err.contains("NAME=VALUE"), "{}", ran.err);
}

#[test]
fn scripts_stop_at_the_first_error_unless_told_otherwise() {
    let home = Home::new();
    let sql = "SELECT 1 AS a; SELECT nothing; SELECT 2 AS b;";
    let ran = home.run(&["-c", sql]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "a\n1\n"));
    let ran = home.run(&["--no-bail", "-c", sql]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "a\n1\nb\n2\n"));
    let ran = home.run(&["-c", &format!(".bail off\n{sql}")]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), "a\n1\nb\n2\n"));
}

#[test]
fn tables_show_what_was_asked_for_and_stop_there() {
    let home = Home::new();
    // To its end, this would take minutes.
    let sql = "SELECT value FROM generate_series(1, 100000000000)";
    let begun = Instant::now();
    let ran = home.run(&["-o", "table", "--max-rows", "3", "-c", sql]);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("|     3 |") && !ran.out.contains("|     4 |"), "{}", ran.out);
    assert!(ran.out.contains("(first 3 rows; reading stopped here"), "{}", ran.out);

    let ran = home.run(&["-o", "table", "-c", "SELECT NULL AS x FROM generate_series(1, 50)"]);
    assert_eq!(ran.out.matches("| NULL |").count(), 50);
    assert!(ran.out.ends_with("(50 rows)\n"), "{}", ran.out);
    let ran = home.run(&["-q", "-o", "table", "-c", "SELECT 1"]);
    assert!(!ran.out.contains("row"), "{}", ran.out);
}

#[test]
fn plans_are_text() {
    let home = Home::new();
    let ran = home.run(&["-o", "table", "-c", "EXPLAIN SELECT 1 AS one"]);
    assert!(ran.out.starts_with("-- logical_plan\n") && ran.out.contains("\n-- physical_plan\n"));
}

#[test]
fn the_time_is_told_in_its_parts_on_stderr() {
    let ran = Home::new().run(&["--timer", "-c", "SELECT 1 AS a"]);
    assert_eq!(ran.out, "a\n1\n");
    for part in ["time: planning 0.", ", first row 0.", ", total 0."] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
}

#[test]
fn results_go_to_files_and_back() {
    let home = Home::new();
    let script = ".output one.csv\nSELECT 1 AS a;\n.mode parquet\n.output two.parquet\nSELECT 2 AS b;\n\
                  .output\n.mode csv\nSELECT b, a FROM 'two.parquet', 'one.csv';";
    let ran = home.run(&["-c", script]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "b,a\n2,1\n"), "{}", ran.err);
    let twice = ["-o", "parquet", "-c", ".output x.parquet\nSELECT 1;\nSELECT 2;"];
    let ran = home.run(&twice);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("holds one parquet result"), "{}", ran.err);
}

#[test]
fn parquet_on_standard_output_names_its_geometries() {
    let home = Home::new();
    let ran = home.run(&["-o", "parquet", "-c", "SELECT healpix_boundary(1, 0) AS geometry"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains(r#""primary_column":"geometry""#));
    let ran = home.run(&["-o", "parquet", "-c", "SELECT 1 AS a"]);
    assert!(ran.code == Some(0) && !ran.out.contains("primary_column"));
}

#[test]
fn a_file_of_ones_own_is_read_first_and_flags_stand_above_it() {
    let home = Home::new();
    home.write(
        "config/zagg-sql/rc.sql",
        ".mode json\nCREATE TABLE mine AS SELECT 7 AS n;\nSELECT 'hi';",
    );
    let sql = ["-c", "SELECT n FROM mine"];
    assert_eq!(home.run(&sql).out, "[{\"n\":7}]\n");
    assert_eq!(home.run(&[&sql[..], &["-o", "csv"]].concat()).out, "n\n7\n");
    let ran = home.run(&[&sql[..], &["--no-rc"]].concat());
    assert!(ran.err.contains("there is no table `mine`"), "{}", ran.err);

    home.write("config/zagg-sql/rc.sql", "SELECT 1;\nSELEC 2;");
    let ran = home.run(&["-c", "SELECT 1 AS a"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("rc.sql:2:1"), "{}", ran.err);
}

#[test]
fn files_read_files_and_not_themselves_for_ever() {
    let home = Home::new();
    home.write("inner.sql", "SELECT 1 AS a;");
    let outer = home.write("outer.sql", ".read inner.sql\n.read outer.sql\n");
    let ran = home.run(&["-f", &outer]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.out.matches("a\n1\n").count(), 16);
    assert!(ran.err.contains("16 files read one another"), "{}", ran.err);
}

#[test]
fn tables_columns_and_functions_are_listed() {
    let home = Home::new();
    let script = "CREATE TABLE t AS SELECT 1 AS n;\nCREATE VIEW v AS SELECT * FROM t;\n\\d\n\\d t\n\
                  .functions morton_te*\n\\h morton_text\n.param x=1\n.param\n";
    let ran = home.run(&["-c", script]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.starts_with("name,kind\nt,table\nv,view\ncolumn,type,nullable\nn,Int64,"));
    for part in ["\nmorton_text,scalar,", "\nmorton_text(", "\nx = 1 (Int64)\n"] {
        assert!(ran.out.contains(part), "{}", ran.out);
    }
    let ran = home.run(&["-c", "SHOW ALL"]);
    assert!(ran.out.contains("datafusion.execution.batch_size,"), "{}", ran.out);
}

#[test]
fn limits_are_kept_and_the_largest_consumers_named() {
    let home = Home::new();
    let sql = "SELECT value FROM generate_series(1, 3000000) ORDER BY value DESC LIMIT 2000000";
    let ran = home.run(&["-m", "4M", "-d", "0", "-c", sql]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("TopK[0]#0") && ran.err.contains("-m/--memory-limit"), "{}", ran.err);
    let ran = home.run(&["-m", "4Q", "-c", "SELECT 1"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("is no unit"), "{}", ran.err);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = Home::new();
    let sql = "SELECT value FROM generate_series(1, 100000000000)";
    let mut child = home
        .zagg()
        .args(["-c", sql])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "value\n");
    let begun = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(10));
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(err, "");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_script_with_130() {
    let home = Home::new();
    let script = "SELECT count(*) AS n FROM generate_series(1, 100000000000); SELECT 2;";
    let mut child = home
        .zagg()
        .args(["-c", script])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    // The header is there once the statement is planned.
    out.read_line(&mut line).unwrap();
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let begun = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut line).unwrap();
    assert_eq!((line.as_str(), rest.as_str()), ("n\ncancelled\n", ""));
}

#[test]
fn the_command_line_explains_itself() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    for part in ["Examples:", "zagg-sql -v low=1500", "rc.sql", "Exit codes:", "--memory-limit"] {
        assert!(help.out.contains(part), "{part} in {}", help.out);
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = home.run(&["completions", shell]);
        assert!(ran.code == Some(0) && ran.out.contains("zagg-sql"), "{shell}");
    }
    assert!(home.run(&["man"]).out.contains(".TH zagg-sql 1"));
    assert_eq!(home.run(&["man", "--out", "pages"]).code, Some(0));
    for page in ["zagg-sql.1", "zagg-sql-run.1", "zagg-sql-completions.1"] {
        assert!(std::fs::read_to_string(home.path("pages").clone() + "/" + page).is_ok(), "{page}");
    }
}

//! Results that miss granules.

use zagg_engine::synthetic::Synthetic;

use super::Home;

/// A home with a folder of granules, one of which is none.
fn home() -> Home {
    let home = Home::new();
    let broken = home.write("granules/ATL06_broken.h5", "not HDF5 at all");
    let folder = std::path::Path::new(&broken).parent().unwrap();
    Synthetic { segments_per_beam: 200, ..Synthetic::default() }.write(folder).unwrap();
    home
}

fn table(options: &str) -> String {
    format!(
        "CREATE EXTERNAL TABLE g STORED AS GRANULES LOCATION 'granules/' OPTIONS (config 'atl06'{options});"
    )
}

#[test]
fn a_granule_that_cannot_be_read_is_an_error_unless_that_is_allowed() {
    let home = home();
    let count = "SELECT count(h_li) > 0 AS some FROM g";
    for how in ["", ", shards 'none'"] {
        let ran = home.run(&["-c", &table(how), "-c", count]);
        assert_eq!(ran.code, Some(2), "{how}: {}", ran.err);
        assert!(ran.err.contains("ATL06_broken.h5"), "{how}: {}", ran.err);

        let allowed = table(&format!("{how}, allow_partial true"));
        let ran = home.run(&["-c", &allowed, "-c", count]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), "some\ntrue\n"), "{how}: {}", ran.err);
        let missed = ran.err.matches("the result misses granule").count();
        assert!(missed == 1 && ran.err.contains("ATL06_broken.h5"), "{how}: {}", ran.err);
    }
}

#[test]
fn a_table_made_of_a_query_is_partial_too() {
    let home = home();
    let allowed = table(", shards 'none', allow_partial true");
    let copy =
        "CREATE TABLE t AS SELECT beam, h_li FROM g; CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS a;
                CREATE OR REPLACE TABLE u AS SELECT count(h_li) > 0 AS some FROM t;";
    let ran = home.run(&["-c", &allowed, "-c", copy, "-c", "SELECT some FROM u"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), "some\ntrue\n"), "{}", ran.err);
    assert_eq!(ran.err.matches("the result misses granule").count(), 1, "{}", ran.err);
    let ran = home.run(&["-c", "CREATE TABLE t AS SELECT 1 AS a; CREATE TABLE t AS SELECT 2 AS b"]);
    assert!(ran.code == Some(2) && ran.err.contains("already exists"), "{}", ran.err);
}

#[test]
fn a_store_without_a_granule_is_partial_too() {
    let home = home();
    for (how, store) in [("", "a.zarr"), (", shards 'none'", "b.zarr")] {
        let table = table(&format!("{how}, allow_partial true"));
        let copy = format!(
            "COPY (SELECT cell, count(h_li) AS count FROM g WHERE cell IS NOT NULL GROUP BY cell)
             TO '{store}' STORED AS ZARR OPTIONS (order 12, parent_order 6)"
        );
        let ran = home.run(&["-c", &table, "-c", &copy]);
        assert_eq!(ran.code, Some(1), "{how}: {}", ran.err);
        assert!(ran.err.contains("ATL06_broken.h5"), "{how}: {}", ran.err);
        let mark = std::fs::read_to_string(home.path(store) + "/zarr.json").unwrap();
        assert!(mark.contains("granules_failed"), "{how}");
    }
}

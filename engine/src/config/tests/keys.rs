//! Keys: unknown, missing, of a wrong type, twice, without effect, not supported.

use zagg_udfs::cell::Convention;

use super::super::Config;
use super::{BASE, changed, message, variable};

#[test]
fn unknown_keys() {
    assert_eq!(
        message(variable("{function: max, sorce: h_li}")),
        "unknown key `aggregation.variables.n.sorce`; did you mean `source`?"
    );
    assert_eq!(
        message(changed("groups:", "gruops:")),
        "missing key `data_source.groups`: expected a list of HDF5 groups, as [gt1l, gt1r]"
    );
    assert_eq!(
        message(changed("aggregation:", "  filter: []\naggregation:")),
        "unknown key `data_source.filter`; did you mean `filters`?"
    );
    assert_eq!(
        message(changed("child_order: 12", "child_order: 12, wibble: 1")),
        "unknown key `output.grid.wibble`; known: `type`, `indexing_scheme`, `cell_ids_encoding`, \
         `parent_order`, `child_order`, `chunk_inner`, `sharded`, `layout`, `emit_cell_ids`, \
         `ellipsoid`, `crs`, `resolution`, `bounds`, `chunk_shape`"
    );
    assert_eq!(
        message(changed("aggregation:", "agregation: {}\naggregation:")),
        "unknown key `agregation`; did you mean `aggregation`?"
    );
}

#[test]
fn errors_name_the_configuration() {
    let error = Config::parse("mine", "[]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "config `mine`: `(whole file)`: expected a mapping, found a list of 0"
    );
    let error = Config::parse("mine", "").unwrap_err();
    assert_eq!(error.kind.to_string(), "`(whole file)`: expected a mapping, found nothing");
    let error = Config::parse("mine", "{}").unwrap_err();
    assert_eq!(error.kind.to_string(), "missing key `data_source`: expected a mapping");
}

#[test]
fn duplicate_keys_and_bad_yaml() {
    let twice = message(changed("aggregation:", "aggregation: {}\naggregation:"));
    assert!(twice.contains("duplicate entry with key \"aggregation\""), "{twice}");
    let twice = message(variable("{function: max, function: min, source: h_li}"));
    assert!(twice.contains("duplicate entry with key \"function\""), "{twice}");
    assert!(message(changed("aggregation:", "aggregation: [")).starts_with("not valid YAML: "));
    let number = message(changed("n: {", "7: {"));
    assert!(number.starts_with("`aggregation.variables`: expected keys that are text"), "{number}");
}

#[test]
fn wrong_types() {
    let cases = [
        ("[gt1l, gt1r]", "gt1l", "`data_source.groups`: expected a list, found the text `gt1l`"),
        (
            "[gt1l, gt1r]",
            "[]",
            "`data_source.groups`: expected at least one group, found a list of 0",
        ),
        ("[gt1l, gt1r]", "[a, a]", "`data_source.groups[1]`: the group `a` is listed twice"),
        ("[gt1l, gt1r]", "[a, 3]", "`data_source.groups[1]`: expected text, found the number 3"),
        (
            "\"/{group}/lat\"",
            "\"/lat\"",
            "`data_source.coordinates.latitude`: `/lat` names one dataset for 2 groups; put \
             `{group}` where they differ",
        ),
        (
            "\"/{group}/lat\"",
            "\"/{beam}/lat\"",
            "`data_source.coordinates.latitude`: `/{beam}/lat`: the only placeholder is `{group}`",
        ),
        (
            "column: 2",
            "column: -1",
            "`data_source.variables.flag.column`: expected a whole number \
          from 0 to 4294967295, found the number -1",
        ),
        (
            "h_li: \"/{group}/h_li\"",
            "h_li: 3",
            "`data_source.variables.h_li`: expected a dataset \
          path, or {path, column}, found the number 3",
        ),
        (
            "h_li: \"/{group}/h_li\"",
            "cell: \"/{group}/h_li\"",
            "`data_source.variables.cell`: the \
          table has a column `cell` already",
        ),
        (
            "child_order: 12",
            "child_order: twelve",
            "`output.grid.child_order`: expected a whole \
          number from 0 to 29, found the text `twelve`",
        ),
        (
            "child_order: 12",
            "child_order: 30",
            "`output.grid.child_order`: expected a whole number \
          from 0 to 29, found the number 30",
        ),
        (
            "child_order: 12",
            "child_order: 5",
            "`output.grid.parent_order`: the parent order 6 is \
          finer than the child order 5",
        ),
        (
            "child_order: 12",
            "child_order: 12, chunk_inner: 5",
            "`output.grid.chunk_inner`: 5 does \
          not lie between the parent order 6 and the child order 12",
        ),
        (
            "type: healpix",
            "type: rectilinear",
            "`output.grid.type` is not supported yet: grids in \
          a projection; `healpix` is the type there is",
        ),
        (
            "type: healpix",
            "type: heelpix",
            "`output.grid.type`: unknown grid type `heelpix`; did \
          you mean `healpix`?",
        ),
        (
            "type: healpix",
            "type: healpix, indexing_scheme: ring",
            "`output.grid.indexing_scheme`: \
          expected `nested`, found the text `ring`",
        ),
        (
            "type: healpix",
            "type: healpix, ellipsoid: wgs",
            "`output.grid.ellipsoid`: unknown \
          ellipsoid `wgs`; known: `WGS84`, `sphere`",
        ),
        (
            "n: {",
            "morton: {",
            "`aggregation.variables.morton`: the name `morton` is taken: the \
          store writes it itself",
        ),
        (
            "n: {",
            "a/b: {",
            "`aggregation.variables.a/b`: `a/b` cannot name an array: use letters, \
          digits, `_`, `-` and `.`",
        ),
        (
            "{type: healpix, parent_order: 6, child_order: 12}",
            "{type: healpix, child_order: 12}",
            "missing key `output.grid.parent_order`: expected an order from 0 to 29",
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(message(changed(from, to)), expected);
    }
}

#[test]
fn not_supported_yet() {
    for (key, value) in [
        ("levels", "{photons: {path: a}}"),
        ("base_level", "photons"),
        ("read_plan", "{pad: 1}"),
        ("assets", "{l2a: {}}"),
    ] {
        let error = message(changed("aggregation:", &format!("  {key}: {value}\naggregation:")));
        assert!(
            error.starts_with(&format!("`data_source.{key}` is not supported yet: ")),
            "{error}"
        );
    }
    let output = |text: &str| message(changed("output:", &format!("output:\n  {text}")));
    assert!(output("windowing: {}").starts_with("`output.windowing` is not supported yet"));
    assert!(changed("output:", "output:\n  windowing: {schedule: none}").is_ok());
    assert!(output("aoi_mask: true").starts_with("`output.aoi_mask` is not supported yet"));
    assert!(output("format: parquet").starts_with("`output.format` is not supported yet"));
    let pipeline = message(changed("output:", "pipeline: {type: temporal}\noutput:"));
    assert!(pipeline.starts_with("`pipeline.type` is not supported yet"), "{pipeline}");
}

#[test]
fn readers_and_drivers() {
    let with = |text: &str| changed("aggregation:", &format!("  {text}\naggregation:"));
    assert_eq!(with("reader: h5coro").unwrap().warnings, Vec::<String>::new());
    assert_eq!(
        message(with("reader: h5cor")),
        "`data_source.reader`: unknown reader `h5cor`; known: `h5coro`, `h5py`, `hdf5`; did you \
         mean `h5coro`?"
    );
    assert_eq!(
        message(with("driver: ftp")),
        "`data_source.driver`: unknown driver `ftp`; known: `s3`, `https`, `auto`, `local`"
    );
    assert_eq!(with("driver: local").unwrap().source.driver, super::super::Driver::Local);
    assert_eq!(with("driver: auto").unwrap().source.driver, super::super::Driver::Auto);
}

#[test]
fn keys_without_effect_are_said() {
    let yaml = format!(
        "{}\n",
        BASE.replace(
            "aggregation:",
            "  index: {backend: sidecar}\n  read_workers: 4\naggregation:"
        )
        .replace(
            "child_order: 12}",
            "child_order: 12, layout: fullsphere, emit_cell_ids: true}\n  store_layout: hive\n  \
                 pyramid: false\n  sweep: true\n  store: s3://b/x.zarr\n  region: eu-west-1\nworker: {memory: 4096}\n\
                 bounds: {temporal: {}}\ncatalog: map.json",
        )
    );
    let config = Config::parse("base", &yaml).unwrap();
    assert_eq!(
        config.warnings,
        [
            "`data_source.index` has no effect: a granule index is named by `index` at the top of the file",
            "`data_source.read_workers` has no effect: reading is bounded by the session's own settings",
            "`output.grid.layout: fullsphere` has no effect: the compact layout is written, shards \
             with data only",
            "`output.sweep` has no effect: nothing is left to roll up after a run",
            "`output.store_layout: hive` has no effect: one flat store is written",
            "`worker` has no effect: the deployment sets memory and disk",
            "`bounds` has no effect here: it selects granules when a catalog is made",
        ]
    );
    assert_eq!(config.store.as_deref(), Some("s3://b/x.zarr"));
    assert_eq!(config.region.as_deref(), Some("eu-west-1"));
    assert_eq!(config.catalog.as_deref(), Some("map.json"));
}

#[test]
fn grids() {
    let config = changed(
        "child_order: 12",
        "child_order: 12, ellipsoid: sphere, chunk_inner: 9, sharded: true",
    )
    .unwrap();
    assert_eq!(config.grid.convention, Convention::Sphere);
    assert_eq!((config.grid.chunk_inner, config.grid.sharded), (Some(9), Some(true)));
    assert!(!config.morton);
}

#[test]
fn names_that_sql_would_change() {
    let yaml = BASE.replace("h_li", "H-li").replace("n: {", "order: {");
    let config = Config::parse("My file-2", &yaml).unwrap();
    super::parses(&config.sql());
    assert_eq!(
        config.sql(),
        "SELECT cell,\n       count(\"H-li\") AS \"order\"\nFROM my_file_2\nGROUP BY cell"
    );
    assert_eq!(Config::parse("2019", BASE).unwrap().name, "t_2019");
    assert_eq!(Config::parse("table", BASE).unwrap().name, "t_table");
}

#[test]
fn a_declared_coordinate_is_no_second_column() {
    let config = changed("variables:\n", "variables:\n    latitude: \"/{group}/lat\"\n").unwrap();
    assert_eq!(config.source.columns.len(), 3);
    let error = message(changed("variables:\n", "variables:\n    latitude: \"/{group}/lat_2\"\n"));
    assert_eq!(
        error,
        "`data_source.variables.latitude`: the table has a column `latitude` already"
    );
}

#[test]
fn merges_of_yaml() {
    let yaml = BASE.replace(
        "n: {function: len, source: h_li}",
        "a: &a {function: max, source: h_li, dtype: float64}\n    b: {<<: *a, function: min}",
    );
    let config = Config::parse("base", &yaml).unwrap();
    assert_eq!(config.variables[1].sql, "min(h_li)");
    assert_eq!(config.variables[1].dtype.name(), "float64");
}

#[test]
fn files() {
    let missing = Config::load("atl07").unwrap_err().to_string();
    assert!(
        missing.contains("no built-in configuration has this name; did you mean `atl06`?"),
        "{missing}"
    );
    let missing = Config::load("./no/such.yaml").unwrap_err().to_string();
    assert!(missing.starts_with("config `./no/such.yaml`: cannot be read: "), "{missing}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/atl06.yaml");
    if let Ok(file) = Config::load(path) {
        assert_eq!(file, Config::load("atl06").unwrap());
    }
    assert_eq!(Config::builtin_names(), ["atl06"]);
}

//! `quality_filter` and `filters`.

use super::super::Config;
use super::{changed, message, parses};

fn with(yaml: &str) -> Result<Config, super::ConfigError> {
    changed("aggregation:", &format!("  {yaml}\naggregation:"))
}

#[track_caller]
fn predicates(yaml: &str) -> Vec<String> {
    let config = with(&format!("filters: {yaml}")).unwrap();
    parses(&config.sql());
    config.filters
}

#[test]
fn quality_filter() {
    let config = with("quality_filter: {dataset: \"/{group}/good\", value: 0}").unwrap();
    assert_eq!(config.filter_sql().unwrap(), "good = 0");
    let column = config.source.columns.last().unwrap();
    assert_eq!((column.name.as_str(), column.path.as_str()), ("good", "/{group}/good"));
    let error = message(with("quality_filter: {dataset: \"/{group}/good\", op: ne, value: 0}"));
    assert_eq!(
        error,
        "`data_source.quality_filter.op`: `quality_filter` takes `dataset` and `value`; use `filters`"
    );
}

#[test]
fn filters_take_the_place_of_the_quality_filter() {
    let config = with(
        "quality_filter: {dataset: \"/{group}/good\", value: 0}\n  filters: [{expression: \"h_li > 0\"}]",
    )
    .unwrap();
    assert_eq!(config.filters, ["h_li > 0"]);
    assert_eq!(config.source.columns.len(), 3);
    assert_eq!(
        config.warnings,
        ["`data_source.quality_filter` has no effect: `filters` takes its place"]
    );
}

#[test]
fn operators() {
    for (op, sql) in
        [("eq", "="), ("ne", "<>"), ("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">=")]
    {
        let yaml = format!("[{{dataset: \"/{{group}}/q\", op: {op}, value: -2}}]");
        assert_eq!(predicates(&yaml), [format!("q {sql} -2")]);
    }
    assert_eq!(
        predicates("[{dataset: \"/{group}/q\", op: in, values: [1, 2.5]}]"),
        ["q IN (1, 2.5)"]
    );
    assert_eq!(
        predicates("[{dataset: \"/{group}/q\", op: not_in, values: [0]}]"),
        ["q NOT IN (0)"]
    );
    assert_eq!(predicates("[]"), Vec::<String>::new());
}

/// A missing flag is not equal to anything: `keep: false` leaves its row.
#[test]
fn dropping_rows() {
    assert_eq!(
        predicates("[{dataset: \"/{group}/q\", op: eq, value: 5, keep: false}]"),
        ["(q = 5) IS NOT TRUE"]
    );
    assert_eq!(predicates("[{dataset: \"/{group}/q\", op: eq, value: 5, keep: true}]"), ["q = 5"]);
}

#[test]
fn columns_of_filters() {
    let config = with(
        "filters: [{dataset: \"/{group}/h_li\", op: gt, value: 0}, \
         {dataset: \"/{group}/conf\", column: 2, op: ne, value: -2}, \
         {dataset: \"/{group}/conf\", column: 0, op: ne, value: -2}, \
         {dataset: \"/{group}/conf\", column: 0, op: ne, value: -1}]",
    )
    .unwrap();
    let columns: Vec<_> =
        config.source.columns.iter().map(|c| (c.name.as_str(), c.index)).collect();
    assert_eq!(columns, [("h_li", None), ("s_li", None), ("flag", Some(2)), ("conf_0", Some(0))]);
    assert_eq!(
        config.filter_sql().unwrap(),
        "h_li > 0 AND flag <> -2 AND conf_0 <> -2 AND conf_0 <> -1"
    );
}

#[test]
fn expressions_see_columns_of_later_filters() {
    let config = with(
        "filters: [{expression: \"(h_li > 0) | (q == 1)\"}, {dataset: \"/{group}/q\", op: le, value: 1}]",
    )
    .unwrap();
    assert_eq!(config.filter_sql().unwrap(), "(h_li > 0 OR q = 1) AND q <= 1");
    assert!(config.sql().contains("WHERE (h_li > 0 OR q = 1)\n  AND q <= 1\nGROUP BY cell"));
}

#[test]
fn faults() {
    let fault = |yaml: &str| message(with(&format!("filters: [{yaml}]")));
    assert_eq!(
        fault("{dataset: \"/{group}/q\", op: neq, value: 0}"),
        "`data_source.filters[0].op`: unknown op `neq`; did you mean `ne`?"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/q\", op: eq}"),
        "missing key `data_source.filters[0].value`: expected a number, as `op: eq` needs"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/q\", op: in, value: 1}"),
        "`data_source.filters[0].value`: `op: in` takes a list of `values`"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/q\", op: eq, values: [1]}"),
        "`data_source.filters[0].values`: `op: eq` takes a `value`"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/q\", op: in, values: []}"),
        "`data_source.filters[0].values`: expected at least one number, found a list of 0"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/q\", op: eq, value: yes it is}"),
        "`data_source.filters[0].value`: expected a number, found the text `yes it is`"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/q\", op: eq, value: .nan}"),
        "`data_source.filters[0].value`: expected a finite number, found the number .nan"
    );
    assert_eq!(
        fault("{op: eq, value: 1}"),
        "missing key `data_source.filters[0].dataset`: expected a dataset path"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/q\", level: segments, op: eq, value: 1}"),
        "`data_source.filters[0].level` is not supported yet: variables of several rates in one granule"
    );
    assert_eq!(
        fault("{expression: \"h_li > 0\", keep: false}"),
        "`data_source.filters[0].keep`: an `expression` filter keeps the rows it is true for; \
         negate it by `~(…)`"
    );
    assert_eq!(
        fault("{expression: \"h_li > 0\", op: eq}"),
        "`data_source.filters[0].op`: an `expression` filter has no other keys"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/other/h_li\", op: eq, value: 1}"),
        "`data_source.filters[0].dataset`: the column of `/{group}/other/h_li` would be named \
         `h_li`, which is the column of `/{group}/h_li`; declare it in `data_source.variables` \
         under another name"
    );
    assert_eq!(
        fault("{dataset: \"/{group}/cell\", op: eq, value: 1}"),
        "`data_source.filters[0].dataset`: the column of `/{group}/cell` would be named `cell`, \
         which the table has already; declare it in `data_source.variables` under another name"
    );
}

//! The built-in configuration, pinned.

use zagg_udfs::cell::Convention;

use super::super::{Config, Driver, FillValue, UnitRule};
use super::parses;
use crate::store::StoreDtype;

const SQL: &str = "\
SELECT cell,
       count(h_li) AS count,
       min(h_li) AS h_min,
       max(h_li) AS h_max,
       weighted_avg(h_li, 1.0 / (CAST(s_li AS DOUBLE) * CAST(s_li AS DOUBLE))) AS h_mean,
       1.0 / nullif(sqrt(sum(1.0 / nullif(CAST(s_li AS DOUBLE) * CAST(s_li AS DOUBLE), 0.0))), 0.0) AS h_sigma,
       stable_var(h_li) AS h_variance,
       quantile(h_li, 0.25) AS h_q25,
       quantile(h_li, 0.5) AS h_q50,
       quantile(h_li, 0.75) AS h_q75
FROM atl06
WHERE atl06_quality_summary = 0
GROUP BY cell";

#[test]
fn sql_text() {
    let config = Config::load("atl06").unwrap();
    assert_eq!(config.sql(), SQL);
    assert_eq!(config.filter_sql().unwrap(), "atl06_quality_summary = 0");
    parses(&config.sql());
}

#[test]
fn model() {
    let config = Config::load("atl06").unwrap();
    assert_eq!(config.name, "atl06");
    assert_eq!(config.warnings, Vec::<String>::new());
    assert_eq!(config.source.groups, ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"]);
    assert_eq!(config.source.latitude, "/{group}/land_ice_segments/latitude");
    assert_eq!(config.source.driver, Driver::S3);
    let columns: Vec<_> = config.source.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(columns, ["h_li", "s_li", "atl06_quality_summary"]);
    assert_eq!(config.source.columns[1].path, "/{group}/land_ice_segments/h_li_sigma");
    assert_eq!((config.grid.parent_order, config.grid.child_order), (6, 12));
    assert_eq!(config.grid.convention, Convention::Authalic);
    assert!(config.morton);
    assert_eq!((config.store.as_deref(), config.catalog.as_deref()), (None, None));
    let types: Vec<_> = config.variables.iter().map(|v| (v.name.as_str(), v.unit_rule)).collect();
    let same = UnitRule::Same;
    assert_eq!(
        types,
        [
            ("count", UnitRule::Count),
            ("h_min", same),
            ("h_max", same),
            ("h_mean", same),
            ("h_sigma", UnitRule::None),
            ("h_variance", UnitRule::Squared),
            ("h_q25", same),
            ("h_q50", same),
            ("h_q75", same),
        ]
    );
    assert_eq!(config.variables[0].dtype, StoreDtype::Int32);
    assert_eq!(config.variables[0].fill(), FillValue::Int(0));
    assert!(config.variables[1..].iter().all(|v| v.dtype == StoreDtype::Float32));
}

#[test]
fn the_hash_is_of_what_matters() {
    let text = Config::load("atl06").unwrap();
    assert_eq!(text.sha256.len(), 64);
    let base = |yaml: &str| Config::parse("x", yaml).unwrap().sha256;
    let one = base(super::BASE);
    assert_eq!(one, base(&format!("# a comment\ncatalog: c.json\n{}", super::BASE)));
    assert_eq!(
        one,
        base(&super::BASE.replace("child_order: 12}", "child_order: 12, sharded: true}"))
    );
    for (from, to) in [
        ("child_order: 12", "child_order: 11"),
        ("child_order: 12", "child_order: 12, ellipsoid: sphere"),
        ("gt1r", "gt2r"),
        ("column: 2", "column: 1"),
        ("function: len", "function: max"),
        ("source: h_li", "source: h_li, attrs: {units: m}"),
        ("source: h_li", "source: h_li, dtype: int32"),
    ] {
        assert_ne!(one, base(&super::BASE.replacen(from, to, 1)), "{to}");
    }
}

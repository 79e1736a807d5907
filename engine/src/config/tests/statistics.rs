//! `function`, `source`, `params`, types and fill values.

use super::super::{FillValue, UnitRule};
use super::{message, variable};
use crate::store::StoreDtype;

#[track_caller]
fn sql(yaml: &str, expected: &str) {
    let config = variable(yaml).unwrap();
    super::parses(&config.sql());
    assert_eq!(config.variables[0].sql, expected, "{yaml}");
}

#[test]
fn functions() {
    for (names, expected) in [
        ("len count np.size", "count(h_li)"),
        ("min amin nanmin np.min numpy.min", "min(h_li)"),
        ("max amax nanmax", "max(h_li)"),
        ("sum nansum np.sum", "sum(CAST(h_li AS DOUBLE))"),
        ("mean nanmean np.mean numpy.mean average", "avg(CAST(h_li AS DOUBLE))"),
        ("var nanvar", "stable_var(h_li)"),
        ("std nanstd", "stable_std(h_li)"),
        ("median nanmedian np.median", "quantile(h_li, 0.5)"),
        ("count_nonzero", "count(CASE WHEN h_li <> 0 THEN 1 END)"),
    ] {
        for name in names.split(' ') {
            sql(&format!("{{function: {name}, source: h_li}}"), expected);
        }
    }
    sql("{function: len}", "count(*)");
    sql("{function: quantile, source: h_li, params: {q: 0.25}}", "quantile(h_li, 0.25)");
    sql(
        "{function: np.quantile, source: h_li, params: {q: 1, method: linear}}",
        "quantile(h_li, 1.0)",
    );
    sql("{function: quantile, source: h_li, params: {q: \"0.25\"}}", "quantile(h_li, 0.25)");
    sql("{function: percentile, source: h_li, params: {q: 25}}", "quantile(h_li, 0.25)");
    sql("{function: var, source: h_li, params: {ddof: 1}}", "var_samp(CAST(h_li AS DOUBLE))");
    sql("{function: average, source: h_li, params: {weights: s_li}}", "weighted_avg(h_li, s_li)");
    sql("{function: max, source: latitude}", "max(latitude)");
}

#[test]
fn faults() {
    let path = "aggregation.variables.n";
    let fault = |yaml: &str| message(variable(yaml)).replace(path, "…");
    assert_eq!(
        fault("{function: meen, source: h_li}"),
        "`….function`: unknown function `meen`; did you mean `mean`?"
    );
    assert!(
        fault("{function: np.histogram, source: h_li}")
            .starts_with("`….function`: unknown function `np.histogram`; known: `len`, `count`,")
    );
    assert_eq!(
        fault("{function: zagg.stats.tdigest.build, source: h_li}"),
        "`….function` is not supported yet: the function `zagg.stats.tdigest.build` of zagg"
    );
    assert_eq!(
        fault("{function: max}"),
        "missing key `….source`: expected the column that `max` is taken of"
    );
    assert_eq!(
        fault("{function: max, source: h_lo}"),
        "`….source`: unknown column `h_lo`; did you mean `h_li`?"
    );
    assert_eq!(
        fault("{function: quantile, source: h_li}"),
        "missing key `….params.q`: expected a number from 0 to 1"
    );
    assert_eq!(
        fault("{function: quantile, source: h_li, params: {q: 25}}"),
        "`….params.q`: expected a number from 0 to 1, found the number 25"
    );
    assert_eq!(
        fault("{function: percentile, source: h_li, params: {q: 101}}"),
        "`….params.q`: expected a number from 0 to 100, found the number 101"
    );
    assert_eq!(
        fault("{function: quantile, source: h_li, params: {q: 0.5, method: nearest}}"),
        "`….params.method` is not supported yet: quantiles are interpolated, as `linear` does"
    );
    assert_eq!(
        fault("{function: max, source: h_li, params: {q: 0.5}}"),
        "unknown key `….params.q`"
    );
    assert_eq!(
        fault("{function: average, source: h_li, params: {wieghts: s_li}}"),
        "unknown key `….params.wieghts`; did you mean `weights`?"
    );
    assert_eq!(
        fault("{function: average, source: h_li, params: {weights: 2}}"),
        "`….params.weights`: expected a column or an expression of columns, as text, found the \
         number 2"
    );
    assert_eq!(
        fault("{function: average, source: h_li, params: {weights: \"1 / s_l\"}}"),
        "`….params.weights`: unknown column `s_l`; did you mean `s_li`?\n  1 / s_l\n      ^^^"
    );
    assert_eq!(
        fault("{function: max, expression: \"np.max(h_li)\"}"),
        "`….function`: `function` and `expression` exclude each other"
    );
    assert_eq!(
        fault("{source: h_li}"),
        "missing key `….function`: expected the name of a statistic, or an `expression`"
    );
    assert_eq!(
        fault("{expression: \"np.max(h_li)\", params: {q: 1}}"),
        "`….params`: an `expression` has no `params`: write them into it"
    );
    assert_eq!(
        fault("{function: max, source: h_li, kind: ragged, inner_shape: [2]}"),
        "`….kind` is not supported yet: several values for one cell; `scalar` is the kind there is"
    );
    assert_eq!(
        fault("{function: max, source: h_li, kind: vectro}"),
        "`….kind`: expected `scalar`, found the text `vectro`"
    );
}

#[test]
fn units_follow_the_column() {
    let rule = |yaml: &str| {
        let v = variable(yaml).unwrap().variables.remove(0);
        (v.source, v.unit_rule)
    };
    let column = || Some("h_li".to_owned());
    assert_eq!(rule("{function: len, source: h_li}"), (column(), UnitRule::Count));
    assert_eq!(rule("{function: std, source: h_li}"), (column(), UnitRule::Same));
    assert_eq!(rule("{function: var, source: h_li}"), (column(), UnitRule::Squared));
    assert_eq!(rule("{expression: \"np.var(h_li)\"}"), (column(), UnitRule::Squared));
    assert_eq!(rule("{expression: \"np.var(h_li) + 1\"}"), (None, UnitRule::None));
    assert_eq!(
        rule("{expression: \"np.var(h_li) + 1\", source: h_li}"),
        (column(), UnitRule::None)
    );
    assert_eq!(rule("{function: len}"), (None, UnitRule::Count));
}

#[test]
fn types_and_fills() {
    let read = |extra: &str| {
        let v = variable(&format!("{{function: max, source: h_li{extra}}}"))
            .unwrap()
            .variables
            .remove(0);
        (v.dtype, v.fill_value, v.fill())
    };
    let (dtype, fill, resolved) = read("");
    assert_eq!((dtype, fill), (StoreDtype::Float32, None));
    assert!(matches!(resolved, FillValue::Float(x) if x.is_nan()));
    for name in [
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32",
        "float64",
    ] {
        assert_eq!(read(&format!(", dtype: {name}")).0.name(), name);
    }
    assert_eq!(read(", dtype: \"<f8\"").0, StoreDtype::Float64);
    assert_eq!(read(", dtype: int16").2, FillValue::Int(0));
    assert_eq!(read(", dtype: int16, fill_value: -9999").2, FillValue::Int(-9999));
    let most = FillValue::Int(u64::MAX.into());
    assert_eq!(read(", dtype: uint64, fill_value: 18446744073709551615").2, most);
    assert_eq!(read(", fill_value: -9999").2, FillValue::Float(-9999.0));
    assert!(matches!(read(", fill_value: \"NaN\"").2, FillValue::Float(x) if x.is_nan()));
    assert!(matches!(read(", fill_value: .nan").2, FillValue::Float(x) if x.is_nan()));
    let fault = |extra: &str| message(variable(&format!("{{function: max, source: h_li{extra}}}")));
    assert_eq!(
        fault(", dtype: float23"),
        "`aggregation.variables.n.dtype`: unknown dtype `float23`; did you mean `float32`?"
    );
    assert_eq!(
        fault(", dtype: uint8, fill_value: 256"),
        "`aggregation.variables.n.fill_value`: expected a whole number from 0 to 255 (uint8), \
         found the number 256"
    );
    assert_eq!(
        fault(", dtype: int8, fill_value: NaN"),
        "`aggregation.variables.n.fill_value`: expected a number, found the text `NaN`"
    );
}

#[test]
fn attributes_of_the_file() {
    let yaml = "{function: max, source: h_li, attrs: {units: m, levels: [1, 2.5], of: {a: true}}}";
    let attrs = variable(yaml).unwrap().variables.remove(0).attrs;
    let expected = serde_json::json!({"units": "m", "levels": [1, 2.5], "of": {"a": true}});
    assert_eq!(serde_json::Value::Object(attrs), expected);
}

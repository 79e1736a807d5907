//! A hash of what decides the values of the result.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Config;

/// SHA-256 over a canonical text, in hexadecimal. The text is JSON without objects, so neither
/// separators in names nor the order of keys can make two texts of one configuration, or one
/// text of two.
pub(super) fn sha256(config: &Config) -> String {
    let text = canonical(config).to_string();
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn canonical(config: &Config) -> Value {
    let source = &config.source;
    let columns: Vec<_> = source.columns.iter().map(|c| json!([c.name, c.path, c.index])).collect();
    let variables: Vec<_> = config
        .variables
        .iter()
        .map(|v| {
            let attrs = v.attrs.iter().map(|(k, x)| (k.clone(), x.clone())).collect();
            json!([
                v.name,
                v.sql,
                v.dtype.name(),
                v.fill().to_string(),
                v.source,
                format!("{:?}", v.unit_rule),
                without_objects(Value::Object(attrs)),
            ])
        })
        .collect();
    let grid = &config.grid;
    json!([
        1,
        source.groups,
        [source.latitude, source.longitude],
        columns,
        config.filters,
        variables,
        config.morton,
        [grid.parent_order, grid.child_order],
        grid.convention.name(),
    ])
}

/// Objects as lists of pairs in the order of their keys.
fn without_objects(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs.into_iter().map(|(k, v)| json!([k, without_objects(v)])).collect()
        }
        Value::Array(items) => items.into_iter().map(without_objects).collect(),
        other => other,
    }
}

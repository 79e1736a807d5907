//! `quality_filter` and `filters`: which rows count, as SQL predicates.

use super::error::ConfigErrorKind;
use super::expr;
use super::node::{Map, Node, Scalar};
use super::source::{self, Column, DataSource};
use super::sql;
use super::suggest;

type Result<T> = std::result::Result<T, ConfigErrorKind>;

/// Operators of a structured filter and their SQL.
const SCALAR_OPS: [(&str, &str); 6] =
    [("eq", "="), ("ne", "<>"), ("lt", "<"), ("le", "<="), ("gt", ">"), ("ge", ">=")];
const SET_OPS: [(&str, &str); 2] = [("in", "IN"), ("not_in", "NOT IN")];

/// `{dataset, value}`: the dataset equals the value.
pub(super) fn quality(node: &Node<'_>, source: &mut DataSource) -> Result<String> {
    let mut map = node.map()?;
    for key in ["op", "column", "keep", "values", "expression", "level"] {
        if let Some(n) = map.optional(key) {
            return Err(n.invalid("`quality_filter` takes `dataset` and `value`; use `filters`"));
        }
    }
    let column = dataset(&mut map, source)?;
    let value = literal(&map.required("value", "a number")?)?;
    map.finish()?;
    Ok(format!("{column} = {value}"))
}

/// The filters in the order of the file. Datasets that are no column yet become one.
pub(super) fn list(node: &Node<'_>, source: &mut DataSource) -> Result<Vec<String>> {
    let items = node.list()?;
    let mut predicates = Vec::with_capacity(items.len());
    let mut expressions = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let mut map = item.map()?;
        if let Some(n) = map.optional("level") {
            return Err(n.unsupported("variables of several rates in one granule"));
        }
        if let Some(n) = map.optional("asset") {
            return Err(n.unsupported("joining a granule to a sibling product"));
        }
        if let Some(n) = map.optional("expression") {
            check_expression_keys(&mut map)?;
            map.finish()?;
            // A later filter may declare a column that this one uses.
            expressions.push((i, n));
            predicates.push(String::new());
            continue;
        }
        predicates.push(structured(map, source)?);
    }
    for (i, node) in expressions {
        let predicate = expr::filter(&node, &source.columns)?;
        if let Some(place) = predicates.get_mut(i) {
            *place = predicate;
        }
    }
    Ok(predicates)
}

fn check_expression_keys(map: &mut Map<'_>) -> Result<()> {
    for key in ["dataset", "column", "op", "value", "values"] {
        if let Some(n) = map.optional(key) {
            return Err(n.invalid("an `expression` filter has no other keys"));
        }
    }
    match map.optional("keep") {
        Some(n) if !n.bool()? => Err(
            n.invalid("an `expression` filter keeps the rows it is true for; negate it by `~(…)`")
        ),
        _ => Ok(()),
    }
}

fn structured(mut map: Map<'_>, source: &mut DataSource) -> Result<String> {
    let column = dataset(&mut map, source)?;
    let op = map.required("op", "one of eq, ne, lt, le, gt, ge, in, not_in")?;
    let (value, values) = (map.optional("value"), map.optional("values"));
    let keep = map.optional("keep").map(|n| n.bool()).transpose()?.unwrap_or(true);
    let missing = |key: &str, expected: &str| ConfigErrorKind::Missing {
        path: op.path.replace(".op", &format!(".{key}")),
        expected: format!("{expected}, as `op: {}` needs", op.as_str().unwrap_or_default()),
    };
    let predicate = if let Some((_, sql)) = find(&SCALAR_OPS, op.str()?) {
        if let Some(n) = values {
            return Err(n.invalid(format!("`op: {}` takes a `value`", op.str()?)));
        }
        format!("{column} {sql} {}", literal(&value.ok_or_else(|| missing("value", "a number"))?)?)
    } else if let Some((_, sql)) = find(&SET_OPS, op.str()?) {
        if let Some(n) = value {
            return Err(n.invalid(format!("`op: {}` takes a list of `values`", op.str()?)));
        }
        let values = values.ok_or_else(|| missing("values", "a list of numbers"))?;
        let items = values.list()?.iter().map(literal).collect::<Result<Vec<_>>>()?;
        if items.is_empty() {
            return Err(values.wrong_type("at least one number"));
        }
        format!("{column} {sql} ({})", items.join(", "))
    } else {
        let known = SCALAR_OPS.iter().chain(&SET_OPS).map(|(name, _)| *name);
        let hint = suggest::hint(op.str()?, known);
        return Err(op.invalid(format!("unknown op `{}`{hint}", op.str()?)));
    };
    map.finish()?;
    Ok(if keep { predicate } else { format!("({predicate}) IS NOT TRUE") })
}

fn find(ops: &[(&'static str, &'static str)], name: &str) -> Option<(&'static str, &'static str)> {
    ops.iter().find(|(n, _)| *n == name).copied()
}

/// The column of a filter's dataset, as an SQL identifier. A variable that is the same dataset
/// and column lends its name; otherwise the last part of the path names a new column.
fn dataset(map: &mut Map<'_>, source: &mut DataSource) -> Result<String> {
    let node = map.required("dataset", "a dataset path")?;
    let path = source::template(&node, &source.groups)?;
    let index = map.optional("column").map(|n| n.index(u32::MAX.into())).transpose()?;
    if let Some(column) = source.columns.iter().find(|c| c.path == path && c.index == index) {
        return Ok(sql::identifier(&column.name));
    }
    let last = path.rsplit('/').next().unwrap_or(&path);
    let name = index.map_or_else(|| last.to_owned(), |i| format!("{last}_{i}"));
    if let Some(other) = source.columns.iter().find(|c| c.name == name) {
        return Err(node.invalid(format!(
            "the column of `{path}` would be named `{name}`, which is the column of `{}`; declare \
             it in `data_source.variables` under another name",
            other.path
        )));
    }
    if source::is_own_column(&name) {
        return Err(node.invalid(format!(
            "the column of `{path}` would be named `{name}`, which the table has already; declare \
             it in `data_source.variables` under another name"
        )));
    }
    let identifier = sql::identifier(&name);
    source.columns.push(Column { name, path, index });
    Ok(identifier)
}

fn literal(node: &Node<'_>) -> Result<String> {
    match node.number()? {
        Scalar::Int(i) => Ok(i.to_string()),
        Scalar::Float(x) if x.is_finite() => Ok(format!("{x:?}")),
        Scalar::Float(_) => Err(node.wrong_type("a finite number")),
    }
}

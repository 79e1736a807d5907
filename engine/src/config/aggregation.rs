//! `aggregation`: the arrays of the output.

use serde_json::Value as Json;

use super::dtype;
use super::error::ConfigErrorKind;
use super::expr;
use super::functions::{self, Statistic};
use super::node::{Map, Node};
use super::source::Column;
use super::variable::{UnitRule, Variable};
use crate::store::StoreDtype;

type Result<T> = std::result::Result<T, ConfigErrorKind>;

pub(super) struct Aggregation {
    pub(super) variables: Vec<Variable>,
    pub(super) morton: bool,
}

/// Names that the store or the query uses itself.
const TAKEN: [&str; 5] = ["cell", "cell_ids", "morton", "crs", "shard"];

pub(super) fn read(
    node: Node<'_>,
    columns: &[Column],
    warnings: &mut Vec<String>,
) -> Result<Aggregation> {
    let mut map = node.map()?;
    if let Some(n) = map.optional("handoff") {
        n.str()?;
    }
    map.optional("streaming");
    if let Some(n) = map.optional("chunk_precompute") {
        return Err(n.unsupported("values of a whole shard within the expressions of a cell"));
    }
    let morton = map.optional("coordinates").map(|n| coordinates(&n)).transpose()?;
    let list = map.required("variables", "statistics as `name: {function, source}`")?;
    map.finish()?;
    let mut variables = Vec::new();
    for (name, node) in list.map()?.entries() {
        variables.push(variable(name, &node, columns, warnings)?);
    }
    if variables.is_empty() {
        return Err(list.wrong_type("at least one variable"));
    }
    Ok(Aggregation { variables, morton: morton.unwrap_or(false) })
}

/// Whether `morton` is asked for. Type and fill are those of the format, and checked against it.
fn coordinates(node: &Node<'_>) -> Result<bool> {
    let mut map = node.map()?;
    let morton = map.optional("morton");
    let cell_ids = map.optional("cell_ids");
    for coordinate in [&morton, &cell_ids].into_iter().flatten() {
        let mut keys = coordinate.map()?;
        if let Some(n) = keys.optional("dtype")
            && dtype::read(&n)? != StoreDtype::UInt64
        {
            return Err(n.wrong_type("`uint64`"));
        }
        if let Some(n) = keys.optional("fill_value") {
            n.index(0).map_err(|_| n.wrong_type("0"))?;
        }
        keys.finish()?;
    }
    map.finish()?;
    Ok(morton.is_some())
}

fn variable(
    name: &str,
    node: &Node<'_>,
    columns: &[Column],
    warnings: &mut Vec<String>,
) -> Result<Variable> {
    check_name(name, node)?;
    let mut map = node.map()?;
    check_kind(&mut map, warnings)?;
    let function = map.optional("function");
    let expression = map.optional("expression");
    let source = map.optional("source");
    let params = map.optional("params");
    let dtype = map.optional("dtype").map(|n| dtype::read(&n)).transpose()?;
    let dtype = dtype.unwrap_or(StoreDtype::Float32);
    let fill_value = map.optional("fill_value").map(|n| dtype::read_fill(dtype, &n)).transpose()?;
    let attrs = map.optional("attrs").map(|n| attributes(&n)).transpose()?.unwrap_or_default();
    map.finish()?;
    let statistic = match (function, expression) {
        (Some(f), None) => functions::read(&f, source.as_ref(), params.as_ref(), columns)?,
        (None, Some(e)) => {
            if let Some(n) = params {
                return Err(n.invalid("an `expression` has no `params`: write them into it"));
            }
            expression_statistic(&e, source.as_ref(), columns)?
        }
        (Some(f), Some(_)) => {
            return Err(f.invalid("`function` and `expression` exclude each other"));
        }
        (None, None) => {
            return Err(ConfigErrorKind::Missing {
                path: format!("{}.function", node.path),
                expected: "the name of a statistic, or an `expression`".to_owned(),
            });
        }
    };
    let Statistic { sql, source, unit_rule } = statistic;
    Ok(Variable { name: name.to_owned(), sql, dtype, fill_value, source, unit_rule, attrs })
}

fn expression_statistic(
    expression: &Node<'_>,
    source: Option<&Node<'_>>,
    columns: &[Column],
) -> Result<Statistic> {
    let declared = source.map(|n| expr::column(n, columns)).transpose()?.map(|(name, _)| name);
    let (sql, simple) = expr::aggregate(expression, columns)?;
    let (source, unit_rule) = match (simple, declared) {
        (Some((aggregate, column)), None) => (Some(column), functions::unit_rule(aggregate)),
        (Some((aggregate, column)), Some(name)) if column == name => {
            (Some(column), functions::unit_rule(aggregate))
        }
        (_, declared) => (declared, UnitRule::None),
    };
    Ok(Statistic { sql, source, unit_rule })
}

/// Names become array names in the store.
fn check_name(name: &str, node: &Node<'_>) -> Result<()> {
    if TAKEN.contains(&name) {
        return Err(node.invalid(format!("the name `{name}` is taken: the store writes it itself")));
    }
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty()
        || name.starts_with('.')
        || name.starts_with("__")
        || !name.chars().all(plain)
    {
        return Err(node.invalid(format!(
            "`{name}` cannot name an array: use letters, digits, `_`, `-` and `.`"
        )));
    }
    Ok(())
}

/// Keys of zagg's other kinds of variables.
fn check_kind(map: &mut Map<'_>, warnings: &mut Vec<String>) -> Result<()> {
    if let Some(n) = map.optional("kind") {
        match n.str()? {
            "scalar" => {}
            "vector" | "ragged" => {
                return Err(
                    n.unsupported("several values for one cell; `scalar` is the kind there is")
                );
            }
            _ => return Err(n.wrong_type("`scalar`")),
        }
    }
    for key in ["trailing_shape", "inner_shape", "location", "temporal"] {
        if let Some(n) = map.optional(key) {
            return Err(n.unsupported("several values for one cell"));
        }
    }
    if let Some(n) = map.optional("resolution")
        && n.str()? != "cell"
    {
        return Err(n.unsupported("one value for a whole shard"));
    }
    for key in ["weights", "overview_delta"] {
        if let Some(n) = map.optional(key) {
            warnings.push(format!("`{}` has no effect: it describes digests", n.path));
        }
    }
    Ok(())
}

fn attributes(node: &Node<'_>) -> Result<serde_json::Map<String, Json>> {
    node.map()?;
    match serde_json::to_value(node.value()) {
        Ok(Json::Object(map)) => Ok(map),
        _ => Err(node.wrong_type("attributes that JSON can hold")),
    }
}

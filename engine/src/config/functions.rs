//! `function`, `source` and `params` of a variable: one aggregate of one column.

use super::error::ConfigErrorKind;
use super::expr::{self, AGGREGATE_NAMES, Aggregate, Params};
use super::node::Node;
use super::source::Column;
use super::suggest;
use super::variable::UnitRule;

type Result<T> = std::result::Result<T, ConfigErrorKind>;

/// SQL, the column it is about, and its units.
pub(super) struct Statistic {
    pub(super) sql: String,
    pub(super) source: Option<String>,
    pub(super) unit_rule: UnitRule,
}

pub(super) fn read(
    function: &Node<'_>,
    source: Option<&Node<'_>>,
    params: Option<&Node<'_>>,
    columns: &[Column],
) -> Result<Statistic> {
    let name = function.str()?;
    let aggregate = expr::aggregate_named(name).ok_or_else(|| unknown(function, name))?;
    let params = read_params(aggregate, function, params, columns)?;
    let Some(source) = source else {
        if aggregate == Aggregate::Count {
            let sql = "count(*)".to_owned();
            return Ok(Statistic { sql, source: None, unit_rule: UnitRule::Count });
        }
        return Err(ConfigErrorKind::Missing {
            path: function.path.replace(".function", ".source"),
            expected: format!("the column that `{name}` is taken of"),
        });
    };
    let (column, value) = expr::column(source, columns)?;
    let sql = expr::call(aggregate, value, params).sql.to_string();
    Ok(Statistic { sql, source: Some(column), unit_rule: unit_rule(aggregate) })
}

pub(super) fn unit_rule(aggregate: Aggregate) -> UnitRule {
    match aggregate {
        Aggregate::Count | Aggregate::CountNonzero => UnitRule::Count,
        Aggregate::Var => UnitRule::Squared,
        _ => UnitRule::Same,
    }
}

fn read_params(
    aggregate: Aggregate,
    function: &Node<'_>,
    params: Option<&Node<'_>>,
    columns: &[Column],
) -> Result<Params> {
    let mut read = Params::default();
    let Some(node) = params else { return complete(aggregate, read, function) };
    let mut map = node.map()?;
    for name in aggregate.params() {
        let Some(value) = map.optional(name) else { continue };
        match *name {
            "weights" => read.weights = Some(weights(&value, columns)?),
            "ddof" => {
                let ddof = value.index(1).map_err(|_| value.wrong_type("0 or 1"))?;
                read.ddof = Some(u8::from(ddof == 1));
            }
            _ => {
                let max = aggregate.q_max();
                // A number in quotes is one to numpy's users too.
                let q = match value.as_str().map(str::parse) {
                    Some(Ok(q)) => q,
                    _ => value.number()?.as_f64(),
                };
                if !(0.0..=max).contains(&q) {
                    return Err(value.wrong_type(&format!("a number from 0 to {max}")));
                }
                read.q = Some(q);
            }
        }
    }
    if aggregate.params() == ["q"]
        && let Some(method) = map.optional("method")
        && method.str()? != "linear"
    {
        return Err(method.unsupported("quantiles are interpolated, as `linear` does"));
    }
    map.finish()?;
    complete(aggregate, read, function)
}

/// Weights are an expression over columns. One number for all rows weighs nothing.
fn weights(node: &Node<'_>, columns: &[Column]) -> Result<expr::Value> {
    if node.as_str().is_none() {
        return Err(node.wrong_type("a column or an expression of columns, as text"));
    }
    expr::weights(node, columns)
}

fn complete(aggregate: Aggregate, params: Params, function: &Node<'_>) -> Result<Params> {
    if params.q.is_none() && aggregate.params() == ["q"] {
        return Err(ConfigErrorKind::Missing {
            path: function.path.replace(".function", ".params.q"),
            expected: format!("a number from 0 to {}", aggregate.q_max()),
        });
    }
    Ok(params)
}

fn unknown(node: &Node<'_>, name: &str) -> ConfigErrorKind {
    if name.starts_with("zagg.") {
        return node.unsupported(format!("the function `{name}` of zagg"));
    }
    let short = name.strip_prefix("np.").or_else(|| name.strip_prefix("numpy.")).unwrap_or(name);
    let hint = suggest::hint(short, AGGREGATE_NAMES);
    node.invalid(format!("unknown function `{name}`{hint}"))
}

//! numpy's aggregates.

use super::ast::{Arg, Expr, Kind, Trouble};
use super::lower::{self, Level, Place, Scope, Type, Value};
use super::names;
use super::tree::{Infix, Sql};
use crate::config::source::Column;
use crate::config::suggest;

type Result<T> = std::result::Result<T, Trouble>;

/// A statistic of the values of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Aggregate {
    Count,
    CountNonzero,
    Min,
    Max,
    Sum,
    Mean,
    Var,
    Std,
    Median,
    Average,
    Quantile,
    Percentile,
}

/// What an aggregate takes besides its values.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::config) struct Params {
    pub(in crate::config) weights: Option<Value>,
    /// A quantile from 0 to 1, or a percentile from 0 to 100.
    pub(in crate::config) q: Option<f64>,
    /// 0 for the population, 1 for a sample of it.
    pub(in crate::config) ddof: Option<u8>,
}

impl Aggregate {
    /// Parameters besides the values, by numpy's names.
    pub(in crate::config) fn params(self) -> &'static [&'static str] {
        match self {
            Self::Average => &["weights"],
            Self::Quantile | Self::Percentile => &["q"],
            Self::Var | Self::Std => &["ddof"],
            _ => &[],
        }
    }

    /// The largest `q`.
    pub(in crate::config) fn q_max(self) -> f64 {
        if self == Self::Percentile { 100.0 } else { 1.0 }
    }
}

/// The SQL of an aggregate over values that are one number for each row.
pub(in crate::config) fn call(aggregate: Aggregate, x: Value, params: Params) -> Value {
    let over_double =
        |name, x: Value| Value::double(Sql::call1(name, x.into_double()), Level::Cell);
    let as_is = |name, x: Value| Value {
        double: x.double,
        level: Level::Cell,
        ty: Type::Number,
        sql: Sql::call1(name, x.sql),
    };
    let quantile = |x: Value, q: f64| {
        Value::double(Sql::Call("quantile", vec![x.sql, Sql::Number(q)]), Level::Cell)
    };
    let count = |x: Sql| Value {
        sql: Sql::call1("count", x),
        level: Level::Cell,
        ty: Type::Number,
        double: false,
    };
    // Functions that take their argument as a double by themselves.
    let doubled = |name, x: Value| Value::double(Sql::call1(name, x.sql), Level::Cell);
    let sample = params.ddof == Some(1);
    match (aggregate, params.weights, params.q) {
        (Aggregate::Count, ..) => count(x.sql),
        (Aggregate::CountNonzero, ..) => {
            let condition = match x.ty {
                Type::Condition => x.sql,
                Type::Number => Sql::binary(Infix::Ne, x.sql, Sql::Integer("0".to_owned())),
            };
            count(Sql::case(condition, Sql::Integer("1".to_owned())))
        }
        (Aggregate::Min, ..) => as_is("min", x),
        (Aggregate::Max, ..) => as_is("max", x),
        (Aggregate::Sum, ..) => over_double("sum", x),
        (Aggregate::Var, ..) if sample => over_double("var_samp", x),
        (Aggregate::Var, ..) => doubled("stable_var", x),
        (Aggregate::Std, ..) if sample => over_double("stddev_samp", x),
        (Aggregate::Std, ..) => doubled("stable_std", x),
        (Aggregate::Average, Some(weights), _) => {
            Value::double(Sql::Call("weighted_avg", vec![x.sql, weights.sql]), Level::Cell)
        }
        (Aggregate::Mean | Aggregate::Average, ..) => over_double("avg", x),
        (Aggregate::Percentile, _, Some(q)) => quantile(x, q / 100.0),
        (Aggregate::Quantile, _, Some(q)) => quantile(x, q),
        (Aggregate::Median | Aggregate::Percentile | Aggregate::Quantile, ..) => quantile(x, 0.5),
    }
}

/// A call in an expression.
pub(super) fn lower(
    scope: &Scope<'_>,
    aggregate: Aggregate,
    expr: &Expr,
    args: &[Arg],
) -> Result<Value> {
    let (values, rest) = bind(aggregate, expr, args)?;
    let mut params = Params::default();
    for (name, written) in rest {
        match name {
            "weights" => params.weights = Some(scope.number(written, Place::Weights)?),
            "q" => {
                params.q = Some(
                    number(&scope.number(written, Place::Inside)?, 0.0, aggregate.q_max())
                        .ok_or_else(|| {
                            written
                                .trouble(format!("`q` is a number from 0 to {}", aggregate.q_max()))
                        })?,
                )
            }
            _ => {
                params.ddof = Some(
                    ddof(&scope.number(written, Place::Inside)?)
                        .ok_or_else(|| written.trouble("`ddof` is 0 or 1"))?,
                )
            }
        }
    }
    if params.q.is_none() && matches!(aggregate, Aggregate::Quantile | Aggregate::Percentile) {
        return Err(expr.trouble("the argument `q` is missing"));
    }
    let x = scope.lower(values, Place::Inside)?;
    if x.level == Level::Constant {
        return Err(values.trouble("an aggregate needs a column"));
    }
    let ordered = !matches!(
        aggregate,
        Aggregate::Count | Aggregate::CountNonzero | Aggregate::Sum | Aggregate::Mean
    );
    if x.ty == Type::Condition && ordered {
        return Err(values.trouble("this is a condition, and a number is needed"));
    }
    Ok(call(aggregate, x, params))
}

/// The number a parameter is written as, if it lies within the bounds.
fn number(value: &Value, low: f64, high: f64) -> Option<f64> {
    value.sql.literal().filter(|x| (low..=high).contains(x))
}

fn ddof(value: &Value) -> Option<u8> {
    match number(value, 0.0, 1.0)? {
        0.0 => Some(0),
        1.0 => Some(1),
        _ => None,
    }
}

type Bound<'a> = (&'a Expr, Vec<(&'static str, &'a Expr)>);

/// Which argument is which. `weights` and `ddof` have other arguments before them in numpy, and so
/// need their names.
fn bind<'a>(aggregate: Aggregate, expr: &Expr, args: &'a [Arg]) -> Result<Bound<'a>> {
    let mut values = None;
    let mut rest: Vec<(&'static str, &'a Expr)> = Vec::new();
    for (i, arg) in args.iter().enumerate() {
        let name = match &arg.keyword {
            None if i == 0 => "a",
            None if i == 1 && aggregate.params() == ["q"] => "q",
            None => return Err(arg.value.trouble("too many arguments without a name")),
            Some((keyword, span)) => {
                let known = aggregate.params().iter().copied().chain(["a"]);
                known.clone().find(|k| k == keyword).ok_or_else(|| {
                    let hint = suggest::hint(keyword, known);
                    Trouble::new(span.clone(), format!("unknown argument `{keyword}`{hint}"))
                })?
            }
        };
        let twice = if name == "a" {
            values.replace(&arg.value).is_some()
        } else {
            let seen = rest.iter().any(|(n, _)| *n == name);
            rest.push((name, &arg.value));
            seen
        };
        if twice {
            return Err(arg.value.trouble(format!("the argument `{name}` is given twice")));
        }
    }
    let values = values.ok_or_else(|| expr.trouble("an aggregate needs a column"))?;
    Ok((values, rest))
}

/// The aggregate and column of an expression that is nothing but an aggregate of a column.
pub(super) fn simple(expr: &Expr, columns: &[Column]) -> Option<(Aggregate, String)> {
    let Kind::Call { name, args, .. } = &expr.kind else { return None };
    let Some(names::Callee::Aggregate(aggregate)) = names::callee(name) else { return None };
    let Kind::Name(column) = &args.first()?.value.kind else { return None };
    let known = lower::column_names(columns).contains(&column.as_str());
    known.then(|| (aggregate, column.clone()))
}

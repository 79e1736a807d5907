//! The tree as written to SQL, with the checks on what is one value per row or per cell.

use std::ops::Range;

use super::ast::{Expr, Kind, Op, Trouble};
use super::names::{self, Callee};
use super::tree::{Infix, Sql};
use super::{aggregate, arithmetic, elementwise};
use crate::config::source::Column;
use crate::config::{sql, suggest};

type Result<T> = std::result::Result<T, Trouble>;

/// How many values an expression stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Level {
    Constant,
    Row,
    Cell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Type {
    Number,
    Condition,
}

/// Where an expression stands; it decides which functions may be used and what an undefined
/// value becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Place {
    /// Around the aggregates.
    Outside,
    /// The argument of an aggregate.
    Inside,
    /// The weights of an average, which skips weights that are not finite by itself.
    Weights,
    /// A condition on rows.
    Filter,
}

/// SQL and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::config) struct Value {
    pub(in crate::config) sql: Sql,
    pub(in crate::config) level: Level,
    pub(in crate::config) ty: Type,
    /// Whether the SQL is known to be DOUBLE. Columns, and what keeps their type, are not.
    pub(super) double: bool,
}

impl Place {
    /// Whether a zero divisor gives NULL.
    pub(super) fn guards_division(self) -> bool {
        self != Self::Weights
    }

    /// Whether an argument outside a function's domain gives NULL. Around the aggregates NaN may
    /// stand, since it is stored as an empty cell.
    pub(super) fn guards_domain(self) -> bool {
        matches!(self, Self::Inside | Self::Filter)
    }
}

impl Value {
    pub(in crate::config) fn column(name: &str) -> Self {
        let sql = Sql::Column(sql::identifier(name));
        Self { sql, level: Level::Row, ty: Type::Number, double: false }
    }

    /// A number in double precision.
    pub(super) fn double(sql: Sql, level: Level) -> Self {
        Self { sql, level, ty: Type::Number, double: true }
    }

    pub(super) fn condition(sql: Sql, level: Level) -> Self {
        Self { sql, level, ty: Type::Condition, double: false }
    }

    /// The SQL as DOUBLE; a condition counts as 0 or 1.
    pub(super) fn into_double(self) -> Sql {
        if self.double { self.sql } else { self.sql.double() }
    }
}

pub(super) struct Scope<'a> {
    columns: Vec<&'a str>,
}

/// The declared columns, and the position that every table has.
pub(in crate::config) fn column_names(columns: &[Column]) -> Vec<&str> {
    columns.iter().map(|c| c.name.as_str()).chain(["latitude", "longitude"]).collect()
}

impl<'a> Scope<'a> {
    pub(super) fn new(columns: &'a [Column]) -> Self {
        Self { columns: column_names(columns) }
    }

    pub(super) fn lower(&self, expr: &Expr, place: Place) -> Result<Value> {
        match &expr.kind {
            Kind::Number(value, _) => Ok(Value::double(Sql::Number(*value), Level::Constant)),
            Kind::Name(name) => self.name(name, expr),
            Kind::Negative(inner) => Ok(arithmetic::negative(self.number(inner, place)?)),
            Kind::Invert(inner) => {
                let value = self.condition(inner, "~", place)?;
                Ok(Value::condition(arithmetic::not(value.sql), value.level))
            }
            Kind::Binary(op @ (Op::BitAnd | Op::BitOr), a, b) => {
                let (left, right) = (
                    self.condition(a, op.symbol(), place)?,
                    self.condition(b, op.symbol(), place)?,
                );
                let level = join(&left, &right, &expr.span)?;
                let infix = if *op == Op::BitAnd { Infix::And } else { Infix::Or };
                Ok(Value::condition(Sql::binary(infix, left.sql, right.sql), level))
            }
            Kind::Binary(op, a, b) => {
                let (left, right) = (self.lower(a, place)?, self.lower(b, place)?);
                let level = join(&left, &right, &expr.span)?;
                match comparison(*op) {
                    Some(infix) => compare(infix, (a, left), (b, right), level),
                    None => arithmetic::binary(*op, left, (right, b), level, place),
                }
            }
            Kind::Call { name, name_span, args } => match names::callee(name) {
                Some(Callee::Elementwise(f)) => elementwise::call(self, f, expr, args, place),
                Some(Callee::Aggregate(_)) if place != Place::Outside => {
                    Err(Trouble::new(name_span.clone(), misplaced(name, place)))
                }
                Some(Callee::Aggregate(a)) => aggregate::lower(self, a, expr, args),
                None => Err(Trouble::new(name_span.clone(), self.unknown_function(name))),
            },
        }
    }

    /// A number, where a condition would be a slip.
    pub(super) fn number(&self, expr: &Expr, place: Place) -> Result<Value> {
        let value = self.lower(expr, place)?;
        match value.ty {
            Type::Number => Ok(value),
            Type::Condition => Err(expr.trouble("this is a condition, and a number is needed")),
        }
    }

    pub(super) fn condition(&self, expr: &Expr, user: &str, place: Place) -> Result<Value> {
        let value = self.lower(expr, place)?;
        match value.ty {
            Type::Condition => Ok(value),
            Type::Number => Err(expr.trouble(format!(
                "`{user}` needs conditions, and this is a number; `&` and `|` bind tighter than \
                 comparisons, so put each comparison in parentheses"
            ))),
        }
    }

    fn name(&self, name: &str, expr: &Expr) -> Result<Value> {
        if self.columns.contains(&name) {
            return Ok(Value::column(name));
        }
        match names::constant(name) {
            Some(x) if x.is_nan() => Ok(Value::double(Sql::Null.double(), Level::Constant)),
            Some(x) => Ok(Value::double(Sql::Number(x), Level::Constant)),
            None if names::callee(name).is_some() => {
                Err(expr.trouble(format!("`{name}` is a function: write `{name}(…)`")))
            }
            None => Err(expr.trouble(format!("unknown column `{name}`{}", self.hint(name)))),
        }
    }

    fn unknown_function(&self, name: &str) -> String {
        if self.columns.contains(&name) {
            return format!("`{name}` is a column, not a function");
        }
        match name.split_once('.') {
            Some((column, method)) if self.columns.contains(&column) => {
                format!("methods are not supported; write `np.{method}({column})`")
            }
            _ => format!("unknown function `{name}`{}", self.hint(name)),
        }
    }

    /// The nearest column or function; for a name like none of them, the columns.
    fn hint(&self, name: &str) -> String {
        let functions = names::spelled_out();
        let all = self.columns.iter().copied().chain(functions.iter().map(String::as_str));
        match suggest::nearest(name, all) {
            Some(near) => format!("; did you mean `{near}`?"),
            None if names::callee(&format!("np.{name}")).is_some() => {
                format!("; did you mean `np.{name}`?")
            }
            None => format!("; columns: `{}`", self.columns.join("`, `")),
        }
    }
}

/// The level of what combines two values.
pub(super) fn join(a: &Value, b: &Value, span: &Range<usize>) -> Result<Level> {
    match (a.level, b.level) {
        (Level::Constant, level) | (level, Level::Constant) => Ok(level),
        (x, y) if x == y => Ok(x),
        _ => Err(Trouble::new(
            span.clone(),
            "this mixes a column (one value for each row) with an aggregate (one for each cell); \
             put an aggregate around the column",
        )),
    }
}

fn misplaced(name: &str, place: Place) -> String {
    let reason = match place {
        Place::Weights => "weights are one number for each row",
        Place::Filter => "a filter looks at one row",
        Place::Inside | Place::Outside => "an aggregate cannot stand within another one",
    };
    format!("`{name}` is an aggregate, and {reason}")
}

fn comparison(op: Op) -> Option<Infix> {
    Some(match op {
        Op::Eq => Infix::Eq,
        Op::Ne => Infix::Ne,
        Op::Lt => Infix::Lt,
        Op::Le => Infix::Le,
        Op::Gt => Infix::Gt,
        Op::Ge => Infix::Ge,
        _ => return None,
    })
}

/// Columns are compared as they are, and with whole numbers as written, so that a filter on an
/// integer column stays one on integers and can be pushed down to the scan.
fn compare(op: Infix, a: (&Expr, Value), b: (&Expr, Value), level: Level) -> Result<Value> {
    for (expr, value) in [&a, &b] {
        if value.ty == Type::Condition {
            return Err(expr.trouble("this is a condition, and numbers are compared"));
        }
    }
    let bare = !a.1.double || !b.1.double;
    let side =
        |(expr, value): (&Expr, Value)| whole_number(expr).filter(|_| bare).unwrap_or(value.sql);
    Ok(Value::condition(Sql::binary(op, side(a), side(b)), level))
}

fn whole_number(expr: &Expr) -> Option<Sql> {
    match &expr.kind {
        Kind::Number(_, Some(digits)) => Some(Sql::Integer(digits.clone())),
        Kind::Negative(inner) => whole_number(inner).map(|x| Sql::Negative(Box::new(x))),
        _ => None,
    }
}

//! numpy's elementwise functions.

use super::arithmetic::{self, Domain};
use super::ast::{Arg, Expr, Trouble};
use super::lower::{self, Place, Scope, Type, Value};
use super::tree::{Infix, Sql};

type Result<T> = std::result::Result<T, Trouble>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// One argument, one SQL function.
    Plain(&'static str, Domain),
    Square,
    Power,
    Arctan2,
    Maximum,
    Minimum,
    Where,
    IsNan,
    IsFinite,
    Float32,
    Float64,
}

impl Function {
    /// By numpy's name, without `np.`.
    pub(super) fn named(name: &str) -> Option<Self> {
        use Domain::{All, NotNegative, Positive, UpToOne};
        let plain = |sql, domain| Some(Self::Plain(sql, domain));
        match name {
            "sqrt" => plain("sqrt", NotNegative),
            "cbrt" => plain("cbrt", All),
            "exp" => plain("exp", All),
            "log" => plain("ln", Positive),
            "log2" => plain("log2", Positive),
            "log10" => plain("log10", Positive),
            "abs" | "absolute" | "fabs" => plain("abs", All),
            "sign" => plain("signum", All),
            "floor" => plain("floor", All),
            "ceil" => plain("ceil", All),
            "trunc" | "fix" | "int" => plain("trunc", All),
            "sin" => plain("sin", All),
            "cos" => plain("cos", All),
            "tan" => plain("tan", All),
            "arcsin" => plain("asin", UpToOne),
            "arccos" => plain("acos", UpToOne),
            "arctan" => plain("atan", All),
            "sinh" => plain("sinh", All),
            "cosh" => plain("cosh", All),
            "tanh" => plain("tanh", All),
            "degrees" | "rad2deg" => plain("degrees", All),
            "radians" | "deg2rad" => plain("radians", All),
            "square" => Some(Self::Square),
            "power" => Some(Self::Power),
            "arctan2" => Some(Self::Arctan2),
            "maximum" => Some(Self::Maximum),
            "minimum" => Some(Self::Minimum),
            "where" => Some(Self::Where),
            "isnan" => Some(Self::IsNan),
            "isfinite" => Some(Self::IsFinite),
            "float32" => Some(Self::Float32),
            "float64" | "float" => Some(Self::Float64),
            _ => None,
        }
    }

    fn arguments(self) -> usize {
        match self {
            Self::Where => 3,
            Self::Power | Self::Arctan2 | Self::Maximum | Self::Minimum => 2,
            _ => 1,
        }
    }
}

pub(super) fn call(
    scope: &Scope<'_>,
    function: Function,
    expr: &Expr,
    args: &[Arg],
    place: Place,
) -> Result<Value> {
    if let Some((keyword, span)) = args.iter().find_map(|a| a.keyword.as_ref()) {
        let message = format!("this function takes no argument named `{keyword}`");
        return Err(Trouble::new(span.clone(), message));
    }
    let values: Vec<&Expr> = args.iter().map(|a| &a.value).collect();
    match (function, values.as_slice()) {
        (Function::Where, [condition, a, b]) => choose(scope, expr, [condition, a, b], place),
        (_, [a, b]) if function.arguments() == 2 => two(scope, function, expr, (a, b), place),
        (_, [x]) if function.arguments() == 1 => one(function, scope.number(x, place)?, x, place),
        _ => Err(expr.trouble(format!(
            "this function takes {} argument{}, and {} {} given",
            function.arguments(),
            if function.arguments() == 1 { "" } else { "s" },
            args.len(),
            if args.len() == 1 { "is" } else { "are" },
        ))),
    }
}

fn one(function: Function, x: Value, written: &Expr, place: Place) -> Result<Value> {
    let level = x.level;
    Ok(match function {
        Function::Plain(name, domain) => {
            let x = x.into_double();
            if domain != Domain::All {
                arithmetic::repeatable(&x, written)?;
            }
            Value::double(arithmetic::within_domain(name, domain, x, place), level)
        }
        Function::Square => Value::double(arithmetic::square(x.into_double()), level),
        Function::Float32 => {
            let single = Sql::Cast(Box::new(x.sql), "FLOAT");
            Value::double(single.double(), level)
        }
        // NaN is NULL in columns; a computed value can be either.
        Function::IsNan if x.double => {
            let nan = Sql::call1("isnan", x.sql);
            Value::condition(Sql::Call("coalesce", vec![nan, Sql::True]), level)
        }
        Function::IsNan => Value::condition(Sql::IsNull(Box::new(x.sql)), level),
        Function::IsFinite => {
            arithmetic::repeatable(&x.sql, written)?;
            let known = Sql::IsNotNull(Box::new(x.sql.clone()));
            let size = Sql::call1("abs", x.into_double());
            let bounded = Sql::binary(Infix::Le, size, Sql::Number(f64::MAX));
            Value::condition(Sql::binary(Infix::And, known, bounded), level)
        }
        _ => Value::double(x.into_double(), level),
    })
}

fn two(
    scope: &Scope<'_>,
    function: Function,
    expr: &Expr,
    (a, b): (&Expr, &Expr),
    place: Place,
) -> Result<Value> {
    let (x, y) = (scope.number(a, place)?, scope.number(b, place)?);
    let level = lower::join(&x, &y, &expr.span)?;
    let (x, y) = (x.into_double(), y.into_double());
    let sql = match function {
        Function::Power => arithmetic::power(x, y, b, place)?,
        Function::Maximum => extreme(Infix::Ge, x, y, expr)?,
        Function::Minimum => extreme(Infix::Le, x, y, expr)?,
        _ => Sql::Call("atan2", vec![x, y]),
    };
    Ok(Value::double(sql, level))
}

/// The larger or smaller of two, and NULL when either is: SQL's own `greatest` skips NULL.
fn extreme(op: Infix, x: Sql, y: Sql, written: &Expr) -> Result<Sql> {
    arithmetic::repeatable(&x, written)?;
    arithmetic::repeatable(&y, written)?;
    let first = (Sql::binary(op, x.clone(), y.clone()), x.clone());
    let second = (Sql::binary(op, y.clone(), x), y);
    Ok(Sql::Case(vec![first, second], None))
}

fn choose(
    scope: &Scope<'_>,
    expr: &Expr,
    [condition, a, b]: [&Expr; 3],
    place: Place,
) -> Result<Value> {
    let test = scope.lower(condition, place)?;
    if test.ty != Type::Condition {
        return Err(condition.trouble("`np.where` begins with a condition, and this is a number"));
    }
    let (x, y) = (scope.number(a, place)?, scope.number(b, place)?);
    let chosen = Value { level: lower::join(&x, &y, &expr.span)?, ..x.clone() };
    let level = lower::join(&test, &chosen, &expr.span)?;
    let arms = vec![(test.sql, x.into_double())];
    Ok(Value::double(Sql::Case(arms, Some(Box::new(y.into_double()))), level))
}

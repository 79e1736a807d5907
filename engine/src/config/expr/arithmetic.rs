//! numpy's arithmetic in SQL, bit for bit where it is defined.

use super::ast::{Expr, Op, Trouble};
use super::lower::{Level, Place, Value};
use super::tree::{Infix, Sql};

type Result<T> = std::result::Result<T, Trouble>;

/// Largest base of a square that is written out as a product, in nodes.
const MAX_SQUARE: usize = 9;
/// Largest expression that is written more than once, in nodes.
const MAX_REPEATED: usize = 200;

pub(super) fn binary(
    op: Op,
    left: Value,
    (right, written): (Value, &Expr),
    level: Level,
    place: Place,
) -> Result<Value> {
    let (a, b) = (left.into_double(), right.into_double());
    let sql = match op {
        Op::Add => Sql::binary(Infix::Add, a, b),
        Op::Sub => Sql::binary(Infix::Sub, a, b),
        Op::Mul => Sql::binary(Infix::Mul, a, b),
        Op::Div => Sql::binary(Infix::Div, a, divisor(b, place)),
        Op::Mod => modulo(a, divisor(b, place), written)?,
        Op::FloorDiv => {
            let b = divisor(b, place);
            let rest = modulo(a.clone(), b.clone(), written)?;
            // numpy rounds (a - a mod b) / b, which is a whole number but for its last bits.
            let whole = Sql::binary(Infix::Sub, a, rest);
            Sql::call1("round", Sql::binary(Infix::Div, whole, b))
        }
        _ => power(a, b, written, place)?,
    };
    Ok(Value::double(sql, level))
}

/// A sign before a literal belongs to it.
pub(super) fn negative(value: Value) -> Value {
    if value.level == Level::Constant
        && let Sql::Number(x) = value.sql
    {
        return Value::double(Sql::Number(-x), Level::Constant);
    }
    let level = value.level;
    Value::double(Sql::Negative(Box::new(value.into_double())), level)
}

pub(super) fn not(condition: Sql) -> Sql {
    match condition {
        Sql::IsNull(x) => Sql::IsNotNull(x),
        Sql::IsNotNull(x) => Sql::IsNull(x),
        Sql::Not(x) => *x,
        other => Sql::Not(Box::new(other)),
    }
}

/// Python's `**`. numpy computes the exponents 2, 0.5, -1 and 1 as product, root, quotient and
/// the base itself, and so do we.
pub(super) fn power(base: Sql, exponent: Sql, written: &Expr, place: Place) -> Result<Sql> {
    let Some(p) = exponent.literal() else {
        if base.literal().is_some_and(|x| x > 0.0) {
            return Ok(Sql::Call("power", vec![base, exponent]));
        }
        return Err(written.trouble("an exponent is a number, unless the base is a positive one"));
    };
    if p == 1.0 {
        return Ok(base);
    }
    if p == 2.0 {
        return Ok(square(base));
    }
    if p == 0.5 {
        return Ok(within_domain("sqrt", Domain::NotNegative, base, place));
    }
    if p == -1.0 {
        return Ok(Sql::binary(Infix::Div, Sql::Number(1.0), divisor(base, place)));
    }
    if p.fract() != 0.0 && place.guards_domain() {
        let least = if p < 0.0 { Infix::Gt } else { Infix::Ge };
        repeatable(&base, written)?;
        let defined = Sql::binary(least, base.clone(), Sql::Number(0.0));
        return Ok(Sql::case(defined, Sql::Call("power", vec![base, exponent])));
    }
    let base = if p < 0.0 { divisor(base, place) } else { base };
    Ok(Sql::Call("power", vec![base, exponent]))
}

/// A short base times itself, as numpy has it; `power` for a long one, equal but for a last bit.
pub(super) fn square(base: Sql) -> Sql {
    if base.size() <= MAX_SQUARE {
        Sql::binary(Infix::Mul, base.clone(), base)
    } else {
        Sql::Call("power", vec![base, Sql::Number(2.0)])
    }
}

/// A divisor that gives NULL when it is zero, unless it is a number that is not.
pub(super) fn divisor(b: Sql, place: Place) -> Sql {
    match b.literal() {
        Some(x) if x != 0.0 => b,
        _ if place.guards_division() => Sql::Call("nullif", vec![b, Sql::Number(0.0)]),
        _ => b,
    }
}

/// Arguments for which a function is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    All,
    NotNegative,
    Positive,
    UpToOne,
}

/// A function of one argument; within a row it is NULL outside its domain.
pub(super) fn within_domain(function: &'static str, domain: Domain, x: Sql, place: Place) -> Sql {
    let call = Sql::call1(function, x.clone());
    if !place.guards_domain() || x.size() > MAX_REPEATED {
        return call;
    }
    let zero = || Sql::Number(0.0);
    match domain {
        Domain::All => call,
        Domain::NotNegative => Sql::case(Sql::binary(Infix::Ge, x, zero()), call),
        Domain::Positive => Sql::case(Sql::binary(Infix::Gt, x, zero()), call),
        Domain::UpToOne => {
            let size = Sql::call1("abs", x);
            Sql::case(Sql::binary(Infix::Le, size, Sql::Number(1.0)), call)
        }
    }
}

/// Python's `%` has the sign of the divisor, SQL's that of the dividend.
fn modulo(a: Sql, b: Sql, written: &Expr) -> Result<Sql> {
    repeatable(&a, written)?;
    repeatable(&b, written)?;
    let rest = Sql::binary(Infix::Rem, a, b.clone());
    let apart =
        Sql::binary(Infix::Lt, Sql::binary(Infix::Mul, rest.clone(), b.clone()), Sql::Number(0.0));
    let moved = Sql::binary(Infix::Add, rest.clone(), b);
    Ok(Sql::Case(vec![(apart, moved)], Some(Box::new(rest))))
}

/// Refuses to write a long expression several times.
pub(super) fn repeatable(sql: &Sql, written: &Expr) -> Result<()> {
    if sql.size() <= MAX_REPEATED {
        return Ok(());
    }
    Err(written.trouble("the expression is too long to be written as SQL"))
}

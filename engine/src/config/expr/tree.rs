//! SQL expressions, printed with the parentheses they need and no others.

use std::fmt::{self, Formatter};

#[derive(Debug, Clone, PartialEq)]
pub(in crate::config) enum Sql {
    /// An identifier, quoted where it has to be.
    Column(String),
    Number(f64),
    /// A whole number as written.
    Integer(String),
    True,
    Null,
    /// To another type, as `DOUBLE`.
    Cast(Box<Sql>, &'static str),
    Negative(Box<Sql>),
    Not(Box<Sql>),
    IsNull(Box<Sql>),
    IsNotNull(Box<Sql>),
    Binary(Infix, Box<Sql>, Box<Sql>),
    Call(&'static str, Vec<Sql>),
    Case(Vec<(Sql, Sql)>, Option<Box<Sql>>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Infix {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

impl Infix {
    fn symbol(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::And => "AND",
            Self::Eq => "=",
            Self::Ne => "<>",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
        }
    }

    fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge => 5,
            Self::Add | Self::Sub => 6,
            Self::Mul | Self::Div | Self::Rem => 7,
        }
    }
}

const NOT: u8 = 3;
const IS: u8 = 4;
const SIGN: u8 = 8;
const ATOM: u8 = 9;

impl Sql {
    pub(super) fn binary(op: Infix, left: Self, right: Self) -> Self {
        Self::Binary(op, Box::new(left), Box::new(right))
    }

    pub(super) fn call1(name: &'static str, arg: Self) -> Self {
        Self::Call(name, vec![arg])
    }

    pub(super) fn case(condition: Self, then: Self) -> Self {
        Self::Case(vec![(condition, then)], None)
    }

    pub(super) fn double(self) -> Self {
        Self::Cast(Box::new(self), "DOUBLE")
    }

    /// The value, if it is written as a number.
    pub(super) fn literal(&self) -> Option<f64> {
        match self {
            Self::Number(x) => Some(*x),
            Self::Integer(digits) => digits.parse().ok(),
            Self::Negative(inner) => inner.literal().map(|x| -x),
            _ => None,
        }
    }

    /// Number of nodes, to bound what is written twice.
    pub(super) fn size(&self) -> usize {
        1 + match self {
            Self::Column(_) | Self::Number(_) | Self::Integer(_) | Self::True | Self::Null => 0,
            Self::Cast(x, _)
            | Self::Negative(x)
            | Self::Not(x)
            | Self::IsNull(x)
            | Self::IsNotNull(x) => x.size(),
            Self::Binary(_, a, b) => a.size() + b.size(),
            Self::Call(_, args) => args.iter().map(Self::size).sum(),
            Self::Case(arms, other) => {
                let arms: usize = arms.iter().map(|(c, v)| c.size() + v.size()).sum();
                arms + other.as_ref().map_or(0, |x| x.size())
            }
        }
    }

    fn precedence(&self) -> u8 {
        match self {
            Self::Binary(op, ..) => op.precedence(),
            Self::Not(_) => NOT,
            Self::IsNull(_) | Self::IsNotNull(_) => IS,
            Self::Negative(_) => SIGN,
            Self::Number(x) if x.is_sign_negative() => SIGN,
            _ => ATOM,
        }
    }

    fn at_least(&self, least: u8, f: &mut Formatter<'_>) -> fmt::Result {
        if self.precedence() < least { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) | Self::Integer(name) => f.write_str(name),
            Self::Number(x) => write!(f, "{x:?}"),
            Self::True => f.write_str("true"),
            Self::Null => f.write_str("NULL"),
            Self::Cast(x, to) => write!(f, "CAST({x} AS {to})"),
            // A sign is never put before another one: `--` begins a comment.
            Self::Negative(x) => {
                f.write_str("-")?;
                x.at_least(ATOM, f)
            }
            Self::Not(x) => {
                f.write_str("NOT ")?;
                x.at_least(ATOM, f)
            }
            Self::IsNull(x) => {
                x.at_least(ATOM, f)?;
                f.write_str(" IS NULL")
            }
            Self::IsNotNull(x) => {
                x.at_least(ATOM, f)?;
                f.write_str(" IS NOT NULL")
            }
            Self::Binary(op, a, b) => {
                let own = op.precedence();
                let chain = matches!(op, Infix::And | Infix::Or);
                let comparison = own == Infix::Eq.precedence();
                a.at_least(own + u8::from(comparison), f)?;
                write!(f, " {} ", op.symbol())?;
                let signed = b.precedence() == SIGN && !comparison;
                b.at_least(if signed { ATOM } else { own + u8::from(!chain) }, f)
            }
            Self::Call(name, args) => {
                write!(f, "{name}(")?;
                for (i, arg) in args.iter().enumerate() {
                    write!(f, "{}{arg}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Self::Case(arms, other) => {
                f.write_str("CASE")?;
                for (condition, value) in arms {
                    write!(f, " WHEN {condition} THEN {value}")?;
                }
                if let Some(other) = other {
                    write!(f, " ELSE {other}")?;
                }
                f.write_str(" END")
            }
        }
    }
}

//! The expression as written.

use std::ops::Range;

/// A part of an expression, and its bytes in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A literal, and its digits if it is a whole number.
    Number(f64, Option<String>),
    /// A column or constant, with dots as written.
    Name(String),
    Negative(Box<Expr>),
    /// `~`
    Invert(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
    Call {
        name: String,
        name_span: Range<usize>,
        args: Vec<Arg>,
    },
}

/// An argument, with its keyword if it has one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arg {
    pub(super) keyword: Option<(String, Range<usize>)>,
    pub(super) value: Expr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    BitAnd,
    BitOr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// What is wrong, and at which bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Trouble {
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

impl Trouble {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

impl Expr {
    pub(super) fn trouble(&self, message: impl Into<String>) -> Trouble {
        Trouble::new(self.span.clone(), message)
    }
}

impl Op {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::FloorDiv => "//",
            Self::Mod => "%",
            Self::Pow => "**",
            Self::BitAnd => "&",
            Self::BitOr => "|",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
}

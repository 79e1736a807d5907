//! numpy expressions, parsed and written out as SQL. Nothing is evaluated.
//!
//! Three kinds of text: an *aggregate expression* gives one number for each cell
//! (`1.0 / np.sqrt(np.sum(1.0 / s_li**2))`), *weights* one number for each row (`1.0 / s_li**2`), a
//! *filter* one condition for each row (`(h_li > 0) & ~np.isnan(s_li)`). Precedence is Python's:
//! `**` associates to the right and binds tighter than a minus before it, `&` and `|` bind
//! tighter than comparisons.

mod aggregate;
mod arithmetic;
mod ast;
mod elementwise;
mod lex;
mod lower;
mod names;
mod parse;
mod tree;

use super::error::{ConfigErrorKind, Fault};
use super::node::Node;
use super::source::Column;

pub(super) use aggregate::{Aggregate, Params, call};
pub(super) use ast::Trouble;
pub(super) use lower::{Level, Place, Type, Value};
pub(super) use names::{AGGREGATE_NAMES, aggregate_named};

use lower::Scope;

type Result<T> = std::result::Result<T, ConfigErrorKind>;

/// One number for each cell, and the aggregate and column if it is nothing more than that.
pub(super) fn aggregate(
    node: &Node<'_>,
    columns: &[Column],
) -> Result<(String, Option<(Aggregate, String)>)> {
    let text = node.str()?;
    let run = || {
        let ast = parse::parse(text)?;
        let value = Scope::new(columns).lower(&ast, Place::Outside)?;
        if value.ty == Type::Condition {
            return Err(ast.trouble("this is a condition, and a number for each cell is needed"));
        }
        match value.level {
            Level::Cell => Ok((value.sql.to_string(), aggregate::simple(&ast, columns))),
            Level::Row => Err(ast.trouble(
                "this gives one value for each row; put an aggregate around the columns, as \
                 `np.mean(…)`",
            )),
            Level::Constant => {
                Err(ast.trouble("this uses no column, and so gives nothing for a cell"))
            }
        }
    };
    run().map_err(|t| explain(node, text, t))
}

/// One number for each row, to weigh it by.
pub(super) fn weights(node: &Node<'_>, columns: &[Column]) -> Result<Value> {
    let text = node.str()?;
    let run = || {
        let ast = parse::parse(text)?;
        let value = Scope::new(columns).lower(&ast, Place::Weights)?;
        match value.ty {
            Type::Number => Ok(value),
            Type::Condition => Err(ast.trouble("this is a condition, and weights are numbers")),
        }
    };
    run().map_err(|t| explain(node, text, t))
}

/// One condition for each row.
pub(super) fn filter(node: &Node<'_>, columns: &[Column]) -> Result<String> {
    let text = node.str()?;
    let run = || {
        let ast = parse::parse(text)?;
        let value = Scope::new(columns).lower(&ast, Place::Filter)?;
        match (value.ty, value.level) {
            (Type::Number, _) => {
                Err(ast.trouble("this is a number, and a filter is a condition, as `h_li > 0`"))
            }
            (_, Level::Constant) => Err(ast.trouble("this uses no column")),
            _ => Ok(value.sql.to_string()),
        }
    };
    run().map_err(|t| explain(node, text, t))
}

/// A column by its name, as a variable's `source` gives it.
pub(super) fn column(node: &Node<'_>, columns: &[Column]) -> Result<(String, Value)> {
    let name = node.str()?;
    let known = lower::column_names(columns);
    if !known.contains(&name) {
        let hint = super::suggest::hint(name, known.iter().copied());
        return Err(node.invalid(format!("unknown column `{name}`{hint}")));
    }
    Ok((name.to_owned(), Value::column(name)))
}

/// Turns a place in the text into one on the line shown: any white space becomes one blank.
fn explain(node: &Node<'_>, text: &str, trouble: Trouble) -> ConfigErrorKind {
    let chars = |bytes: usize| text.char_indices().take_while(|(i, _)| *i < bytes).count();
    let (start, end) = (chars(trouble.span.start), chars(trouble.span.end));
    let line: String =
        text.trim_end().chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let width = end.saturating_sub(start).max(1);
    let fault = Fault { message: trouble.message, text: line, start, width };
    ConfigErrorKind::Expression { path: node.path.clone(), fault }
}

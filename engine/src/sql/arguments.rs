//! The arguments of table functions, which are constants.

use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;

/// Exactly `N` to `M` texts.
///
/// # Errors
/// If there are fewer or more, or one is no text. `usage` shows how the function is called.
pub(super) fn texts(
    usage: &str,
    arguments: &[Expr],
    least: usize,
    most: usize,
) -> Result<Vec<String>> {
    if !(least..=most).contains(&arguments.len()) {
        return plan_err!("expected {usage}, found {} arguments", arguments.len());
    }
    let text = |argument: &Expr| match argument {
        Expr::Literal(value, _) => match value {
            ScalarValue::Utf8(Some(text))
            | ScalarValue::LargeUtf8(Some(text))
            | ScalarValue::Utf8View(Some(text)) => Ok(text.clone()),
            other => plan_err!("expected {usage}: a text, found {other}"),
        },
        // `"f.h5"` is a column to SQL.
        Expr::Column(column) => {
            plan_err!("expected {usage}: write '{}' in single quotes", column.name)
        }
        other => plan_err!("expected {usage}: a text, found {other}"),
    };
    arguments.iter().map(text).collect()
}

//! The arguments of table functions, which are constants.

use arrow::datatypes::DataType;
use datafusion::common::{ScalarValue, plan_datafusion_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use zagg_udfs::cell::{CellError, Convention, check_order};

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

/// The constants that a table function of cells is called with, `least` to `most` of them.
///
/// # Errors
/// If there are fewer or more, or one is no constant. `usage` shows how the function is called.
pub(super) fn constants<'a>(
    usage: &str,
    arguments: &'a [Expr],
    least: usize,
    most: usize,
) -> Result<Vec<&'a ScalarValue>> {
    if !(least..=most).contains(&arguments.len()) {
        return plan_err!("expected {usage}, found {} arguments", arguments.len());
    }
    let constant = |argument: &'a Expr| match argument {
        Expr::Literal(value, _) => Ok(value),
        other => plan_err!("expected {usage}: a constant, found {other}"),
    };
    arguments.iter().map(constant).collect()
}

/// A constant HEALPix order; `None` for NULL.
///
/// # Errors
/// For what is no integer from 0 to 29. They name the function and the argument.
pub(super) fn order(function: &str, name: &str, value: &ScalarValue) -> Result<Option<u8>> {
    let wrong = |e: CellError| plan_datafusion_err!("{function}: {name}: {e}");
    let value = integer(function, name, value, "an integer", &DataType::Int64)?;
    let Some(ScalarValue::Int64(Some(order))) = value else { return Ok(None) };
    let order = u8::try_from(order).map_err(|_| wrong(CellError::Order { order }))?;
    check_order(order).map_err(wrong)?;
    Ok(Some(order))
}

/// A constant cell id; `None` for NULL.
///
/// # Errors
/// For what is no unsigned integer. They name the function and the argument.
pub(super) fn cell(function: &str, name: &str, value: &ScalarValue) -> Result<Option<u64>> {
    let value = integer(function, name, value, "an unsigned 64-bit integer", &DataType::UInt64)?;
    Ok(match value {
        Some(ScalarValue::UInt64(cell)) => cell,
        _ => None,
    })
}

/// A constant that is an integer as one of another type; `None` for NULL.
fn integer(
    function: &str,
    name: &str,
    value: &ScalarValue,
    expected: &str,
    to: &DataType,
) -> Result<Option<ScalarValue>> {
    if value.is_null() {
        return Ok(None);
    }
    let cast = Some(value).filter(|value| value.data_type().is_integer());
    // What does not fit becomes NULL, or an error, by the types.
    let cast = cast.and_then(|value| value.cast_to(to).ok()).filter(|value| !value.is_null());
    match cast {
        Some(cast) => Ok(Some(cast)),
        None => plan_err!("{function}: {name} is {value}, expected {expected}"),
    }
}

/// A constant convention, or the default where there is none.
///
/// # Errors
/// For any other text. They name the function.
pub(super) fn convention(function: &str, value: Option<&ScalarValue>) -> Result<Convention> {
    match value.map(ScalarValue::try_as_str) {
        None => Ok(Convention::default()),
        Some(Some(Some(name))) => {
            name.parse().map_err(|e: CellError| plan_datafusion_err!("{function}: convention: {e}"))
        }
        Some(_) => plan_err!("{function}: convention: expected 'authalic' or 'sphere'"),
    }
}

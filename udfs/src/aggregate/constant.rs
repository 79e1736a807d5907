//! Arguments that must be constants: the same value for all rows, known with the plan.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Schema};
use datafusion_common::tree_node::TreeNode;
use datafusion_common::{Result, ScalarValue, plan_err};
use datafusion_expr::function::AccumulatorArgs;
use datafusion_expr::{ColumnarValue, Expr};

/// The value of an argument of the logical plan: `None` while it is a placeholder that has no value yet.
pub(super) fn logical<'a>(
    function: &str,
    name: &str,
    argument: &'a Expr,
) -> Result<Option<&'a ScalarValue>> {
    match argument {
        Expr::Literal(value, _) => Ok(Some(value)),
        other if other.exists(|e| Ok(matches!(e, Expr::Placeholder(_))))? => Ok(None),
        other => plan_err!("{function}: {name} must be a constant, got {other}"),
    }
}

/// The value of the argument at `index` of a call in the physical plan.
pub(super) fn physical(
    function: &str,
    name: &str,
    args: &AccumulatorArgs,
    index: usize,
) -> Result<ScalarValue> {
    let Some(argument) = args.exprs.get(index) else {
        return plan_err!("{function}: {name} is missing, got {} arguments", args.exprs.len());
    };
    // A constant has the same value for every row, so also for one row without columns.
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options)?;
    match argument.evaluate(&row) {
        Ok(ColumnarValue::Scalar(value)) => Ok(value),
        Ok(ColumnarValue::Array(array)) => ScalarValue::try_from_array(&array, 0),
        Err(_) => plan_err!("{function}: {name} must be a constant, got {argument}"),
    }
}

/// A constant as a finite double.
pub(super) fn number(function: &str, name: &str, value: &ScalarValue) -> Result<f64> {
    match value.cast_to(&DataType::Float64)? {
        ScalarValue::Float64(Some(number)) if number.is_finite() => Ok(number),
        _ => plan_err!("{function}: {name} must be a finite number, got {value}"),
    }
}

/// A constant as a whole number.
pub(super) fn integer(function: &str, name: &str, value: &ScalarValue) -> Result<i64> {
    if value.data_type().is_integer()
        && let Ok(ScalarValue::Int64(Some(integer))) = value.cast_to(&DataType::Int64)
    {
        return Ok(integer);
    }
    plan_err!("{function}: {name} must be a whole number, got {value}")
}

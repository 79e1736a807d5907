//! What several aggregates ask of their arguments.

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion_common::{Result, plan_err};

/// DISTINCT would have to drop rows by their whole argument list, which none of these functions does.
pub(super) fn refuse_distinct(function: &str, distinct: bool) -> Result<()> {
    if distinct {
        return plan_err!("{function} does not take DISTINCT");
    }
    Ok(())
}

/// The column as doubles, without a copy where it holds them already.
pub(super) fn as_f64(array: &ArrayRef) -> Result<Float64Array> {
    match array.as_primitive_opt::<Float64Type>() {
        Some(array) => Ok(array.clone()),
        None => Ok(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone()),
    }
}

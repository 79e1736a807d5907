//! The functions called as a plan calls them: types coerced, result field asked for, then invoked.

mod calls;
mod digests;
mod outlines;
mod planning;
mod position;
mod times;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{ArrowPrimitiveType, Field, FieldRef, UInt64Type};
use datafusion_common::config::ConfigOptions;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF};

pub(super) fn function(name: &str) -> Arc<ScalarUDF> {
    super::scalar_functions().into_iter().find(|f| f.name() == name).unwrap()
}

/// A constant.
pub(super) fn lit(value: impl Into<ScalarValue>) -> ColumnarValue {
    ColumnarValue::Scalar(value.into())
}

/// A column.
pub(super) fn col(array: impl Array + 'static) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(array))
}

/// A call with its planning; also checks that the result is what the plan was told.
pub(super) fn call(name: &str, args: Vec<ColumnarValue>) -> Result<ColumnarValue> {
    let function = function(name);
    let given: Vec<_> = args.iter().map(ColumnarValue::data_type).collect();
    let types = function.coerce_types(&given)?;
    let args = args
        .into_iter()
        .zip(&types)
        .map(|(arg, to)| arg.cast_to(to, None))
        .collect::<Result<Vec<_>>>()?;
    let arg_fields: Vec<FieldRef> = args
        .iter()
        .zip(&types)
        .map(|(arg, data_type)| {
            let nullable = match arg {
                ColumnarValue::Array(array) => array.null_count() > 0,
                ColumnarValue::Scalar(value) => value.is_null(),
            };
            Arc::new(Field::new("argument", data_type.clone(), nullable))
        })
        .collect();
    let literals: Vec<_> = args
        .iter()
        .map(|arg| match arg {
            ColumnarValue::Scalar(value) => Some(value),
            ColumnarValue::Array(_) => None,
        })
        .collect();
    let return_field = function.return_field_from_args(ReturnFieldArgs {
        arg_fields: &arg_fields,
        scalar_arguments: &literals,
    })?;

    let constant = literals.iter().all(Option::is_some);
    let number_rows = args
        .iter()
        .find_map(|arg| match arg {
            ColumnarValue::Array(array) => Some(array.len()),
            ColumnarValue::Scalar(_) => None,
        })
        .unwrap_or(5);
    let result = function.invoke_with_args(ScalarFunctionArgs {
        args,
        arg_fields,
        number_rows,
        return_field: Arc::clone(&return_field),
        config_options: Arc::new(ConfigOptions::default()),
    })?;
    assert_eq!(&result.data_type(), return_field.data_type());
    assert_eq!(matches!(result, ColumnarValue::Scalar(_)), constant);
    if let ColumnarValue::Array(array) = &result {
        assert_eq!(array.len(), number_rows);
        assert!(return_field.is_nullable() || array.null_count() == 0);
    }
    Ok(result)
}

pub(super) fn array(name: &str, args: Vec<ColumnarValue>) -> ArrayRef {
    call(name, args).unwrap().into_array(1).unwrap()
}

/// The result as numbers, one per row (or one if constant).
pub(super) fn numbers<T: ArrowPrimitiveType>(
    name: &str,
    args: Vec<ColumnarValue>,
) -> Vec<Option<T::Native>> {
    array(name, args).as_primitive::<T>().iter().collect()
}

/// A value as it is shown.
pub(super) fn display(array: &ArrayRef, row: usize) -> String {
    arrow::util::display::array_value_to_string(array, row).unwrap()
}

/// The WKB of a constant call of `healpix_boundary`.
pub(super) fn outline(args: Vec<ColumnarValue>) -> Vec<u8> {
    array("healpix_boundary", args).as_binary::<i32>().value(0).to_vec()
}

/// The result as cells or words.
pub(super) fn ids(name: &str, args: Vec<ColumnarValue>) -> Vec<Option<u64>> {
    numbers::<UInt64Type>(name, args)
}

/// The result as text.
pub(super) fn texts(name: &str, args: Vec<ColumnarValue>) -> Vec<Option<String>> {
    array(name, args).as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

/// The message of the error of a call.
pub(super) fn refusal(name: &str, args: Vec<ColumnarValue>) -> String {
    call(name, args).unwrap_err().strip_backtrace()
}

//! Arguments row by row, whether they are constants or columns, and results of the same shape.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::buffer::NullBuffer;
use datafusion_common::{Result, ScalarValue, internal_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs};

/// An argument of a known primitive type.
pub(super) enum Column<'a, T: ArrowPrimitiveType> {
    /// The same value in every row.
    Constant(Option<T::Native>),
    /// One value per row.
    Rows(&'a PrimitiveArray<T>),
}

impl<'a, T: ArrowPrimitiveType> Column<'a, T> {
    /// The argument at `index`, which coercion has brought to type `T`.
    pub(super) fn new(args: &'a ScalarFunctionArgs, index: usize) -> Result<Self> {
        let wrong = |found: &dyn std::fmt::Display| {
            internal_datafusion_err!("argument {index} is {found}, expected {}", T::DATA_TYPE)
        };
        match args.args.get(index) {
            Some(ColumnarValue::Array(array)) => array
                .as_primitive_opt::<T>()
                .map(Self::Rows)
                .ok_or_else(|| wrong(array.data_type())),
            Some(ColumnarValue::Scalar(value)) => {
                let array = value.to_array()?;
                let array =
                    array.as_primitive_opt::<T>().ok_or_else(|| wrong(&value.data_type()))?;
                Ok(Self::Constant(array.iter().next().flatten()))
            }
            None => Err(wrong(&"missing")),
        }
    }

    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<T::Native> {
        match self {
            Self::Constant(value) => *value,
            Self::Rows(array) => {
                (row < array.len() && array.is_valid(row)).then(|| array.value(row))
            }
        }
    }

    /// Which rows are not NULL, for a column; a constant has none of its own.
    pub(super) fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Self::Constant(_) => None,
            Self::Rows(array) => array.nulls(),
        }
    }

    pub(super) fn is_null_constant(&self) -> bool {
        matches!(self, Self::Constant(None))
    }
}

/// How many rows a call computes: one if all arguments are constants, so that the result is a constant too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) rows: usize,
    constant: bool,
}

impl Shape {
    pub(super) fn of(args: &ScalarFunctionArgs) -> Self {
        let constant = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        Self { rows: if constant { 1 } else { args.number_rows }, constant }
    }

    /// The result of `rows` rows as a constant or a column.
    pub(super) fn wrap(self, array: ArrayRef) -> Result<ColumnarValue> {
        if self.constant {
            ScalarValue::try_from_array(&array, 0).map(ColumnarValue::Scalar)
        } else {
            Ok(ColumnarValue::Array(array))
        }
    }

    /// A result computed row by row.
    pub(super) fn collect<T: ArrowPrimitiveType>(
        self,
        value: impl FnMut(usize) -> Result<Option<T::Native>>,
    ) -> Result<ColumnarValue> {
        let array: PrimitiveArray<T> = (0..self.rows).map(value).collect::<Result<_>>()?;
        self.wrap(Arc::new(array))
    }
}

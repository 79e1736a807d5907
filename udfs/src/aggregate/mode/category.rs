//! The kinds of values that are counted.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion_common::Result;

/// A kind of values: how they are read from a column, and written to one.
pub(super) trait Category: Debug + Send + Sync + 'static {
    /// A value as it is kept.
    type Value: Ord + Clone + Debug + Send + Sync;
    /// A value as it stands in a column.
    type Given<'a>: Copy + PartialEq<Self::Value> + PartialOrd<Self::Value>;
    /// A column of them.
    type Column: Array + 'static;

    /// The column in the type in which values are kept.
    fn column(column: &ArrayRef) -> Result<Self::Column>;

    /// The value of a row that is not NULL.
    fn given(column: &Self::Column, row: usize) -> Self::Given<'_>;

    /// The value, to be kept.
    fn keep(given: Self::Given<'_>) -> Self::Value;

    /// A column of kept values.
    fn array<'a>(values: impl Iterator<Item = Option<&'a Self::Value>>) -> ArrayRef;

    /// Bytes that a kept value holds beyond itself.
    fn heap(_value: &Self::Value) -> usize {
        0
    }
}

/// Integers, and Booleans as 0 and 1.
#[derive(Debug)]
pub(super) struct Integer<T>(PhantomData<T>);

impl<T> Category for Integer<T>
where
    T: ArrowPrimitiveType<Native: Ord> + Debug + Send + Sync,
{
    type Value = T::Native;
    type Given<'a> = T::Native;
    type Column = PrimitiveArray<T>;

    fn column(column: &ArrayRef) -> Result<PrimitiveArray<T>> {
        match column.as_primitive_opt::<T>() {
            Some(column) => Ok(column.clone()),
            None => Ok(cast(column, &T::DATA_TYPE)?.as_primitive::<T>().clone()),
        }
    }

    fn given(column: &PrimitiveArray<T>, row: usize) -> T::Native {
        column.value(row)
    }

    fn keep(given: T::Native) -> T::Native {
        given
    }

    fn array<'a>(values: impl Iterator<Item = Option<&'a T::Native>>) -> ArrayRef {
        Arc::new(values.map(|value| value.copied()).collect::<PrimitiveArray<T>>())
    }
}

/// Text.
#[derive(Debug)]
pub(super) struct Text;

/// Text in a column, comparable with kept text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice<'a>(&'a str);

impl PartialEq<Box<str>> for Slice<'_> {
    fn eq(&self, other: &Box<str>) -> bool {
        *self.0 == **other
    }
}

impl PartialOrd<Box<str>> for Slice<'_> {
    fn partial_cmp(&self, other: &Box<str>) -> Option<std::cmp::Ordering> {
        Some(self.0.cmp(other))
    }
}

impl Category for Text {
    type Value = Box<str>;
    type Given<'a> = Slice<'a>;
    type Column = StringArray;

    fn column(column: &ArrayRef) -> Result<StringArray> {
        match column.as_string_opt::<i32>() {
            Some(column) => Ok(column.clone()),
            None => Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()),
        }
    }

    fn given(column: &StringArray, row: usize) -> Slice<'_> {
        Slice(column.value(row))
    }

    fn keep(given: Slice<'_>) -> Box<str> {
        given.0.into()
    }

    fn array<'a>(values: impl Iterator<Item = Option<&'a Box<str>>>) -> ArrayRef {
        Arc::new(values.collect::<StringArray>())
    }

    fn heap(value: &Box<str>) -> usize {
        value.len()
    }
}

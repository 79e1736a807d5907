//! The numbers of a batch, row by row.

use std::array::from_fn;
use std::ops::Range;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion_common::{Result, internal_datafusion_err, plan_err};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::nulls::filter_to_nulls;

/// The first `N` arguments of a batch as doubles, with one mask for the rows that are NULL in any of them or filtered out.
pub(super) struct Numbers<const N: usize> {
    columns: [Float64Array; N],
    valid: Option<NullBuffer>,
}

impl<const N: usize> Numbers<N> {
    pub(super) fn new(columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Self> {
        let wrong = || internal_datafusion_err!("{N} columns of numbers of {}", columns.len());
        let first = columns.first_chunk::<N>().ok_or_else(wrong)?;
        let columns = first.iter().map(as_f64).collect::<Result<Vec<_>>>()?;
        let columns: [Float64Array; N] = columns.try_into().map_err(|_| wrong())?;
        let filter = filter.map(filter_to_nulls);
        let masks = columns.iter().map(|column| column.nulls()).chain([filter.as_ref()]);
        let valid = NullBuffer::union_many(masks);
        Ok(Self { columns, valid })
    }

    /// Some rows in their order, `None` for those that are NULL or NaN in any column or filtered out.
    pub(super) fn range(&self, rows: Range<usize>) -> impl Iterator<Item = Option<[f64; N]>> {
        let count = rows.len();
        let columns: [&[f64]; N] = from_fn(|k| &self.columns[k].values()[rows.clone()][..count]);
        (0..count).map(move |i| {
            let row = columns.map(|column| column[i]);
            let valid = self.valid.as_ref().is_none_or(|valid| valid.is_valid(rows.start + i));
            (valid && !row.iter().any(|value| value.is_nan())).then_some(row)
        })
    }
}

/// The column as doubles, without a copy where it holds them already.
pub(super) fn as_f64(array: &ArrayRef) -> Result<Float64Array> {
    match array.as_primitive_opt::<Float64Type>() {
        Some(array) => Ok(array.clone()),
        None => Ok(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone()),
    }
}

/// Refuses an argument that is no number.
pub(super) fn check_number(function: &str, name: &str, given: &DataType) -> Result<()> {
    if given.is_numeric() || given.is_null() {
        return Ok(());
    }
    plan_err!("{function}: {name} must be a number, got {given}")
}

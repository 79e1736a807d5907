//! The most frequent value as a statistic.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, LargeListArray, UInt64Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, UInt64Type};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, internal_datafusion_err};
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::nulls::filter_to_nulls;

use super::super::statistic::Statistic;
use super::category::Category;
use super::counts::Counts;

/// The most frequent value of a kind.
#[derive(Debug)]
pub(super) struct MostFrequent<C> {
    returns: DataType,
    category: PhantomData<C>,
}

impl<C: Category> MostFrequent<C> {
    /// With results of this type, to which values of the kind can be cast.
    pub(super) fn new(returns: DataType) -> Self {
        Self { returns, category: PhantomData }
    }
}

/// A column, and which of its rows count.
pub(super) struct Rows<C: Category> {
    column: C::Column,
    valid: Option<NullBuffer>,
}

impl<C: Category> Statistic for MostFrequent<C> {
    type State = Counts<C>;
    type Rows = Rows<C>;

    fn empty(&self) -> Counts<C> {
        Counts::new()
    }

    fn rows(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Rows<C>> {
        let column = columns.first().ok_or_else(|| internal_datafusion_err!("mode of nothing"))?;
        let column = C::column(column)?;
        let filter = filter.map(filter_to_nulls);
        let valid = NullBuffer::union(column.nulls(), filter.as_ref());
        Ok(Rows { column, valid })
    }

    fn add(&self, counts: &mut Counts<C>, rows: &Rows<C>, range: Range<usize>) {
        for row in range {
            if rows.valid.as_ref().is_none_or(|valid| valid.is_valid(row)) {
                counts.add(C::given(&rows.column, row));
            }
        }
    }

    fn merge(&self, counts: &mut Counts<C>, mut part: Counts<C>) {
        counts.merge(part.settled().iter().cloned());
    }

    fn write(&self, mut states: Vec<Counts<C>>) -> Result<Vec<ArrayRef>> {
        let settled: Vec<_> = states.iter_mut().map(Counts::settled).collect();
        let offsets = OffsetBuffer::from_lengths(settled.iter().map(|items| items.len()));
        let items = || settled.iter().flat_map(|items| items.iter());
        let values = C::array(items().map(|(value, _)| Some(value)));
        let counts = Arc::new(UInt64Array::from_iter_values(items().map(|(_, count)| *count)));
        let list = |values: ArrayRef| -> Result<ArrayRef> {
            let item = Arc::new(Field::new_list_field(values.data_type().clone(), false));
            Ok(Arc::new(LargeListArray::try_new(item, offsets.clone(), values, None)?))
        };
        Ok(vec![list(values)?, list(counts)?])
    }

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Counts<C>>> {
        let [values, counts] = take_function_args("mode", columns)?;
        let wrong = || internal_datafusion_err!("the state of a mode is {}", values.data_type());
        let (values, counts) = values
            .as_list_opt::<i64>()
            .zip(counts.as_list_opt::<i64>())
            .filter(|(values, counts)| values.len() == counts.len())
            .ok_or_else(wrong)?;
        (0..values.len())
            .map(|row| {
                let column = C::column(&values.value(row))?;
                let counts = counts.value(row);
                let counts = counts.as_primitive_opt::<UInt64Type>().ok_or_else(wrong)?;
                let mut state = Counts::new();
                let kept = (0..column.len()).map(|i| C::keep(C::given(&column, i)));
                state.merge(kept.zip(counts.values().iter().copied()));
                Ok(state)
            })
            .collect()
    }

    fn finish(&self, mut states: Vec<Counts<C>>) -> Result<ArrayRef> {
        let values = C::array(states.iter_mut().map(Counts::most_frequent));
        Ok(cast(&values, &self.returns)?)
    }

    fn heap(counts: &Counts<C>) -> usize {
        counts.heap()
    }
}

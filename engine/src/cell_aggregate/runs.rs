//! `count`, `min`, `max` and `sum` over runs of rows of one cell.
//!
//! DataFusion's own take each row to its group in memory. Rows of a cell follow each other, so that here a run
//! is folded in registers and its cell touched once. The folds are those of DataFusion, row by row in the same
//! order: the results are the same to the bit. Where the types are others, or there is a `FILTER` or a
//! `DISTINCT`, DataFusion's are used.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Int64Array, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::common::internal_datafusion_err;
use datafusion::error::Result;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;

/// Consecutive rows of one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) group: u32,
    /// The row after the last.
    pub(super) end: u32,
}

/// Aggregates one column, batch by batch.
pub(super) trait RunAccumulator: Send {
    /// Adds a batch, whose rows are those of `runs` in turn. There are `groups` groups by now.
    fn update(&mut self, values: &ArrayRef, runs: &[Run], groups: usize) -> Result<()>;

    /// The result of each group, by its number.
    fn finish(&mut self) -> ArrayRef;

    /// Bytes held.
    fn size(&self) -> usize;
}

/// The accumulator for a function, if it is one of those above.
pub(super) fn accumulator(function: &AggregateFunctionExpr) -> Option<Box<dyn RunAccumulator>> {
    if function.is_distinct() || !function.order_bys().is_empty() {
        return None;
    }
    match (function.fun().name(), function.field().data_type()) {
        ("count", DataType::Int64) if function.expressions().len() == 1 => {
            Some(Box::new(Counts::default()))
        }
        ("sum", DataType::Float64) => Some(fold::<Float64Type, _>(0.0, |sum, x| *sum += x)),
        ("min", DataType::Float32) => Some(fold::<Float32Type, _>(f32::MAX, least)),
        ("min", DataType::Float64) => Some(fold::<Float64Type, _>(f64::MAX, least)),
        ("max", DataType::Float32) => Some(fold::<Float32Type, _>(f32::MIN, greatest)),
        ("max", DataType::Float64) => Some(fold::<Float64Type, _>(f64::MIN, greatest)),
        _ => None,
    }
}

/// A value that cannot be compared, NaN, takes its place and loses it to the next.
fn least<N: PartialOrd>(kept: &mut N, x: N) {
    if matches!(x.partial_cmp(kept), Some(Ordering::Less) | None) {
        *kept = x;
    }
}

fn greatest<N: PartialOrd>(kept: &mut N, x: N) {
    if matches!(x.partial_cmp(kept), Some(Ordering::Greater) | None) {
        *kept = x;
    }
}

/// The runs of a batch as ranges of its rows.
fn ranges(runs: &[Run]) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
    let starts = std::iter::once(0).chain(runs.iter().map(|run| run.end as usize));
    runs.iter().zip(starts).map(|(run, start)| (run.group as usize, start..run.end as usize))
}

/// `count(x)`.
#[derive(Debug, Default)]
struct Counts(Vec<i64>);

impl RunAccumulator for Counts {
    fn update(&mut self, values: &ArrayRef, runs: &[Run], groups: usize) -> Result<()> {
        self.0.resize(groups, 0);
        let nulls = values.logical_nulls();
        for (group, rows) in ranges(runs) {
            let absent = |nulls: &NullBuffer| nulls.slice(rows.start, rows.len()).null_count();
            self.0[group] += (rows.len() - nulls.as_ref().map_or(0, absent)) as i64;
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(Int64Array::from(std::mem::take(&mut self.0)))
    }

    fn size(&self) -> usize {
        self.0.capacity() * size_of::<i64>()
    }
}

/// A fold over the values that are not NULL. A group without any is NULL.
struct Fold<T: ArrowPrimitiveType, F> {
    start: T::Native,
    step: F,
    folded: Vec<T::Native>,
    seen: Vec<bool>,
}

fn fold<T, F>(start: T::Native, step: F) -> Box<dyn RunAccumulator>
where
    T: ArrowPrimitiveType,
    F: Fn(&mut T::Native, T::Native) + Send + 'static,
{
    Box::new(Fold::<T, F> { start, step, folded: Vec::new(), seen: Vec::new() })
}

impl<T: ArrowPrimitiveType, F: Fn(&mut T::Native, T::Native) + Send> RunAccumulator for Fold<T, F> {
    fn update(&mut self, values: &ArrayRef, runs: &[Run], groups: usize) -> Result<()> {
        self.folded.resize(groups, self.start);
        self.seen.resize(groups, false);
        let values: &PrimitiveArray<T> = values.as_primitive_opt().ok_or_else(|| {
            internal_datafusion_err!("expected {}, got {}", T::DATA_TYPE, values.data_type())
        })?;
        for (group, rows) in ranges(runs) {
            let mut folded = self.folded[group];
            let mut seen = self.seen[group];
            match values.nulls() {
                None => {
                    values.values()[rows].iter().for_each(|x| (self.step)(&mut folded, *x));
                    seen = true;
                }
                Some(nulls) => rows.filter(|row| nulls.is_valid(*row)).for_each(|row| {
                    (self.step)(&mut folded, values.value(row));
                    seen = true;
                }),
            }
            (self.folded[group], self.seen[group]) = (folded, seen);
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        let seen = NullBuffer::from(std::mem::take(&mut self.seen));
        let nulls = Some(seen).filter(|seen| seen.null_count() > 0);
        let folded = std::mem::take(&mut self.folded);
        Arc::new(PrimitiveArray::<T>::new(folded.into(), nulls))
    }

    fn size(&self) -> usize {
        self.folded.capacity() * size_of::<T::Native>() + self.seen.capacity()
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::Float32Array;

    use super::*;

    const RUNS: [Run; 3] =
        [Run { group: 1, end: 2 }, Run { group: 0, end: 3 }, Run { group: 1, end: 6 }];

    fn batch() -> ArrayRef {
        let values = [Some(3.0), Some(1.0), None, Some(f32::NAN), Some(2.0), None];
        Arc::new(Float32Array::from_iter(values))
    }

    #[test]
    fn folds_skip_nulls_and_leave_empty_groups_null() {
        let mut least = fold::<Float32Type, _>(f32::MAX, least);
        least.update(&batch(), &RUNS, 2).unwrap();
        // As DataFusion has it: NaN takes the place of 1, and 2 that of NaN.
        let expected = Float32Array::from_iter([None, Some(2.0)]);
        assert_eq!(least.finish().as_primitive::<Float32Type>(), &expected);
    }

    #[test]
    fn counts_are_of_values() {
        let mut counts = Counts::default();
        counts.update(&batch(), &RUNS, 3).unwrap();
        counts.update(&batch(), &RUNS, 3).unwrap();
        let expected = Int64Array::from(vec![0, 8, 0]);
        assert_eq!(counts.finish().as_primitive::<arrow::datatypes::Int64Type>(), &expected);
    }
}

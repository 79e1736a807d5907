//! What a weighted mean carries, and which rows enter it.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array};
use arrow::buffer::NullBuffer;
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::nulls::filter_to_nulls;

use super::super::argument::as_f64;

/// Σ w and Σ w·x of one group. Every counted weight is above zero, so `weights == 0` says that no row counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) weights: f64,
    pub(super) weighted: f64,
}

impl Sums {
    pub(super) fn of_row(x: f64, w: f64) -> Self {
        Self { weights: w, weighted: w * x }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.weights += other.weights;
        self.weighted += other.weighted;
    }

    pub(super) fn mean(self) -> Option<f64> {
        (self.weights != 0.0).then(|| self.weighted / self.weights)
    }
}

/// The two arguments of a batch as Float64, with one mask for the rows that are NULL in either or filtered out.
pub(super) struct Rows {
    x: Float64Array,
    w: Float64Array,
    valid: Option<NullBuffer>,
}

impl Rows {
    pub(super) fn new(values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Self> {
        let [x, w] = take_function_args("weighted_avg", values)?;
        let (x, w) = (as_f64(x)?, as_f64(w)?);
        let filter = filter.map(filter_to_nulls);
        let valid = NullBuffer::union_many([x.nulls(), w.nulls(), filter.as_ref()]);
        Ok(Self { x, w, valid })
    }

    /// What row `i` adds: `None` if it does not count.
    fn row(&self, i: usize, x: f64, w: f64) -> Option<Sums> {
        let counts = !x.is_nan()
            && w > 0.0
            && w < f64::INFINITY
            && self.valid.as_ref().is_none_or(|valid| valid.is_valid(i));
        counts.then(|| Sums::of_row(x, w))
    }

    /// What each row adds, in row order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Option<Sums>> {
        self.range(0..self.x.len())
    }

    /// What each of some rows adds.
    fn range(&self, rows: Range<usize>) -> impl Iterator<Item = Option<Sums>> {
        let pairs = self.x.values()[rows.clone()].iter().zip(&self.w.values()[rows.clone()]);
        rows.zip(pairs).map(|(i, (&x, &w))| self.row(i, x, w))
    }

    /// Adds what some rows of one group add, in their order.
    pub(super) fn add_to(&self, sums: &mut Sums, rows: Range<usize>) {
        // A copy stays in registers, where each row would go through memory.
        let mut local = *sums;
        self.range(rows).flatten().for_each(|row| local.add(row));
        *sums = local;
    }
}

/// The two columns of a partial state, row by row.
pub(super) fn states(states: &[ArrayRef]) -> Result<Vec<Sums>> {
    let [weights, weighted] = take_function_args("weighted_avg", states)?;
    let (weights, weighted) = (as_f64(weights)?, as_f64(weighted)?);
    let pairs = weights.values().iter().zip(weighted.values().iter());
    Ok(pairs.map(|(&weights, &weighted)| Sums { weights, weighted }).collect())
}

/// The state columns of `sums`: Σ w, Σ w·x.
pub(super) fn state_arrays(sums: impl Iterator<Item = Sums>) -> Vec<ArrayRef> {
    let (weights, weighted): (Vec<_>, Vec<_>) = sums.map(|s| (s.weights, s.weighted)).unzip();
    vec![Arc::new(Float64Array::from(weights)), Arc::new(Float64Array::from(weighted))]
}

//! What a variance carries.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array};
use arrow::buffer::NullBuffer;
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::nulls::filter_to_nulls;

use super::super::argument::as_f64;
use super::Spread;

/// Count, and the first two moments of the distances from an origin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moments {
    count: f64,
    /// The first value: any point among the values serves, and this one is known before the others.
    origin: f64,
    sum: f64,
    squares: f64,
}

impl Moments {
    pub(super) fn add(&mut self, x: f64) {
        if self.count == 0.0 {
            self.origin = x;
        }
        let distance = x - self.origin;
        self.count += 1.0;
        self.sum += distance;
        self.squares += distance * distance;
    }

    /// Adds other moments, moved to this origin.
    pub(super) fn merge(&mut self, other: Self) {
        if other.count == 0.0 {
            return;
        }
        if self.count == 0.0 {
            *self = other;
            return;
        }
        let shift = other.origin - self.origin;
        self.squares += other.squares + shift * (2.0 * other.sum + other.count * shift);
        self.sum += other.sum + other.count * shift;
        self.count += other.count;
    }

    /// `None` without a value. Never below zero, which rounding could otherwise bring about.
    pub(super) fn spread(self, spread: Spread) -> Option<f64> {
        if self.count == 0.0 {
            return None;
        }
        let squares = self.squares - self.sum * (self.sum / self.count);
        // `max` would turn the NaN of infinite values into 0.
        let variance = if squares < 0.0 { 0.0 } else { squares / self.count };
        Some(match spread {
            Spread::Variance => variance,
            Spread::Deviation => variance.sqrt(),
        })
    }

    pub(super) fn parts(self) -> [f64; 4] {
        [self.count, self.origin, self.sum, self.squares]
    }
}

/// The values of a batch as doubles.
pub(super) struct Values {
    x: Float64Array,
    /// The rows that are neither NULL nor filtered out.
    valid: Option<NullBuffer>,
}

impl Values {
    pub(super) fn new(values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Self> {
        let [x] = take_function_args("stable_var", values)?;
        let x = as_f64(x)?;
        let filter = filter.map(filter_to_nulls);
        let valid = NullBuffer::union(x.nulls(), filter.as_ref());
        Ok(Self { x, valid })
    }

    pub(super) fn len(&self) -> usize {
        self.x.len()
    }

    /// Some values in row order, `None` for those that do not count.
    pub(super) fn range(&self, rows: Range<usize>) -> impl Iterator<Item = Option<f64>> {
        rows.clone().zip(&self.x.values()[rows]).map(|(i, x)| {
            let valid = self.valid.as_ref().is_none_or(|valid| valid.is_valid(i));
            (valid && !x.is_nan()).then_some(*x)
        })
    }

    /// Adds some rows of one group, in their order.
    pub(super) fn add_to(&self, moments: &mut Moments, rows: Range<usize>) {
        // A copy stays in registers, where each row would go through memory.
        let mut local = *moments;
        self.range(rows).flatten().for_each(|x| local.add(x));
        *moments = local;
    }
}

/// The columns of a partial state, row by row.
pub(super) fn states(states: &[ArrayRef]) -> Result<Vec<Moments>> {
    let [count, origin, sum, squares] = take_function_args("stable_var", states)?;
    let (count, origin) = (as_f64(count)?, as_f64(origin)?);
    let (sum, squares) = (as_f64(sum)?, as_f64(squares)?);
    let moments = |i| Moments {
        count: count.value(i),
        origin: origin.value(i),
        sum: sum.value(i),
        squares: squares.value(i),
    };
    Ok((0..count.len()).map(moments).collect())
}

/// The state columns of `moments`.
pub(super) fn state_arrays(moments: impl Iterator<Item = Moments> + Clone) -> Vec<ArrayRef> {
    let column = |i| {
        let values = moments.clone().map(move |m: Moments| m.parts()[i]);
        Arc::new(Float64Array::from_iter_values(values)) as ArrayRef
    };
    (0..4).map(column).collect()
}

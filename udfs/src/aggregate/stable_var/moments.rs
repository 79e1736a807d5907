//! What a variance carries.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;

use super::super::numbers::{Numbers, as_f64};
use super::super::statistic::Statistic;
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
    fn add(&mut self, x: f64) {
        if self.count == 0.0 {
            self.origin = x;
        }
        let distance = x - self.origin;
        self.count += 1.0;
        self.sum += distance;
        self.squares += distance * distance;
    }

    /// Adds other moments, moved to the lower of the two origins: it is the same to the bit whichever of them comes first.
    fn merge(&mut self, mut other: Self) {
        if other.count == 0.0 {
            return;
        }
        if self.count == 0.0 {
            *self = other;
            return;
        }
        if other.origin.total_cmp(&self.origin).is_lt() {
            std::mem::swap(self, &mut other);
        }
        let shift = other.origin - self.origin;
        self.squares += other.squares + shift * (2.0 * other.sum + other.count * shift);
        self.sum += other.sum + other.count * shift;
        self.count += other.count;
    }

    /// `None` without a value. Never below zero, which rounding could otherwise bring about.
    fn spread(self, spread: Spread) -> Option<f64> {
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

    fn parts(self) -> [f64; 4] {
        [self.count, self.origin, self.sum, self.squares]
    }
}

impl Statistic for Spread {
    type State = Moments;
    type Rows = Numbers<1>;

    fn empty(&self) -> Moments {
        Moments::default()
    }

    fn rows(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Numbers<1>> {
        Numbers::new(columns, filter)
    }

    fn add(&self, moments: &mut Moments, rows: &Numbers<1>, range: Range<usize>) {
        // A copy stays in registers, where each row would go through memory.
        let mut local = *moments;
        rows.range(range).flatten().for_each(|[x]| local.add(x));
        *moments = local;
    }

    fn merge(&self, moments: &mut Moments, part: Moments) {
        moments.merge(part);
    }

    fn write(&self, states: Vec<Moments>) -> Result<Vec<ArrayRef>> {
        let column = |i| {
            let values = states.iter().map(|m| m.parts()[i]);
            Arc::new(Float64Array::from_iter_values(values)) as ArrayRef
        };
        Ok((0..4).map(column).collect())
    }

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Moments>> {
        let [count, origin, sum, squares] = take_function_args("stable_var", columns)?;
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

    fn finish(&self, states: Vec<Moments>) -> Result<ArrayRef> {
        let spread = |m: Moments| m.spread(*self);
        Ok(Arc::new(states.into_iter().map(spread).collect::<Float64Array>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_may_be_merged_in_either_order() {
        let of = |values: &[f64]| {
            let mut moments = Moments::default();
            values.iter().for_each(|x| moments.add(*x));
            moments
        };
        let parts = [of(&[1500.1, 1500.7, 1499.3]), of(&[1500.9, 1498.2]), of(&[-0.1, 0.3])];
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let (mut one, mut other) = (parts[a], parts[b]);
            one.merge(parts[b]);
            other.merge(parts[a]);
            assert_eq!(one.parts().map(f64::to_bits), other.parts().map(f64::to_bits));
        }
    }
}

//! What a weighted mean carries, and which rows enter it.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;

use super::super::numbers::{Numbers, as_f64};
use super::super::statistic::Statistic;

/// Σ w and Σ w·x of one group. Every counted weight is above zero, so `weights == 0` says that no row counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    weights: f64,
    weighted: f64,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.weights += other.weights;
        self.weighted += other.weighted;
    }

    fn mean(self) -> Option<f64> {
        (self.weights != 0.0).then(|| self.weighted / self.weights)
    }
}

/// The weighted mean as a statistic.
#[derive(Debug)]
pub(super) struct WeightedMean;

impl Statistic for WeightedMean {
    type State = Sums;
    type Rows = Numbers<2>;

    fn empty(&self) -> Sums {
        Sums::default()
    }

    fn rows(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Numbers<2>> {
        Numbers::new(columns, filter)
    }

    fn add(&self, sums: &mut Sums, rows: &Numbers<2>, range: Range<usize>) {
        // A copy stays in registers, where each row would go through memory.
        let mut local = *sums;
        for [x, w] in rows.range(range).flatten() {
            if w > 0.0 && w < f64::INFINITY {
                local.add(Sums { weights: w, weighted: w * x });
            }
        }
        *sums = local;
    }

    fn merge(&self, sums: &mut Sums, part: Sums) {
        sums.add(part);
    }

    fn write(&self, states: Vec<Sums>) -> Result<Vec<ArrayRef>> {
        let (weights, weighted): (Vec<_>, Vec<_>) =
            states.into_iter().map(|s| (s.weights, s.weighted)).unzip();
        Ok(vec![Arc::new(Float64Array::from(weights)), Arc::new(Float64Array::from(weighted))])
    }

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Sums>> {
        let [weights, weighted] = take_function_args("weighted_avg", columns)?;
        let (weights, weighted) = (as_f64(weights)?, as_f64(weighted)?);
        let pairs = weights.values().iter().zip(weighted.values().iter());
        Ok(pairs.map(|(&weights, &weighted)| Sums { weights, weighted }).collect())
    }

    fn finish(&self, states: Vec<Sums>) -> Result<ArrayRef> {
        Ok(Arc::new(states.into_iter().map(Sums::mean).collect::<Float64Array>()))
    }
}

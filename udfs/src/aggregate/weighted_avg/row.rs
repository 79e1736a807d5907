//! `weighted_avg` without groups, and as a window function.

use std::mem::size_of_val;

use arrow::array::ArrayRef;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::Accumulator;

use super::sums::{Rows, Sums, states};

/// One pair of sums.
#[derive(Debug, Default)]
pub(super) struct WeightedAvgRow {
    sums: Sums,
}

impl Accumulator for WeightedAvgRow {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        Rows::new(values, None)?.iter().flatten().for_each(|row| self.sums.add(row));
        Ok(())
    }

    fn merge_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        states(values)?.into_iter().for_each(|state| self.sums.add(state));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.sums.mean()))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.sums.weights.into(), self.sums.weighted.into()])
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

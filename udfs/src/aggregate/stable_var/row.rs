//! A variance without groups, and as a window function.

use std::mem::size_of_val;

use arrow::array::ArrayRef;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::Accumulator;

use super::Spread;
use super::moments::{Moments, Values, states};

/// One set of moments.
#[derive(Debug)]
pub(super) struct SpreadRow {
    spread: Spread,
    moments: Moments,
}

impl SpreadRow {
    pub(super) fn new(spread: Spread) -> Self {
        Self { spread, moments: Moments::default() }
    }
}

impl Accumulator for SpreadRow {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let values = Values::new(columns, None)?;
        values.add_to(&mut self.moments, 0..values.len());
        Ok(())
    }

    fn merge_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        states(columns)?.into_iter().for_each(|state| self.moments.merge(state));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.moments.spread(self.spread)))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(self.moments.parts().map(ScalarValue::from).to_vec())
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

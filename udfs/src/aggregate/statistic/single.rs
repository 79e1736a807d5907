//! A statistic without groups, and as a window function.

use arrow::array::ArrayRef;
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::Accumulator;

use super::Statistic;

/// One state.
#[derive(Debug)]
pub(in crate::aggregate) struct Single<S: Statistic> {
    statistic: S,
    state: S::State,
}

impl<S: Statistic> Single<S> {
    pub(in crate::aggregate) fn new(statistic: S) -> Self {
        let state = statistic.empty();
        Self { statistic, state }
    }
}

impl<S: Statistic> Accumulator for Single<S> {
    fn update_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let rows = self.statistic.rows(columns, None)?;
        let count = columns.first().map_or(0, |column| column.len());
        self.statistic.add(&mut self.state, &rows, 0..count);
        Ok(())
    }

    fn merge_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        for part in self.statistic.read(columns)? {
            self.statistic.merge(&mut self.state, part);
        }
        Ok(())
    }

    /// Keeps the state, so that a growing window frame can go on with it.
    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = self.statistic.finish(vec![self.state.clone()])?;
        ScalarValue::try_from_array(&result, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let state = std::mem::replace(&mut self.state, self.statistic.empty());
        let columns = self.statistic.write(vec![state])?;
        columns.iter().map(|column| ScalarValue::try_from_array(column, 0)).collect()
    }

    fn size(&self) -> usize {
        size_of_val(self) + S::heap(&self.state)
    }
}

//! `weighted_avg` for many groups at once.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use datafusion_common::Result;
use datafusion_expr::{EmitTo, GroupsAccumulator};

use super::super::runs::runs;
use super::sums::{Rows, Sums, state_arrays, states};

/// One pair of sums per group.
#[derive(Debug, Default)]
pub(super) struct WeightedAvgGroups {
    sums: Vec<Sums>,
}

impl GroupsAccumulator for WeightedAvgGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.sums.resize(total_num_groups, Sums::default());
        let rows = Rows::new(values, opt_filter)?;
        runs(group_indices, |group, start, end| {
            rows.add_to(&mut self.sums[group], start..end);
            Ok(())
        })
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.sums.resize(total_num_groups, Sums::default());
        for (&group, state) in group_indices.iter().zip(states(values)?) {
            self.sums[group].add(state);
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let sums = emit_to.take_needed(&mut self.sums);
        Ok(Arc::new(sums.into_iter().map(Sums::mean).collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(state_arrays(emit_to.take_needed(&mut self.sums).into_iter()))
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = Rows::new(values, opt_filter)?;
        Ok(state_arrays(rows.iter().map(Option::unwrap_or_default)))
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<Sums>()
    }
}

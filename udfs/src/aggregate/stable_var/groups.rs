//! Variances of many groups at once.

use std::mem::size_of;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array};
use datafusion_common::Result;
use datafusion_expr::{EmitTo, GroupsAccumulator};

use super::super::runs::runs;
use super::Spread;
use super::moments::{Moments, Values, state_arrays, states};

/// One set of moments per group.
#[derive(Debug)]
pub(super) struct SpreadGroups {
    spread: Spread,
    moments: Vec<Moments>,
}

impl SpreadGroups {
    pub(super) fn new(spread: Spread) -> Self {
        Self { spread, moments: Vec::new() }
    }
}

impl GroupsAccumulator for SpreadGroups {
    fn update_batch(
        &mut self,
        columns: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.moments.resize(total_num_groups, Moments::default());
        let values = Values::new(columns, opt_filter)?;
        runs(group_indices, |group, start, end| {
            values.add_to(&mut self.moments[group], start..end);
            Ok(())
        })
    }

    fn merge_batch(
        &mut self,
        columns: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.moments.resize(total_num_groups, Moments::default());
        for (&group, state) in group_indices.iter().zip(states(columns)?) {
            self.moments[group].merge(state);
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let moments = emit_to.take_needed(&mut self.moments).into_iter();
        Ok(Arc::new(moments.map(|m| m.spread(self.spread)).collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(state_arrays(emit_to.take_needed(&mut self.moments).into_iter()))
    }

    fn convert_to_state(
        &self,
        columns: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let values = Values::new(columns, opt_filter)?;
        let moments = (0..values.len()).map(|row| {
            let mut one = Moments::default();
            values.add_to(&mut one, row..row + 1);
            one
        });
        Ok(state_arrays(moments))
    }

    fn size(&self) -> usize {
        self.moments.capacity() * size_of::<Moments>()
    }
}

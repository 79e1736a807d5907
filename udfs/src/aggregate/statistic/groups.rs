//! A statistic of many groups at once.

use arrow::array::{ArrayRef, BooleanArray};
use datafusion_common::Result;
use datafusion_expr::{EmitTo, GroupsAccumulator};

use super::super::runs::runs;
use super::Statistic;

/// One state per group.
#[derive(Debug)]
pub(in crate::aggregate) struct Groups<S: Statistic> {
    statistic: S,
    states: Vec<S::State>,
    /// Bytes that the states hold beyond themselves.
    heap: usize,
}

impl<S: Statistic> Groups<S> {
    pub(in crate::aggregate) fn new(statistic: S) -> Self {
        Self { statistic, states: Vec::new(), heap: 0 }
    }

    fn resize(&mut self, groups: usize) {
        self.states.resize_with(groups, || self.statistic.empty());
    }

    /// Changes the state of a group, and keeps the account of what it holds.
    fn change(&mut self, group: usize, change: impl FnOnce(&S, &mut S::State)) {
        let state = &mut self.states[group];
        let before = S::heap(state);
        change(&self.statistic, state);
        self.heap = self.heap - before + S::heap(state);
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<S::State> {
        let taken = emit_to.take_needed(&mut self.states);
        self.heap -= taken.iter().map(S::heap).sum::<usize>();
        taken
    }
}

impl<S: Statistic> GroupsAccumulator for Groups<S> {
    fn update_batch(
        &mut self,
        columns: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        let rows = self.statistic.rows(columns, opt_filter)?;
        runs(group_indices, |group, start, end| {
            self.change(group, |statistic, state| statistic.add(state, &rows, start..end));
            Ok(())
        })
    }

    fn merge_batch(
        &mut self,
        columns: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.resize(total_num_groups);
        for (&group, part) in group_indices.iter().zip(self.statistic.read(columns)?) {
            self.change(group, |statistic, state| statistic.merge(state, part));
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = self.take(emit_to);
        self.statistic.finish(states)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let states = self.take(emit_to);
        self.statistic.write(states)
    }

    fn convert_to_state(
        &self,
        columns: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = self.statistic.rows(columns, opt_filter)?;
        let count = columns.first().map_or(0, |column| column.len());
        let states = (0..count).map(|row| {
            let mut one = self.statistic.empty();
            self.statistic.add(&mut one, &rows, row..row + 1);
            one
        });
        self.statistic.write(states.collect())
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<S::State>() + self.heap
    }
}

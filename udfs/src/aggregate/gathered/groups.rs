//! Gathered lists of many groups at once.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, LargeListArray, PrimitiveArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowPrimitiveType, Field};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, internal_datafusion_err};
use datafusion_expr::{EmitTo, GroupsAccumulator};

use super::super::runs::runs;
use super::input::Values;
use super::key::Key;
use super::lists::Lists;
use super::select::Selection;
use super::summary::Summary;

/// The gathered lists of all groups. The partial state is the list of a group, in the type in which it is kept.
#[derive(Debug)]
pub(super) struct GatheredGroups<K> {
    lists: Lists<K>,
    summary: Summary,
}

impl<K: Key> GatheredGroups<K> {
    pub(super) fn new(summary: Summary) -> Self {
        Self { lists: Lists::default(), summary }
    }

    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.lists.groups(),
            EmitTo::First(n) => n.min(self.lists.groups()),
        }
    }
}

impl<K: Key> GroupsAccumulator for GatheredGroups<K> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.lists.resize(total_num_groups);
        let values = Values::<K>::new(first(values)?, opt_filter)?;
        runs(group_indices, |group, start, end| {
            values.append_to(&mut self.lists, group, start, end)
        })
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.lists.resize(total_num_groups);
        let state = state_lists(values)?;
        let values = Values::<K>::new(state.values(), None)?;
        for (row, (&group, ends)) in
            group_indices.iter().zip(state.value_offsets().windows(2)).enumerate()
        {
            if state.is_valid(row) {
                values.append_to(&mut self.lists, group, ends[0] as usize, ends[1] as usize)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let (groups, each) = (self.emitted(emit_to), self.summary.each());
        let mut values = vec![0.0; groups * each];
        let mut seen = Vec::with_capacity(groups);
        let (mut list, mut selection) = (Vec::new(), Selection::default());
        for (group, out) in values.chunks_exact_mut(each).enumerate() {
            list.clear();
            self.lists.read(group, &mut list);
            seen.push(!list.is_empty());
            if !list.is_empty() {
                self.summary.write(&mut list, &mut selection, out);
            }
        }
        self.lists.drop_first(groups)?;
        self.summary.shape().array(values, each, seen)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.emitted(emit_to);
        let total = (0..groups).map(|group| self.lists.len(group)).sum();
        let mut values = Vec::with_capacity(total);
        let mut list = Vec::new();
        for group in 0..groups {
            list.clear();
            self.lists.read(group, &mut list);
            values.extend(list.iter().map(|key| key.value()));
        }
        let lengths = (0..groups).map(|group| self.lists.len(group));
        let state = state_array::<K>(OffsetBuffer::from_lengths(lengths), values.into())?;
        self.lists.drop_first(groups)?;
        Ok(vec![state])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = Values::<K>::new(first(values)?, opt_filter)?;
        let lengths = rows.rows().map(|key| usize::from(key.is_some()));
        let offsets = OffsetBuffer::from_lengths(lengths);
        let kept: Vec<_> = rows.rows().flatten().map(Key::value).collect();
        Ok(vec![state_array::<K>(offsets, kept.into())?])
    }

    fn size(&self) -> usize {
        self.lists.size() + self.summary.working(self.lists.longest())
    }
}

/// The column that is gathered; a second, q, is constant and was read with the plan.
pub(super) fn first(values: &[ArrayRef]) -> Result<&ArrayRef> {
    values.first().ok_or_else(|| internal_datafusion_err!("no column to gather"))
}

/// The partial state, a list per row.
pub(super) fn state_lists(states: &[ArrayRef]) -> Result<&LargeListArray> {
    let [state] = take_function_args("gathered values", states)?;
    state.as_list_opt::<i64>().ok_or_else(|| {
        internal_datafusion_err!(
            "the state of gathered values is a list, got {}",
            state.data_type()
        )
    })
}

/// Lists of values as a partial state.
pub(super) fn state_array<K: Key>(
    offsets: OffsetBuffer<i64>,
    values: ScalarBuffer<<K::Arrow as ArrowPrimitiveType>::Native>,
) -> Result<ArrayRef> {
    let field = Arc::new(Field::new_list_field(K::Arrow::DATA_TYPE, false));
    let values = Arc::new(PrimitiveArray::<K::Arrow>::new(values, None));
    Ok(Arc::new(LargeListArray::try_new(field, offsets, values, None)?))
}

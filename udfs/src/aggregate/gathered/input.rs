//! The values of a batch that count: neither NULL, nor NaN, nor filtered out.

use arrow::array::{ArrayRef, AsArray, BooleanArray, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::cast;
use arrow::datatypes::ArrowPrimitiveType;
use datafusion_common::Result;
use datafusion_functions_aggregate_common::aggregate::groups_accumulator::nulls::filtered_null_mask;

use super::key::Key;
use super::lists::{Lists, Source};

/// A batch's values in the type in which they are kept.
pub(super) struct Values<K: Key> {
    array: PrimitiveArray<K::Arrow>,
    /// The rows that count, unless all do.
    counts: Option<NullBuffer>,
}

impl<K: Key> Values<K> {
    pub(super) fn new(array: &ArrayRef, filter: Option<&BooleanArray>) -> Result<Self> {
        let array = match array.as_primitive_opt::<K::Arrow>() {
            Some(array) => array.clone(),
            None => cast(array, &K::Arrow::DATA_TYPE)?.as_primitive::<K::Arrow>().clone(),
        };
        let mut counts = filtered_null_mask(filter, &array);
        let values = array.values();
        // Without a branch, so that the usual batch, which has none, is looked through at the speed of memory.
        if values.iter().fold(false, |any, &value| any | K::is_nan(value)) {
            let numbers = BooleanBuffer::collect_bool(values.len(), |i| !K::is_nan(values[i]));
            counts = NullBuffer::union(counts.as_ref(), Some(&NullBuffer::new(numbers)));
        }
        Ok(Self { array, counts: counts.filter(|counts| counts.null_count() > 0) })
    }

    /// The key of each row in turn, `None` where it does not count.
    pub(super) fn rows(&self) -> impl Iterator<Item = Option<K>> {
        self.array.values().iter().enumerate().map(|(i, &value)| {
            let counts = self.counts.as_ref().is_none_or(|counts| counts.is_valid(i));
            counts.then(|| K::of(value))
        })
    }

    /// Appends the rows `start..end` to the list of `group`.
    pub(super) fn append_to(
        &self,
        lists: &mut Lists<K>,
        group: usize,
        start: usize,
        end: usize,
    ) -> Result<()> {
        let values = &self.array.values()[start..end];
        match &self.counts {
            None => lists.extend(group, All::<K>(values)),
            Some(counts) => lists.extend(group, Counted::<K> { values, counts, start }),
        }
    }
}

type Native<K> = <<K as Key>::Arrow as ArrowPrimitiveType>::Native;

/// Values that all count.
struct All<'a, K: Key>(&'a [Native<K>]);

impl<K: Key> Source<K> for All<'_, K> {
    fn fill(&mut self, room: &mut [K]) -> usize {
        let (now, later) = self.0.split_at(room.len().min(self.0.len()));
        room.iter_mut().zip(now).for_each(|(slot, &value)| *slot = K::of(value));
        self.0 = later;
        now.len()
    }

    fn at_most(&self) -> usize {
        self.0.len()
    }
}

/// Values some of which count.
struct Counted<'a, K: Key> {
    values: &'a [Native<K>],
    counts: &'a NullBuffer,
    /// The row of the first value.
    start: usize,
}

impl<K: Key> Source<K> for Counted<'_, K> {
    fn fill(&mut self, room: &mut [K]) -> usize {
        let mut filled = 0;
        while let Some((&value, later)) = self.values.split_first() {
            if self.counts.is_valid(self.start) {
                let Some(slot) = room.get_mut(filled) else { break };
                *slot = K::of(value);
                filled += 1;
            }
            self.values = later;
            self.start += 1;
        }
        filled
    }

    fn at_most(&self) -> usize {
        self.values.len()
    }
}

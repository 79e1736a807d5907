//! Equal bins, and counts in them.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, internal_datafusion_err, plan_err, resources_err};

use super::super::numbers::Numbers;
use super::super::statistic::Statistic;

/// The most bins: half a megabyte per group.
const MOST: i64 = 65_536;

/// Equal bins between two edges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bins {
    lo: f64,
    hi: f64,
    count: usize,
}

impl Bins {
    pub(super) fn new(lo: f64, hi: f64, bins: i64) -> Result<Self> {
        if !(1..=MOST).contains(&bins) {
            return plan_err!("histogram: bins must lie in 1..={MOST}, got {bins}");
        }
        if !(lo < hi && (hi - lo).is_finite()) {
            return plan_err!("histogram: hi must lie above lo, got lo {lo} and hi {hi}");
        }
        Ok(Self { lo, hi, count: bins as usize })
    }

    /// The lower edge of a bin.
    fn edge(&self, bin: usize) -> f64 {
        self.lo + bin as f64 * (self.hi - self.lo) / self.count as f64
    }

    /// The bin of a value, by its edges.
    pub(super) fn of(&self, x: f64) -> Option<usize> {
        if !(self.lo..=self.hi).contains(&x) {
            return None;
        }
        let last = self.count - 1;
        let guess = (x - self.lo) / (self.hi - self.lo) * self.count as f64;
        let mut bin = (guess as usize).min(last);
        // The guess is rounded, and so are the edges: they decide.
        while bin > 0 && x < self.edge(bin) {
            bin -= 1;
        }
        while bin < last && x >= self.edge(bin + 1) {
            bin += 1;
        }
        Some(bin)
    }
}

/// The type of a result, and of a partial state.
pub(super) fn counts_type() -> DataType {
    DataType::List(Arc::new(item()))
}

fn item() -> Field {
    Field::new_list_field(DataType::Int64, false)
}

impl Statistic for Bins {
    /// Nothing until a value counts.
    type State = Option<Box<[i64]>>;
    type Rows = Numbers<1>;

    fn empty(&self) -> Self::State {
        None
    }

    fn rows(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Numbers<1>> {
        Numbers::new(columns, filter)
    }

    fn add(&self, state: &mut Self::State, rows: &Numbers<1>, range: Range<usize>) {
        for [x] in rows.range(range).flatten() {
            let counts = state.get_or_insert_with(|| vec![0; self.count].into());
            if let Some(bin) = self.of(x) {
                counts[bin] += 1;
            }
        }
    }

    fn merge(&self, state: &mut Self::State, part: Self::State) {
        match (state, part) {
            (Some(counts), Some(part)) => {
                counts.iter_mut().zip(part).for_each(|(count, more)| *count += more);
            }
            (state, part @ Some(_)) => *state = part,
            (_, None) => {}
        }
    }

    fn write(&self, states: Vec<Self::State>) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.finish(states)?])
    }

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Self::State>> {
        let [column] = take_function_args("histogram", columns)?;
        let wrong =
            || internal_datafusion_err!("the state of a histogram is {}", column.data_type());
        let lists = column.as_list_opt::<i32>().ok_or_else(wrong)?;
        let counts = lists.values().as_primitive_opt::<Int64Type>().ok_or_else(wrong)?.values();
        let states = lists.value_offsets().windows(2).enumerate().map(|(row, ends)| {
            lists.is_valid(row).then(|| counts[ends[0] as usize..ends[1] as usize].into())
        });
        Ok(states.collect())
    }

    fn finish(&self, states: Vec<Self::State>) -> Result<ArrayRef> {
        let numbers = states.iter().flatten().count() * self.count;
        if i32::try_from(numbers).is_err() {
            return resources_err!(
                "the histograms of one result batch are {numbers} numbers, a list column holds {}",
                i32::MAX
            );
        }
        let lengths = states.iter().map(|s| s.as_ref().map_or(0, |counts| counts.len()));
        let offsets = OffsetBuffer::from_lengths(lengths);
        let counts = states.iter().flatten().flatten().copied();
        let counts = Arc::new(Int64Array::from_iter_values(counts));
        let seen: NullBuffer = states.iter().map(Option::is_some).collect();
        let nulls = Some(seen).filter(|seen| seen.null_count() > 0);
        Ok(Arc::new(ListArray::try_new(Arc::new(item()), offsets, counts, nulls)?))
    }

    fn heap(state: &Self::State) -> usize {
        state.as_ref().map_or(0, |counts| size_of_val(&**counts))
    }
}

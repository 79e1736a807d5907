//! Statistics that carry a state per group: rows are added to it, states of parts are merged into it.

mod groups;
mod single;
#[cfg(test)]
pub(super) mod tests;

use std::fmt::Debug;
use std::ops::Range;

use arrow::array::{ArrayRef, BooleanArray};
use datafusion_common::Result;

pub(super) use groups::Groups;
pub(super) use single::Single;

/// A statistic over the rows of a group, which [`Groups`] and [`Single`] make into accumulators.
pub(super) trait Statistic: Debug + Send + Sync + 'static {
    /// What is carried for a group.
    type State: Debug + Clone + Send + Sync;

    /// The rows of a batch, ready to be added.
    type Rows;

    /// The state of a group without rows. There may be many such groups: it should allocate nothing.
    fn empty(&self) -> Self::State;

    /// The rows of a batch; those that `filter` does not let pass do not count.
    fn rows(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Self::Rows>;

    /// Adds some rows of one group, in their order.
    fn add(&self, state: &mut Self::State, rows: &Self::Rows, range: Range<usize>);

    /// Adds the state of another part of the group.
    fn merge(&self, state: &mut Self::State, part: Self::State);

    /// States as the columns of a partial state, a row each.
    fn write(&self, states: Vec<Self::State>) -> Result<Vec<ArrayRef>>;

    /// What [`write`](Self::write) wrote.
    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Self::State>>;

    /// The results, a row each.
    fn finish(&self, states: Vec<Self::State>) -> Result<ArrayRef>;

    /// Bytes that a state holds beyond itself.
    fn heap(_state: &Self::State) -> usize {
        0
    }
}

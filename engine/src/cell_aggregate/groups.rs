//! From cells to the numbers of their groups.

mod any;
mod shard;

use arrow::array::{ArrayRef, UInt32Array, UInt64Array};
use datafusion::error::Result;

pub(super) use any::AnyGroups;
pub(super) use shard::ShardGroups;

use super::runs::Run;

/// The groups that there are so far, numbered as they come.
pub(super) trait Groups: Send {
    /// Puts the runs of rows of one group into `runs`.
    ///
    /// # Errors
    /// A cell that cannot be here.
    fn runs(&mut self, cells: &UInt64Array, runs: &mut Vec<Run>) -> Result<()>;

    /// How many groups there are.
    fn len(&self) -> usize;

    /// The cells of the groups as they are to be given out, and the number of the group of each where that is
    /// another order than that of the numbers. No group is left.
    fn take(&mut self) -> (ArrayRef, Option<UInt32Array>);

    /// Bytes held.
    fn size(&self) -> usize;
}

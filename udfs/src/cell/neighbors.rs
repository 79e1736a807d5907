//! The cells around a cell.

use super::{CellError, check_cell};

/// The cells of the same order that share an edge or a corner with a cell, in ascending order of their ids.
///
/// There are eight, save for the 24 cells of an order in whose corner only three base cells meet: these have seven. Base
/// cells themselves (order 0) have six.
///
/// ```
/// assert_eq!(zagg_udfs::cell::neighbors(0, 0)?, [1, 2, 3, 4, 5, 8]);
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`].
pub fn neighbors(cell: u64, order: u8) -> Result<Vec<u64>, CellError> {
    check_cell(cell, order)?;
    let mut found = cdshealpix::nested::neighbours(order, cell, false).values_vec();
    found.sort_unstable();
    Ok(found)
}

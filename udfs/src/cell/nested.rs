//! NESTED ids: validity, parents and children by shifts.

use std::ops::Range;

use super::CellError;

/// The finest HEALPix order an id of 64 bits holds: cells of about 12 mm.
pub const MAX_ORDER: u8 = 29;

/// Refuses an order above [`MAX_ORDER`].
///
/// # Errors
/// [`CellError::Order`].
pub fn check_order(order: u8) -> Result<(), CellError> {
    if order <= MAX_ORDER { Ok(()) } else { Err(CellError::Order { order: order.into() }) }
}

/// How many cells the sphere has at `order`: `12·4^order`.
///
/// # Errors
/// [`CellError::Order`].
pub fn cell_count(order: u8) -> Result<u64, CellError> {
    check_order(order)?;
    Ok(12 << (2 * u32::from(order)))
}

/// Refuses an id that does not exist at `order`.
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`].
pub fn check_cell(cell: u64, order: u8) -> Result<(), CellError> {
    let count = cell_count(order)?;
    if cell < count { Ok(()) } else { Err(CellError::Cell { cell, order, count }) }
}

/// The ancestor at `parent_order` of the cell `cell` of `order`; the cell itself when both orders are the same.
///
/// ```
/// assert_eq!(zagg_udfs::cell::nested_parent(4095, 6, 0)?, 0);
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`]; [`CellError::NotCoarser`] when `parent_order > order`.
pub fn nested_parent(cell: u64, order: u8, parent_order: u8) -> Result<u64, CellError> {
    check_cell(cell, order)?;
    Ok(cell >> shift(parent_order, order)?)
}

/// The descendants at `child_order` of the cell `cell` of `order`: one half-open run of ids.
///
/// ```
/// assert_eq!(zagg_udfs::cell::range_at(3, 0, 1)?, 12..16);
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`]; [`CellError::NotCoarser`] when `child_order < order`.
pub fn range_at(cell: u64, order: u8, child_order: u8) -> Result<Range<u64>, CellError> {
    check_cell(cell, order)?;
    check_order(child_order)?;
    let shift = shift(order, child_order)?;
    Ok(cell << shift..(cell + 1) << shift)
}

/// The four children of `cell`, at the next order, in their id order: south, east, west, north.
///
/// # Errors
/// [`CellError::Order`] (also for the finest order, which has no children), [`CellError::Cell`].
pub fn nested_children(cell: u64, order: u8) -> Result<[u64; 4], CellError> {
    check_cell(cell, order)?;
    check_order(order + 1)?;
    Ok([0, 1, 2, 3].map(|child| (cell << 2) + child))
}

fn shift(coarse: u8, fine: u8) -> Result<u32, CellError> {
    let levels = fine.checked_sub(coarse).ok_or(CellError::NotCoarser { coarse, fine })?;
    Ok(2 * u32::from(levels))
}

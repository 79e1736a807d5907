//! Parents, children and containment of words.

use std::ops::RangeInclusive;

use super::word::{BODY_ORDER, FINE, Kind, POINT, SUFFIX, kind_bits, order_bits, pack, validate};
use super::{Nested, to_nested};
use crate::cell::{CellError, check_order};

/// The word clipped to `order`: its ancestor there, always an area. A word that is already at that order or coarser is
/// returned as it is, a point at order 29 too; so a column of mixed orders can be brought to "at most this fine".
///
/// # Errors
/// [`CellError::Order`], and those of [`validate`].
#[inline]
pub fn parent(word: u64, order: u8) -> Result<u64, CellError> {
    validate(word)?;
    check_order(order)?;
    if order >= order_bits(word) {
        return Ok(word);
    }
    if order <= BODY_ORDER {
        return Ok((word & !((1 << (60 - 2 * order)) - 1)) | u64::from(order));
    }
    // Left: from order 29 to order 28, where the tuple of order 28 moves within the suffix.
    let suffix = word & SUFFIX;
    let tuple = if suffix < POINT { (suffix - FINE) / 5 } else { (suffix - POINT) >> 2 };
    Ok((word & !SUFFIX) | (FINE + 5 * tuple))
}

/// The order-29 cell of a point; an area as it is.
///
/// # Errors
/// Those of [`validate`].
pub fn area_of(word: u64) -> Result<u64, CellError> {
    validate(word)?;
    if kind_bits(word) == Kind::Area {
        return Ok(word);
    }
    let last = (word & SUFFIX) - POINT;
    Ok((word & !SUFFIX) | (FINE + 1 + 5 * (last >> 2) + (last & 3)))
}

/// The four children of an area, in ascending order.
///
/// # Errors
/// [`CellError::Order`] at order 29, which has none (a point neither), and those of [`validate`].
pub fn children(word: u64) -> Result<[u64; 4], CellError> {
    let Nested { id, order, .. } = to_nested(word)?;
    check_order(order + 1)?;
    Ok([0, 1, 2, 3].map(|child| pack((id << 2) | child, order + 1, Kind::Area)))
}

/// The run of words that are the area `word` or lie in it, areas of any order and points alike; for zone maps and range
/// scans over words. `None` for orders 28 and 29, where the descendants are no single run.
///
/// # Errors
/// Those of [`validate`].
pub fn subtree(word: u64) -> Result<Option<RangeInclusive<u64>>, CellError> {
    validate(word)?;
    let order = order_bits(word);
    Ok((order <= BODY_ORDER).then(|| word..=word | ((1 << (60 - 2 * order)) - 1)))
}

/// Whether the area `outer` holds `inner`, an area or a point. Every word holds itself; a point holds nothing else.
///
/// # Errors
/// Those of [`validate`], for either word.
pub fn contains(outer: u64, inner: u64) -> Result<bool, CellError> {
    let (a, b) = (to_nested(outer)?, to_nested(inner)?);
    if a.kind == Kind::Point {
        return Ok(outer == inner);
    }
    Ok(a.order <= b.order && b.id >> (2 * (b.order - a.order)) == a.id)
}

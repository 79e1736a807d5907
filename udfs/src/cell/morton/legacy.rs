//! The signed decimal form of older archives: the digits of the text read as an `i64`, up to order 18.
//!
//! Such ids were made with the sphere convention, whatever the ellipsoid of the data. Their numeric order is not the
//! order of the cells in the south, since the sign turns it round; convert before sorting.

use super::{order_of, parse, text};
use crate::cell::CellError;

const MAX_LEGACY_ORDER: u8 = 18;

/// The word of a legacy id. The result is an area.
///
/// # Errors
/// [`CellError::Text`] when the digits are none of a cell, [`CellError::LegacyOrder`] above order 18.
///
/// ```
/// use zagg_udfs::cell::morton;
///
/// assert_eq!(morton::text(morton::from_legacy(-3414)?)?, "-3414");
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
pub fn from_legacy(id: i64) -> Result<u64, CellError> {
    let word = parse(&id.to_string())?;
    check(word)?;
    Ok(word)
}

/// The legacy id of a word.
///
/// # Errors
/// [`CellError::LegacyOrder`] above order 18 (clip with [`parent`](super::parent) first), and those of [`validate`](super::validate).
pub fn to_legacy(word: u64) -> Result<i64, CellError> {
    let order = check(word)?;
    // Nineteen digits of at most 6 and 4 stay below i64::MAX.
    text(word)?.parse().map_err(|_| CellError::LegacyOrder { order })
}

fn check(word: u64) -> Result<u8, CellError> {
    let order = order_of(word)?;
    if order <= MAX_LEGACY_ORDER { Ok(order) } else { Err(CellError::LegacyOrder { order }) }
}

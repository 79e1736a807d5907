//! NESTED ids to words and back, in closed form.

use crate::cell::{CellError, MAX_ORDER, check_cell};

/// The word of no cell: NULL in SQL, the fill value in a store.
pub const NULL_WORD: u64 = 0;

pub(super) const SUFFIX: u64 = 63;
/// Suffixes from here on are areas of order 28 and 29.
pub(super) const FINE: u64 = 28;
/// Suffixes from here on are points.
pub(super) const POINT: u64 = 48;
/// The order up to which the tuples have bits of their own.
pub(super) const BODY_ORDER: u8 = 27;

/// What a word stands for. Points exist at order 29 only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A cell, with an extent.
    Area,
    /// A position known to the resolution of order 29, without an extent.
    Point,
}

/// A word taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nested {
    /// NESTED id at `order`.
    pub id: u64,
    /// HEALPix order, 0..=29.
    pub order: u8,
    /// Cell or point.
    pub kind: Kind,
}

/// The word of a NESTED id at `order`.
///
/// # Errors
/// [`CellError::Order`], [`CellError::Cell`]; [`CellError::PointOrder`] for a point at another order than 29.
#[inline]
pub fn from_nested(id: u64, order: u8, kind: Kind) -> Result<u64, CellError> {
    check_cell(id, order)?;
    if kind == Kind::Point && order != MAX_ORDER {
        return Err(CellError::PointOrder { order });
    }
    Ok(pack(id, order, kind))
}

/// [`from_nested`] for an id that is known to be valid.
#[inline]
pub(super) fn pack(id: u64, order: u8, kind: Kind) -> u64 {
    // Adding 4^order turns the base cell into the prefix base cell + 1.
    match order {
        0..=BODY_ORDER => ((id + (1 << (2 * order))) << (60 - 2 * order)) | u64::from(order),
        28 => (((id >> 2) + (1 << 54)) << 6) | (FINE + 5 * (id & 3)),
        _ => {
            let body = ((id >> 4) + (1 << 54)) << 6;
            match kind {
                Kind::Area => body | (FINE + 1 + 5 * ((id >> 2) & 3) + (id & 3)),
                Kind::Point => body | (POINT + (id & 15)),
            }
        }
    }
}

/// The id, order and kind of a word.
///
/// # Errors
/// As [`validate`].
#[inline]
pub fn to_nested(word: u64) -> Result<Nested, CellError> {
    validate(word)?;
    let (order, kind) = (order_bits(word), kind_bits(word));
    let suffix = word & SUFFIX;
    let body = (word >> 6).wrapping_sub(1 << 54);
    let id = match order {
        0..=BODY_ORDER => (word >> (60 - 2 * order)) - (1 << (2 * order)),
        28 => (body << 2) | ((suffix - FINE) / 5),
        _ if kind == Kind::Point => (body << 4) | (suffix - POINT),
        _ => (body << 4) | (((suffix - FINE) / 5) << 2) | ((suffix - FINE) % 5 - 1),
    };
    Ok(Nested { id, order, kind })
}

/// The order of a word, 0..=29.
///
/// # Errors
/// As [`validate`].
#[inline]
pub fn order_of(word: u64) -> Result<u8, CellError> {
    validate(word)?;
    Ok(order_bits(word))
}

/// Whether a word is a cell or a point.
///
/// # Errors
/// As [`validate`].
#[inline]
pub fn kind_of(word: u64) -> Result<Kind, CellError> {
    validate(word)?;
    Ok(kind_bits(word))
}

/// Refuses what is not the word of a cell or point.
///
/// # Errors
/// [`CellError::NullWord`] for 0; [`CellError::Prefix`] when the base cell is none of the twelve;
/// [`CellError::NotCanonical`] when bits are set below the word's order.
#[inline]
pub fn validate(word: u64) -> Result<(), CellError> {
    if word == NULL_WORD {
        return Err(CellError::NullWord);
    }
    let prefix = (word >> 60) as u8;
    if !(1..=12).contains(&prefix) {
        return Err(CellError::Prefix { word, prefix });
    }
    let stray = stray_bits(word);
    if stray != 0 {
        return Err(CellError::NotCanonical {
            word,
            order: order_bits(word),
            canonical: word & !stray,
        });
    }
    Ok(())
}

/// Whether [`validate`] accepts a word. The null word is not canonical.
#[inline]
pub fn is_canonical(word: u64) -> bool {
    (1..=12).contains(&(word >> 60)) && stray_bits(word) == 0
}

/// Bits of the body that lie below the word's order.
#[inline]
fn stray_bits(word: u64) -> u64 {
    match word & SUFFIX {
        order @ 0..FINE => word & ((1 << (60 - 2 * order)) - 1) & !SUFFIX,
        _ => 0,
    }
}

#[inline]
pub(super) fn order_bits(word: u64) -> u8 {
    match word & SUFFIX {
        suffix @ 0..FINE => suffix as u8,
        suffix @ FINE..POINT if (suffix - FINE).is_multiple_of(5) => 28,
        _ => MAX_ORDER,
    }
}

#[inline]
pub(super) fn kind_bits(word: u64) -> Kind {
    if word & SUFFIX < POINT { Kind::Area } else { Kind::Point }
}

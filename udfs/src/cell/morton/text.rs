//! The decimal text of words: `-? [1-6] [1-4]{0,29} p?`.
//!
//! The lead digit is the base cell, 0..=5 as `1..6` and 6..=11 as `-1..-6` (the sign is not that of the latitude).
//! One digit per order follows, so a prefix of a text is an ancestor's text. A point ends in `p`.

use std::fmt;

use super::word::pack;
use super::{Kind, Nested, to_nested};
use crate::cell::{CellError, MAX_ORDER};

/// The decimal text of a word.
///
/// # Errors
/// Those of [`validate`](super::validate).
pub fn text(word: u64) -> Result<String, CellError> {
    let mut out = String::with_capacity(32);
    write_text(word, &mut out)?;
    Ok(out)
}

/// Appends the decimal text of a word (at most 32 characters) to `out`. What `out` itself fails with is ignored: no
/// string or string builder does.
///
/// # Errors
/// Those of [`validate`](super::validate); nothing is written then.
pub fn write_text(word: u64, out: &mut impl fmt::Write) -> Result<(), CellError> {
    let Nested { id, order, kind } = to_nested(word)?;
    let mut buffer = [0_u8; 32];
    let mut digits = buffer.iter_mut();
    let mut put = |byte| {
        if let Some(place) = digits.next() {
            *place = byte;
        }
    };
    let base = (id >> (2 * order)) as u8;
    if base >= 6 {
        put(b'-');
    }
    put(b'1' + base % 6);
    for level in (0..order).rev() {
        put(b'1' + ((id >> (2 * level)) & 3) as u8);
    }
    if kind == Kind::Point {
        put(b'p');
    }
    let unused = digits.len();
    let written = buffer.get(..buffer.len() - unused).unwrap_or_default();
    // All bytes are ASCII, and writing to memory cannot fail.
    let _ = out.write_str(std::str::from_utf8(written).unwrap_or_default());
    Ok(())
}

/// The word of a decimal text. Text of 29 digits after the lead gives the area; the point needs its `p`.
///
/// # Errors
/// [`CellError::Text`].
pub fn parse(text: &str) -> Result<u64, CellError> {
    parse_bytes(text.as_bytes())
        .map_err(|reason| CellError::Text { text: text.chars().take(64).collect(), reason })
}

fn parse_bytes(text: &[u8]) -> Result<u64, &'static str> {
    let (south, text) = match text {
        [b'-', rest @ ..] => (6, rest),
        _ => (0, text),
    };
    let (kind, text) = match text {
        [rest @ .., b'p'] => (Kind::Point, rest),
        _ => (Kind::Area, text),
    };
    let [lead, digits @ ..] = text else { return Err("it has no digit") };
    if !(b'1'..=b'6').contains(lead) {
        return Err("its first digit is not 1 to 6");
    }
    if digits.len() > usize::from(MAX_ORDER) {
        return Err("it has more than 29 digits after the first");
    }
    let order = digits.len() as u8;
    if kind == Kind::Point && order != MAX_ORDER {
        return Err("it ends in p but has fewer than 29 digits after the first");
    }
    let mut id = u64::from(lead - b'1' + south);
    for digit in digits {
        if !(b'1'..=b'4').contains(digit) {
            return Err("a digit after the first is not 1 to 4");
        }
        id = (id << 2) | u64::from(digit - b'1');
    }
    Ok(pack(id, order, kind))
}

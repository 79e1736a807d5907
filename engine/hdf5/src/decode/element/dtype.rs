//! Elements in numpy's words: `<f4`, `>i2`, `|u1`, `|S12`.

use std::str::FromStr;

use super::{Element, Kind};
use crate::fault::Fault;
use crate::format::message::datatype::{ByteOrder, Datatype};

impl Element {
    /// The type of a stored element in numpy's words, which [`Element::from_str`] reads.
    pub(crate) fn dtype(&self) -> String {
        let big = self.swapped != cfg!(target_endian = "big");
        let (order, letter) = match (self.kind, big) {
            (Kind::Bytes, _) => ('|', 'S'),
            (Kind::Integer { signed }, _) if self.width == 1 => ('|', sign(signed)),
            (Kind::Integer { signed }, big) => (mark(big), sign(signed)),
            (Kind::Float, big) => (mark(big), 'f'),
        };
        format!("{order}{letter}{}", self.width)
    }
}

fn sign(signed: bool) -> char {
    if signed { 'i' } else { 'u' }
}

fn mark(big: bool) -> char {
    if big { '>' } else { '<' }
}

impl FromStr for Element {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let unknown = || Fault::unsupported(format!("the type `{text}`"));
        let (order, rest) = text.split_at_checked(1).ok_or_else(unknown)?;
        let (letter, size) = rest.split_at_checked(1).ok_or_else(unknown)?;
        let size: u32 = size.parse().map_err(|_| unknown())?;
        let order = match order {
            "<" | "|" => ByteOrder::Little,
            ">" => ByteOrder::Big,
            _ => return Err(unknown()),
        };
        let datatype = match (letter, size) {
            ("i" | "u", 1 | 2 | 4 | 8) => {
                Datatype::Integer { size: size as usize, signed: letter == "i", order }
            }
            ("f", 2 | 4 | 8) => Datatype::Float { size: size as usize, order },
            ("S", 1..) => Datatype::FixedString { size: size as usize },
            _ => return Err(unknown()),
        };
        Self::with_bytes(&datatype)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_as_it_was_written() {
        let numbers = ["<f2", ">f4", "<f8", "|i1", "|u1", ">i2", "<u4", "<i8", ">u8", "|S12"];
        for text in numbers {
            assert_eq!(Element::from_str(text).unwrap().dtype(), text);
        }
        for text in ["", "<", "<f", "f4", "<f3", "=i4", "<i16", "|S0", "<c8", "\u{3c0}f4"] {
            assert!(Element::from_str(text).is_err(), "{text}");
        }
    }

    #[test]
    fn bits_are_stored_in_the_order_of_the_type() {
        let stored = |text: &str, bits| Element::from_str(text).unwrap().stored(bits);
        assert_eq!(stored(">i2", 0x0102), [1, 2]);
        assert_eq!(stored("<i2", 0x0102), [2, 1]);
        let element = Element::from_str(">f8").unwrap();
        assert_eq!(element.bits(&element.stored(0x0102_0304_0506_0708)), 0x0102_0304_0506_0708);
    }
}

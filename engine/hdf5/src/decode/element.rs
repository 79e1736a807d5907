//! One element of a dataset as Arrow sees it.

use arrow::datatypes::DataType;

use crate::fault::Fault;
use crate::format::message::datatype::{ByteOrder, Datatype};

/// A number of a file, whatever its width.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Number {
    /// An integer of any width and sign.
    Int(i128),
    /// A float of any width.
    Float(f64),
}

impl Number {
    pub(crate) fn float(self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(value),
            Self::Int(_) => None,
        }
    }

    pub(crate) fn int(self) -> Option<i128> {
        match self {
            Self::Int(value) => Some(value),
            Self::Float(_) => None,
        }
    }
}

mod dtype;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer { signed: bool },
    Float,
    Bytes,
}

/// How elements are stored and what Arrow type they become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Bytes of one element.
    pub(crate) width: usize,
    /// Whether bytes must be reversed on this machine.
    pub(crate) swapped: bool,
    kind: Kind,
}

impl Element {
    /// The element for a numeric type; anything else is refused by name.
    pub(crate) fn new(datatype: &Datatype) -> Result<Self, Fault> {
        let native = if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little };
        match *datatype {
            Datatype::Integer { size, signed, order } => {
                let kind = Kind::Integer { signed };
                Ok(Self { width: size, swapped: order != native, kind })
            }
            Datatype::Float { size, order } => {
                Ok(Self { width: size, swapped: order != native, kind: Kind::Float })
            }
            Datatype::FixedString { .. } => Err(Fault::unsupported("fixed-length text")),
            Datatype::VariableString => Err(Fault::unsupported("variable-length text")),
            Datatype::Other { ref name, .. } => Err(Fault::unsupported(name.clone())),
        }
    }

    /// Like [`Element::new`], with fixed-length text as bytes.
    pub(crate) fn with_bytes(datatype: &Datatype) -> Result<Self, Fault> {
        match *datatype {
            Datatype::FixedString { size } if i32::try_from(size).is_ok() => {
                Ok(Self { width: size, swapped: false, kind: Kind::Bytes })
            }
            _ => Self::new(datatype),
        }
    }

    pub(crate) fn arrow_type(&self) -> DataType {
        match (self.kind, self.width) {
            (Kind::Integer { signed: true }, 1) => DataType::Int8,
            (Kind::Integer { signed: true }, 2) => DataType::Int16,
            (Kind::Integer { signed: true }, 4) => DataType::Int32,
            (Kind::Integer { signed: true }, _) => DataType::Int64,
            (Kind::Integer { signed: false }, 1) => DataType::UInt8,
            (Kind::Integer { signed: false }, 2) => DataType::UInt16,
            (Kind::Integer { signed: false }, 4) => DataType::UInt32,
            (Kind::Integer { signed: false }, _) => DataType::UInt64,
            (Kind::Float, 2) => DataType::Float16,
            (Kind::Float, 4) => DataType::Float32,
            (Kind::Float, _) => DataType::Float64,
            (Kind::Bytes, width) => DataType::FixedSizeBinary(width as i32),
        }
    }

    pub(crate) fn is_float(&self) -> bool {
        self.kind == Kind::Float
    }

    /// Whether elements are numbers, which can be null by value.
    pub(crate) fn is_number(&self) -> bool {
        self.kind != Kind::Bytes
    }

    /// The bits of a stored number, in the low bytes.
    pub(crate) fn bits(&self, stored: &[u8]) -> u64 {
        let little = self.swapped == cfg!(target_endian = "big");
        let join = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if little { stored.iter().rev().fold(0, join) } else { stored.iter().fold(0, join) }
    }

    /// A number as it is stored, from its bits.
    pub(crate) fn stored(&self, bits: u64) -> Vec<u8> {
        let mut bytes = bits.to_le_bytes().get(..self.width).unwrap_or_default().to_vec();
        if self.swapped != cfg!(target_endian = "big") {
            bytes.reverse();
        }
        bytes
    }

    /// The value of a stored number.
    pub(crate) fn number(&self, stored: &[u8]) -> Number {
        self.number_of_bits(self.bits(stored))
    }

    /// The value with these bits.
    pub(crate) fn number_of_bits(&self, bits: u64) -> Number {
        match (self.kind, self.width) {
            (Kind::Float, 2) => Number::Float(half(bits as u16)),
            (Kind::Float, 4) => Number::Float(f32::from_bits(bits as u32).into()),
            (Kind::Float, _) => Number::Float(f64::from_bits(bits)),
            (Kind::Integer { signed: true }, width) => {
                let unused = 64 - 8 * width.clamp(1, 8) as u32;
                Number::Int((((bits << unused) as i64) >> unused).into())
            }
            _ => Number::Int(bits.into()),
        }
    }

    /// The bits of `number` in this type; `None` if the type cannot hold it.
    pub(crate) fn bits_of(&self, number: Number) -> Option<u64> {
        match (self.kind, number) {
            (Kind::Bytes, _) => None,
            (Kind::Float, Number::Float(value)) => self.float_bits(value),
            (Kind::Float, Number::Int(value)) => self.float_bits(value as f64),
            (Kind::Integer { .. }, Number::Int(value)) => self.integer_bits(value),
            (Kind::Integer { .. }, Number::Float(value)) => {
                let whole = value.fract() == 0.0 && value.abs() < 1e30;
                whole.then_some(value as i128).and_then(|value| self.integer_bits(value))
            }
        }
    }

    fn float_bits(&self, value: f64) -> Option<u64> {
        match self.width {
            // Every value of sixteen bits is tried: there is no narrowing conversion to borrow.
            2 => (0..=u16::MAX).find(|&bits| half(bits) == value).map(u64::from),
            4 => Some((value as f32).to_bits().into()),
            _ => Some(value.to_bits()),
        }
    }

    fn integer_bits(&self, value: i128) -> Option<u64> {
        let bits = 8 * self.width as u32;
        let (low, high) = match self.kind {
            Kind::Integer { signed: true } => (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1),
            _ => (0, (1_i128 << bits) - 1),
        };
        let mask = u64::MAX >> (64 - bits);
        (low..=high).contains(&value).then_some(value as u64 & mask)
    }
}

/// The value of an IEEE 754 half-precision float.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    let magnitude = match exponent {
        0 => fraction * 2_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2_f64.powi(exponent - 15),
    };
    sign * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer(size: usize, signed: bool, order: ByteOrder) -> Element {
        Element::new(&Datatype::Integer { size, signed, order }).unwrap()
    }

    #[test]
    fn numbers_of_both_orders_and_signs() {
        let big = integer(2, true, ByteOrder::Big);
        assert_eq!(big.number(&[0xff, 0xfe]), Number::Int(-2));
        let little = integer(4, false, ByteOrder::Little);
        assert_eq!(little.number(&[1, 2, 0, 0]), Number::Int(513));
        assert_eq!(little.bits_of(Number::Int(-1)), None);
        assert_eq!(integer(1, true, ByteOrder::Little).bits_of(Number::Int(-1)), Some(0xff));
        assert_eq!(
            integer(8, false, ByteOrder::Little).bits_of(Number::Int(u64::MAX.into())),
            Some(u64::MAX)
        );
        assert_eq!(little.bits_of(Number::Float(0.5)), None);
        assert_eq!(little.bits_of(Number::Float(7.0)), Some(7));
    }

    #[test]
    fn halves() {
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0xc000), -2.0);
        assert_eq!(half(0x0001), 2_f64.powi(-24));
        assert!(half(0x7e00).is_nan());
    }
}

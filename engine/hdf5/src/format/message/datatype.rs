//! The datatype message: what one element is.

use crate::fault::Fault;
use crate::format::cursor::Cursor;

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

/// One element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Datatype {
    /// An integer of 1, 2, 4 or 8 bytes. Enumerations are read as their integers.
    Integer { size: usize, signed: bool, order: ByteOrder },
    /// An IEEE float of 2, 4 or 8 bytes.
    Float { size: usize, order: ByteOrder },
    /// Text of a fixed number of bytes.
    FixedString { size: usize },
    /// Text of any length, in the global heap.
    VariableString,
    /// Anything else, by name, with the bytes of one element.
    Other { name: String, size: usize },
}

impl Datatype {
    /// Parses the type at the cursor.
    pub(crate) fn parse(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        let head = cursor.u8()?;
        let (class, version) = (head & 0x0f, head >> 4);
        if !(1..=5).contains(&version) {
            return Err(cursor.corrupt("a datatype of version 1 to 5", format!("{version}")));
        }
        let bits = cursor.uint(3)?;
        let size = cursor.u32()? as usize;
        if size == 0 {
            return Err(cursor.corrupt("a datatype of at least one byte", "0 bytes"));
        }
        match class {
            0 => integer(&mut cursor, bits, size),
            1 => float(&mut cursor, bits, size),
            3 => Ok(Self::FixedString { size }),
            8 => enumeration(cursor, size),
            9 if bits & 0x0f == 1 => Ok(Self::VariableString),
            _ => Ok(Self::Other { name: class_name(class), size }),
        }
    }

    /// Bytes of one element in the file. A variable string is a length, an address and an index.
    pub(crate) fn size(&self, offset_size: u8) -> usize {
        match self {
            Self::Integer { size, .. }
            | Self::Float { size, .. }
            | Self::FixedString { size }
            | Self::Other { size, .. } => *size,
            Self::VariableString => 8 + usize::from(offset_size),
        }
    }
}

/// The order of a number's bytes; `None` for the VAX order.
fn order(bits: u64) -> Option<ByteOrder> {
    match (bits & 1, bits >> 6 & 1) {
        (0, 0) => Some(ByteOrder::Little),
        (1, 0) => Some(ByteOrder::Big),
        _ => None,
    }
}

fn integer(cursor: &mut Cursor<'_>, bits: u64, size: usize) -> Result<Datatype, Fault> {
    let (shift, precision) = (cursor.u16()?, usize::from(cursor.u16()?));
    let signed = bits & 0x08 != 0;
    let order = if bits & 1 == 0 { ByteOrder::Little } else { ByteOrder::Big };
    if matches!(size, 1 | 2 | 4 | 8) && shift == 0 && precision == 8 * size {
        return Ok(Datatype::Integer { size, signed, order });
    }
    let name = format!("integer of {precision} bits at bit {shift} of {size} bytes");
    Ok(Datatype::Other { name, size })
}

fn float(cursor: &mut Cursor<'_>, bits: u64, size: usize) -> Result<Datatype, Fault> {
    let (shift, precision) = (cursor.u16()?, usize::from(cursor.u16()?));
    let exponent = (cursor.u8()?, cursor.u8()?);
    let mantissa = (cursor.u8()?, cursor.u8()?);
    let bias = cursor.u32()?;
    let sign = bits >> 8 & 0xff;
    let normalised = bits >> 4 & 3 == 2;
    let ieee = match size {
        2 => (exponent, mantissa, bias, sign) == ((10, 5), (0, 10), 15, 15),
        4 => (exponent, mantissa, bias, sign) == ((23, 8), (0, 23), 127, 31),
        8 => (exponent, mantissa, bias, sign) == ((52, 11), (0, 52), 1023, 63),
        _ => false,
    };
    match order(bits) {
        Some(order) if ieee && normalised && shift == 0 && precision == 8 * size => {
            Ok(Datatype::Float { size, order })
        }
        _ => {
            let name = format!("float of {precision} bits in {size} bytes, not IEEE 754");
            Ok(Datatype::Other { name, size })
        }
    }
}

/// An enumeration is stored as its base type, which follows.
fn enumeration(mut cursor: Cursor<'_>, size: usize) -> Result<Datatype, Fault> {
    let head = cursor.u8()?;
    if head & 0x0f != 0 {
        return Ok(Datatype::Other { name: "enumeration of no integer".into(), size });
    }
    let bits = cursor.uint(3)?;
    let base = cursor.u32()? as usize;
    if base != size {
        let expected = format!("an enumeration over {size} bytes");
        return Err(cursor.corrupt(expected, format!("{base} bytes")));
    }
    integer(&mut cursor, bits, size)
}

fn class_name(class: u8) -> String {
    let name = match class {
        2 => "time",
        4 => "bitfield",
        5 => "opaque",
        6 => "compound",
        7 => "reference",
        9 => "variable-length sequence",
        10 => "array",
        11 => "complex number",
        _ => return format!("datatype class {class}"),
    };
    format!("{name} datatype")
}

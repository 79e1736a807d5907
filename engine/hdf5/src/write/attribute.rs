//! Attributes, stored inside the object header.

use super::element::{Data, Element, Number, Scalar, encode_text};
use super::header::dataspace;

/// The value of an attribute: a string, a number, or a list of numbers.
///
/// A string is stored at its length with a terminating NUL, as granules have them; a single number
/// as a scalar; a list, even of one number, in one dimension.
#[derive(Clone, Debug)]
pub struct AttributeValue {
    element: Element,
    /// `None` is a scalar.
    length: Option<usize>,
    bytes: Vec<u8>,
}

impl AttributeValue {
    /// The attribute message.
    pub(super) fn message(&self, name: &str) -> Vec<u8> {
        let datatype = self.element.message();
        let dataspace = match self.length {
            None => dataspace(&[], &[]),
            Some(length) => dataspace(&[length], &[Some(length)]),
        };
        let mut message = vec![3, 0];
        for size in [name.len() + 1, datatype.len(), dataspace.len()] {
            // A longer name makes the message too large, which the header refuses.
            message.extend((size as u16).to_le_bytes());
        }
        message.push(u8::from(!name.is_ascii()));
        message.extend(name.as_bytes());
        message.push(0);
        message.extend(datatype);
        message.extend(dataspace);
        message.extend(&self.bytes);
        message
    }
}

impl From<&str> for AttributeValue {
    fn from(value: &str) -> Self {
        let element = Element::text(&[value]);
        Self { element, length: None, bytes: encode_text(&[value], element) }
    }
}

impl From<String> for AttributeValue {
    fn from(value: String) -> Self {
        Self::from(value.as_str())
    }
}

impl From<Scalar> for AttributeValue {
    fn from(value: Scalar) -> Self {
        let (element, bytes) = value.encode();
        Self { element, length: None, bytes }
    }
}

impl From<Data<'_>> for AttributeValue {
    fn from(values: Data<'_>) -> Self {
        let (element, bytes) = values.encode();
        Self { element, length: Some(values.len()), bytes }
    }
}

macro_rules! from_numbers {
    ($($type:ident)*) => {$(
        impl From<$type> for AttributeValue {
            fn from(value: $type) -> Self {
                Self::from(Scalar::from(value))
            }
        }

        impl From<&[$type]> for AttributeValue {
            fn from(values: &[$type]) -> Self {
                let bytes = $type::encode(values);
                Self { element: $type::ELEMENT, length: Some(values.len()), bytes }
            }
        }

        impl<const N: usize> From<[$type; N]> for AttributeValue {
            fn from(values: [$type; N]) -> Self {
                Self::from(values.as_slice())
            }
        }
    )*};
}

from_numbers!(i8 u8 i16 u16 i32 u32 i64 u64 f32 f64);

//! Element types, and how values of them lie in a file: little endian, strings padded with NUL.

/// The type of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// A two's complement or unsigned integer of so many bytes.
    Integer { size: usize, signed: bool },
    /// An IEEE 754 number of 4 or 8 bytes.
    Float { size: usize },
    /// A string that takes so many bytes with its terminating NUL.
    Text { size: usize, utf8: bool },
}

impl Element {
    /// The type of strings that holds each of these.
    pub(super) fn text(values: &[&str]) -> Self {
        let longest = values.iter().map(|value| value.len()).max().unwrap_or(0);
        Self::Text { size: longest + 1, utf8: values.iter().any(|value| !value.is_ascii()) }
    }

    /// Bytes that one element takes.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Integer { size, .. } | Self::Float { size } | Self::Text { size, .. } => size,
        }
    }

    /// The datatype message.
    pub(super) fn message(self) -> Vec<u8> {
        // Version 1 of the message in the high half, the class in the low.
        let (class, bits) = match self {
            Self::Integer { signed, .. } => (0x10, u32::from(signed) << 3),
            // The mantissa's leading one is implied; the sign is the highest bit.
            Self::Float { size } => (0x11, 2 << 4 | (size as u32 * 8 - 1) << 8),
            Self::Text { utf8, .. } => (0x13, u32::from(utf8) << 4),
        };
        let mut message = vec![class];
        message.extend(bits.to_le_bytes().iter().take(3));
        message.extend((self.size() as u32).to_le_bytes());
        // The first bit and the number of bits of the value within the element.
        let span = |size: usize| [[0, 0], (size as u16 * 8).to_le_bytes()].concat();
        match self {
            Self::Integer { size, .. } => message.extend(span(size)),
            Self::Float { size } => {
                message.extend(span(size));
                // Exponent position and width, mantissa position and width, exponent bias.
                let (parts, bias) =
                    if size == 4 { ([23, 8, 0, 23], 127_u32) } else { ([52, 11, 0, 52], 1023) };
                message.extend(parts);
                message.extend(bias.to_le_bytes());
            }
            Self::Text { .. } => {}
        }
        message
    }
}

impl std::fmt::Display for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer { size, signed: true } => write!(f, "i{}", size * 8),
            Self::Integer { size, signed: false } => write!(f, "u{}", size * 8),
            Self::Float { size } => write!(f, "f{}", size * 8),
            Self::Text { size, .. } => write!(f, "strings of {size} bytes"),
        }
    }
}

/// Appends strings, each filled up to the element's size with NUL.
pub(super) fn encode_text(values: &[&str], element: Element) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * element.size());
    for value in values {
        let end = bytes.len() + element.size();
        bytes.extend(value.as_bytes());
        bytes.resize(end, 0);
    }
    bytes
}

/// A number type that a dataset, an attribute or a fill value may have.
pub(super) trait Number: Copy {
    const ELEMENT: Element;
    fn encode(values: &[Self]) -> Vec<u8>;
}

macro_rules! numbers {
    ($($variant:ident $type:ident $element:expr, $doc:literal;)*) => {
        /// The values of a dataset, the last dimension varying fastest.
        #[derive(Clone, Copy, Debug)]
        pub enum Data<'a> {
            $(#[doc = $doc] $variant(&'a [$type]),)*
            /// Fixed-length strings, as long as the longest of them; UTF-8 where one needs it.
            Text(&'a [&'a str]),
        }

        impl Data<'_> {
            /// The number of values.
            pub(super) fn len(&self) -> usize {
                match self {
                    $(Self::$variant(values) => values.len(),)*
                    Self::Text(values) => values.len(),
                }
            }

            /// The element type and the values as they lie in the file.
            pub(super) fn encode(&self) -> (Element, Vec<u8>) {
                match self {
                    $(Self::$variant(values) => ($type::ELEMENT, $type::encode(values)),)*
                    Self::Text(values) => {
                        let element = Element::text(values);
                        (element, encode_text(values, element))
                    }
                }
            }
        }

        /// One number, with its type.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Scalar {
            $(#[doc = $doc] $variant($type),)*
        }

        impl Scalar {
            /// The element type and the value as it lies in the file.
            pub(super) fn encode(self) -> (Element, Vec<u8>) {
                match self {
                    $(Self::$variant(value) => ($type::ELEMENT, $type::encode(&[value])),)*
                }
            }
        }

        $(
            impl Number for $type {
                const ELEMENT: Element = $element;
                fn encode(values: &[Self]) -> Vec<u8> {
                    values.iter().flat_map(|value| value.to_le_bytes()).collect()
                }
            }

            impl<'a> From<&'a [$type]> for Data<'a> {
                fn from(values: &'a [$type]) -> Self {
                    Self::$variant(values)
                }
            }

            impl<'a> From<&'a Vec<$type>> for Data<'a> {
                fn from(values: &'a Vec<$type>) -> Self {
                    Self::$variant(values)
                }
            }

            impl From<$type> for Scalar {
                fn from(value: $type) -> Self {
                    Self::$variant(value)
                }
            }
        )*
    };
}

numbers! {
    I8 i8 Element::Integer { size: 1, signed: true }, "Signed, 8 bits.";
    U8 u8 Element::Integer { size: 1, signed: false }, "Unsigned, 8 bits.";
    I16 i16 Element::Integer { size: 2, signed: true }, "Signed, 16 bits.";
    U16 u16 Element::Integer { size: 2, signed: false }, "Unsigned, 16 bits.";
    I32 i32 Element::Integer { size: 4, signed: true }, "Signed, 32 bits.";
    U32 u32 Element::Integer { size: 4, signed: false }, "Unsigned, 32 bits.";
    I64 i64 Element::Integer { size: 8, signed: true }, "Signed, 64 bits.";
    U64 u64 Element::Integer { size: 8, signed: false }, "Unsigned, 64 bits.";
    F32 f32 Element::Float { size: 4 }, "IEEE 754, 32 bits.";
    F64 f64 Element::Float { size: 8 }, "IEEE 754, 64 bits.";
}

//! Attributes of groups and datasets.

/// A named value on a group or dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The name, such as `units`.
    pub name: String,
    /// The value. A scalar has one element; arrays are flattened, the last axis varying fastest.
    pub value: AttributeValue,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue {
    /// Integers of any width and sign.
    Ints(Vec<i128>),
    /// Floats; narrower ones are widened, which is exact.
    Floats(Vec<f64>),
    /// Text, without trailing NULs and padding. Bytes that are not UTF-8 are replaced.
    Strings(Vec<String>),
    /// Something else; the text says what was met.
    Unsupported(String),
}

impl AttributeValue {
    /// The first element as text, if the value is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Strings(values) => values.first().map(String::as_str),
            _ => None,
        }
    }

    /// The first element as an integer, if the value holds integers and it fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Ints(values) => values.first().and_then(|&value| value.try_into().ok()),
            _ => None,
        }
    }

    /// The first element as a float, if the value is numeric. Integers are rounded to the nearest.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Ints(values) => values.first().map(|&value| value as f64),
            Self::Floats(values) => values.first().copied(),
            _ => None,
        }
    }
}

//! Types and fill values of the arrays, as a configuration writes them.

use std::fmt;

use super::error::ConfigErrorKind;
use super::node::{Node, Scalar};
use super::suggest;
use crate::store::StoreDtype;

type Result<T> = std::result::Result<T, ConfigErrorKind>;

/// What a cell without a value holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FillValue {
    /// For the integer types; it fits the type of its variable.
    Int(i128),
    /// For the float types; often NaN.
    Float(f64),
}

/// numpy's short names.
const SHORT: [(&str, StoreDtype); 12] = [
    ("i1", StoreDtype::Int8),
    ("i2", StoreDtype::Int16),
    ("i4", StoreDtype::Int32),
    ("i8", StoreDtype::Int64),
    ("int", StoreDtype::Int64),
    ("u1", StoreDtype::UInt8),
    ("u2", StoreDtype::UInt16),
    ("u4", StoreDtype::UInt32),
    ("u8", StoreDtype::UInt64),
    ("f4", StoreDtype::Float32),
    ("f8", StoreDtype::Float64),
    ("float", StoreDtype::Float64),
];

/// A type by its name in zarr, or by numpy's short one.
pub(super) fn read(node: &Node<'_>) -> Result<StoreDtype> {
    let text = node.str()?;
    let short = text.trim_start_matches(['<', '=', '|']);
    let short = || SHORT.iter().find(|(name, _)| *name == short).map(|(_, dtype)| *dtype);
    StoreDtype::from_name(text).or_else(short).ok_or_else(|| {
        let hint = suggest::hint(text, StoreDtype::ALL.map(StoreDtype::name));
        node.invalid(format!("unknown dtype `{text}`{hint}"))
    })
}

/// A fill value that fits the type.
pub(super) fn read_fill(dtype: StoreDtype, node: &Node<'_>) -> Result<FillValue> {
    if let (true, Some(text)) = (dtype.is_float(), node.as_str()) {
        return match text {
            "NaN" | "nan" => Ok(FillValue::Float(f64::NAN)),
            "Infinity" => Ok(FillValue::Float(f64::INFINITY)),
            "-Infinity" => Ok(FillValue::Float(f64::NEG_INFINITY)),
            _ => Err(node.wrong_type("a number or \"NaN\"")),
        };
    }
    let number = node.number()?;
    let Some((low, high)) = range(dtype) else {
        return Ok(FillValue::Float(number.as_f64()));
    };
    match number {
        Scalar::Int(i) if (low..=high).contains(&i) => Ok(FillValue::Int(i)),
        _ => Err(node.wrong_type(&format!("a whole number from {low} to {high} ({dtype})"))),
    }
}

/// The fill value when none is given: NaN for floats, 0 for integers.
pub(super) fn default_fill(dtype: StoreDtype) -> FillValue {
    if dtype.is_float() { FillValue::Float(f64::NAN) } else { FillValue::Int(0) }
}

/// Smallest and largest value of an integer type.
fn range(dtype: StoreDtype) -> Option<(i128, i128)> {
    Some(match dtype {
        StoreDtype::Int8 => (i8::MIN.into(), i8::MAX.into()),
        StoreDtype::Int16 => (i16::MIN.into(), i16::MAX.into()),
        StoreDtype::Int32 => (i32::MIN.into(), i32::MAX.into()),
        StoreDtype::Int64 => (i64::MIN.into(), i64::MAX.into()),
        StoreDtype::UInt8 => (0, u8::MAX.into()),
        StoreDtype::UInt16 => (0, u16::MAX.into()),
        StoreDtype::UInt32 => (0, u32::MAX.into()),
        StoreDtype::UInt64 => (0, u64::MAX.into()),
        StoreDtype::Float32 | StoreDtype::Float64 => return None,
    })
}

impl fmt::Display for FillValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(i) => write!(f, "{i}"),
            Self::Float(x) => write!(f, "{x:?}"),
        }
    }
}

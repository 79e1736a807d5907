//! One value of a variable: conversion from what SQL yields, and the fill value in JSON.

use arrow::datatypes::{
    ArrowNativeType, ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use serde_json::Value;

/// A value type of the store. The `from_*` functions answer `None` where the type cannot hold the value.
pub(super) trait Element: ArrowNativeType {
    type Arrow: ArrowPrimitiveType<Native = Self>;
    fn from_i64(value: i64) -> Option<Self>;
    fn from_u64(value: u64) -> Option<Self>;
    fn from_f64(value: f64) -> Option<Self>;
    /// Bitwise equality. NaN has one bit pattern here, and -0.0 is not the fill value 0.0.
    fn same(self, other: Self) -> bool;
    fn is_nan(self) -> bool;
    fn is_zero(self) -> bool;
    fn fill_from_json(value: &Value) -> Option<Self>;
    fn fill_to_json(self) -> Value;
    fn read(bytes: &[u8]) -> Option<Self>;
}

macro_rules! byte_order {
    () => {
        // Chunk codecs take and give the machine's byte order; the `bytes` codec makes it little-endian on disk.
        fn read(bytes: &[u8]) -> Option<Self> {
            bytes.try_into().ok().map(Self::from_ne_bytes)
        }
    };
}

macro_rules! integer {
    ($($native:ty => $arrow:ty),+) => {$(
        impl Element for $native {
            type Arrow = $arrow;
            fn from_i64(value: i64) -> Option<Self> {
                Self::try_from(value).ok()
            }
            fn from_u64(value: u64) -> Option<Self> {
                Self::try_from(value).ok()
            }
            fn from_f64(value: f64) -> Option<Self> {
                // An i128 holds any whole number up to 2^64; NaN and the infinities fail the comparison.
                (value.abs() <= 18_446_744_073_709_551_616.0 && value.fract() == 0.0)
                    .then(|| Self::try_from(value as i128).ok())?
            }
            fn same(self, other: Self) -> bool {
                self == other
            }
            fn is_nan(self) -> bool {
                false
            }
            fn is_zero(self) -> bool {
                self == 0
            }
            fn fill_from_json(value: &Value) -> Option<Self> {
                if let Some(v) = value.as_i64() {
                    Self::from_i64(v)
                } else if let Some(v) = value.as_u64() {
                    Self::from_u64(v)
                } else {
                    value.as_f64().and_then(Self::from_f64)
                }
            }
            fn fill_to_json(self) -> Value {
                Value::from(self)
            }
            byte_order!();
        }
    )+};
}
integer!(i8 => Int8Type, i16 => Int16Type, i32 => Int32Type, i64 => Int64Type,
         u8 => UInt8Type, u16 => UInt16Type, u32 => UInt32Type, u64 => UInt64Type);

macro_rules! float {
    ($($native:ty => $arrow:ty),+) => {$(
        // `as` rounds to nearest, ties to even. One NaN for all: its sign and payload differ between processors, and the
        // store must not.
        impl Element for $native {
            type Arrow = $arrow;
            fn from_i64(value: i64) -> Option<Self> {
                Some(value as Self)
            }
            fn from_u64(value: u64) -> Option<Self> {
                Some(value as Self)
            }
            fn from_f64(value: f64) -> Option<Self> {
                Some(if value.is_nan() { Self::NAN } else { value as Self })
            }
            fn same(self, other: Self) -> bool {
                self.to_bits() == other.to_bits()
            }
            fn is_nan(self) -> bool {
                self.is_nan()
            }
            fn is_zero(self) -> bool {
                self == 0.0
            }
            fn fill_from_json(value: &Value) -> Option<Self> {
                match value.as_str() {
                    Some("NaN") => Some(Self::NAN),
                    Some("Infinity") => Some(Self::INFINITY),
                    Some("-Infinity") => Some(Self::NEG_INFINITY),
                    Some(_) => None,
                    None => value.as_f64().and_then(Self::from_f64),
                }
            }
            fn fill_to_json(self) -> Value {
                // JSON has no word for these; Zarr v3 spells them as strings.
                if self.is_nan() {
                    "NaN".into()
                } else if self == Self::INFINITY {
                    "Infinity".into()
                } else if self == Self::NEG_INFINITY {
                    "-Infinity".into()
                } else {
                    Value::from(self)
                }
            }
            byte_order!();
        }
    )+};
}
float!(f32 => Float32Type, f64 => Float64Type);

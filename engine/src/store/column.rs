//! The dense values of one variable over one shard.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{Float64Type, Int64Type, ToByteSlice, UInt64Type};
use serde_json::Value;
use std::sync::Arc;

use super::dtype::StoreDtype;
use super::element::Element;

/// Values and their fill.
#[derive(Debug, Clone)]
pub(super) struct Dense<T> {
    values: Vec<T>,
    fill: T,
}

/// [`Dense`] of any type.
#[derive(Debug, Clone)]
pub(super) enum Column {
    Int8(Dense<i8>),
    Int16(Dense<i16>),
    Int32(Dense<i32>),
    Int64(Dense<i64>),
    UInt8(Dense<u8>),
    UInt16(Dense<u16>),
    UInt32(Dense<u32>),
    UInt64(Dense<u64>),
    Float32(Dense<f32>),
    Float64(Dense<f64>),
}

macro_rules! each {
    ($column:expr, $dense:ident => $body:expr) => {
        match $column {
            Column::Int8($dense) => $body,
            Column::Int16($dense) => $body,
            Column::Int32($dense) => $body,
            Column::Int64($dense) => $body,
            Column::UInt8($dense) => $body,
            Column::UInt16($dense) => $body,
            Column::UInt32($dense) => $body,
            Column::UInt64($dense) => $body,
            Column::Float32($dense) => $body,
            Column::Float64($dense) => $body,
        }
    };
}

/// Values as SQL yields them, widened to one of three types that lose nothing.
pub(super) enum Wide {
    Signed(PrimitiveArray<Int64Type>),
    Unsigned(PrimitiveArray<UInt64Type>),
    Float(PrimitiveArray<Float64Type>),
    /// A column of type Null.
    Nothing,
}

/// A value that the column's type cannot hold: the row it came in and its text.
pub(super) struct Refused {
    pub(super) row: usize,
    pub(super) value: String,
}

impl Column {
    /// `len` cells of fill. `None` if `fill` is not a value of `dtype`.
    pub(super) fn filled(dtype: StoreDtype, fill: &Value, len: usize) -> Option<Self> {
        fn dense<T: Element>(fill: &Value, len: usize) -> Option<Dense<T>> {
            T::fill_from_json(fill).map(|fill| Dense { values: vec![fill; len], fill })
        }
        Some(match dtype {
            StoreDtype::Int8 => Self::Int8(dense(fill, len)?),
            StoreDtype::Int16 => Self::Int16(dense(fill, len)?),
            StoreDtype::Int32 => Self::Int32(dense(fill, len)?),
            StoreDtype::Int64 => Self::Int64(dense(fill, len)?),
            StoreDtype::UInt8 => Self::UInt8(dense(fill, len)?),
            StoreDtype::UInt16 => Self::UInt16(dense(fill, len)?),
            StoreDtype::UInt32 => Self::UInt32(dense(fill, len)?),
            StoreDtype::UInt64 => Self::UInt64(dense(fill, len)?),
            StoreDtype::Float32 => Self::Float32(dense(fill, len)?),
            StoreDtype::Float64 => Self::Float64(dense(fill, len)?),
        })
    }

    /// The fill value as the metadata spells it.
    pub(super) fn fill_json(&self) -> Value {
        each!(self, c => c.fill.fill_to_json())
    }

    /// Put row `r` of `source` at `positions[r]`. NULL is the fill.
    pub(super) fn scatter(&mut self, positions: &[usize], source: &Wide) -> Result<(), Refused> {
        each!(self, c => match source {
            Wide::Signed(s) => c.scatter(positions, s, Element::from_i64),
            Wide::Unsigned(s) => c.scatter(positions, s, Element::from_u64),
            Wide::Float(s) => c.scatter(positions, s, Element::from_f64),
            Wide::Nothing => Ok(()),
        })
    }

    pub(super) fn is_all_fill(&self) -> bool {
        each!(self, c => c.values.iter().all(|v| v.same(c.fill)))
    }

    /// Set `flags[i]` where value `i` is not the fill.
    pub(super) fn mark_occupied(&self, flags: &mut [bool]) {
        each!(self, c => for (flag, value) in flags.iter_mut().zip(&c.values) {
            *flag |= !value.same(c.fill);
        });
    }

    /// The values in the machine's byte order.
    pub(super) fn bytes(&self) -> &[u8] {
        each!(self, c => c.values.to_byte_slice())
    }

    /// Replace the values by those of a decoded chunk. `false` if the length is wrong.
    pub(super) fn set_bytes(&mut self, bytes: &[u8]) -> bool {
        each!(self, c => c.set_bytes(bytes))
    }

    /// The values where `keep` is set, or all of them. NaN, and a fill other than zero, become NULL.
    pub(super) fn to_arrow(&self, keep: Option<&[bool]>) -> ArrayRef {
        each!(self, c => c.to_arrow(keep))
    }
}

impl<T: Element> Dense<T> {
    fn scatter<S: ArrowPrimitiveType>(
        &mut self,
        positions: &[usize],
        source: &PrimitiveArray<S>,
        convert: impl Fn(S::Native) -> Option<T>,
    ) -> Result<(), Refused> {
        for (row, (&position, &value)) in positions.iter().zip(source.values()).enumerate() {
            if source.is_null(row) {
                continue;
            }
            let value =
                convert(value).ok_or_else(|| Refused { row, value: format!("{value:?}") })?;
            if let Some(slot) = self.values.get_mut(position) {
                *slot = value;
            }
        }
        Ok(())
    }

    fn set_bytes(&mut self, bytes: &[u8]) -> bool {
        if bytes.len() != std::mem::size_of_val(self.values.as_slice()) {
            return false;
        }
        let read = bytes.chunks_exact(size_of::<T>()).map(|b| T::read(b).unwrap_or(self.fill));
        self.values = read.collect();
        true
    }

    fn to_arrow(&self, keep: Option<&[bool]>) -> ArrayRef {
        let values: Vec<T> = match keep {
            None => self.values.clone(),
            Some(keep) => {
                self.values.iter().zip(keep).filter(|(_, k)| **k).map(|(v, _)| *v).collect()
            }
        };
        // A count of zero is a zero, not an absence.
        let fill_is_null = !self.fill.is_zero();
        let valid = |v: &T| !(v.is_nan() || fill_is_null && v.same(self.fill));
        let valid: BooleanBuffer = values.iter().map(valid).collect();
        let nulls = Some(NullBuffer::new(valid)).filter(|n| n.null_count() > 0);
        Arc::new(PrimitiveArray::<T::Arrow>::new(values.into(), nulls))
    }
}

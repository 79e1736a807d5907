//! The same values, read by libhdf5.

use hdf5_metno::types::{FloatSize, IntSize, TypeDescriptor};
use hdf5_metno::{Dataset, H5Type};

/// The bytes of all elements in this machine's order; `None` for what is not a number.
pub(crate) fn bytes(dataset: &Dataset) -> Option<Vec<u8>> {
    macro_rules! read {
        ($type:ty) => {
            values::<$type>(dataset).iter().flat_map(|value| value.to_ne_bytes()).collect()
        };
    }
    Some(match dataset.dtype().unwrap().to_descriptor().ok()? {
        TypeDescriptor::Integer(IntSize::U1) => read!(i8),
        TypeDescriptor::Integer(IntSize::U2) => read!(i16),
        TypeDescriptor::Integer(IntSize::U4) => read!(i32),
        TypeDescriptor::Integer(IntSize::U8) => read!(i64),
        TypeDescriptor::Unsigned(IntSize::U1) => read!(u8),
        TypeDescriptor::Unsigned(IntSize::U2) => read!(u16),
        TypeDescriptor::Unsigned(IntSize::U4) => read!(u32),
        TypeDescriptor::Unsigned(IntSize::U8) => read!(u64),
        TypeDescriptor::Float(FloatSize::U4) => read!(f32),
        TypeDescriptor::Float(FloatSize::U8) => read!(f64),
        _ => return None,
    })
}

fn values<T: H5Type>(dataset: &Dataset) -> Vec<T> {
    dataset.read_raw::<T>().unwrap()
}

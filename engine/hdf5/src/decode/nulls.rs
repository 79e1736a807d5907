//! Which elements are null: those with the bits of the null value, and every NaN.

use arrow::buffer::{BooleanBuffer, Buffer, MutableBuffer, NullBuffer};
use arrow::datatypes::ArrowNativeType;

use super::element::Element;

/// The validity of `values`; `None` if no element is null.
pub(crate) fn validity(
    values: &MutableBuffer,
    element: &Element,
    null: Option<u64>,
) -> Option<NullBuffer> {
    macro_rules! scan {
        ($bits:ty, $infinity:expr) => {{
            let values = values.typed_data::<$bits>();
            // Bits above the sign of infinity are those of a NaN.
            let nan = |value: $bits| value & (<$bits>::MAX >> 1) > $infinity;
            match (null.map(|null| null as $bits), element.is_float()) {
                (None, false) => None,
                (Some(null), false) => mask(values, |value| value == null),
                (None, true) => mask(values, nan),
                (Some(null), true) => mask(values, |value| value == null || nan(value)),
            }
        }};
    }
    if !element.is_number() {
        return None;
    }
    match element.width {
        1 => null.and_then(|null| mask(values.as_slice(), |value| u64::from(value) == null)),
        2 => scan!(u16, 0x7c00),
        4 => scan!(u32, 0x7f80_0000),
        8 => scan!(u64, 0x7ff0_0000_0000_0000),
        _ => None,
    }
}

fn mask<T: ArrowNativeType>(values: &[T], is_null: impl Fn(T) -> bool) -> Option<NullBuffer> {
    let mut words: Vec<u64> = Vec::new();
    let mut nulls = 0;
    for (at, block) in values.chunks(64).enumerate() {
        // Without a branch per element this test is a few vector instructions, and nearly always
        // all that is done.
        let any = block.iter().fold(false, |any, &value| any | is_null(value));
        if !any {
            if nulls > 0 {
                words.push(u64::MAX);
            }
            continue;
        }
        if nulls == 0 {
            words.reserve(values.len().div_ceil(64));
            words.resize(at, u64::MAX);
        }
        let bits =
            block.iter().rev().fold(0, |bits: u64, &value| bits << 1 | u64::from(is_null(value)));
        nulls += bits.count_ones() as usize;
        words.push(!bits);
    }
    if nulls == 0 {
        return None;
    }
    let words = words.into_iter().map(u64::to_le).collect::<Vec<_>>();
    let valid = BooleanBuffer::new(Buffer::from_vec(words), 0, values.len());
    Some(NullBuffer::new(valid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::message::datatype::{ByteOrder, Datatype};

    fn nulls(values: &[f32], null: Option<f32>) -> Option<Vec<usize>> {
        let element = Element::new(&Datatype::Float { size: 4, order: ByteOrder::Little }).unwrap();
        let mut buffer = MutableBuffer::new(0);
        buffer.extend_from_slice(values);
        let null = null.map(|null| null.to_bits().into());
        let found = validity(&buffer, &element, null)?;
        Some((0..values.len()).filter(|&at| found.is_null(at)).collect())
    }

    #[test]
    fn finds_fill_values_and_nans() {
        let mut values = vec![1.0_f32; 200];
        assert_eq!(nulls(&values, Some(f32::MAX)), None);
        assert_eq!(nulls(&[], Some(0.0)), None);
        values[70] = f32::MAX;
        values[199] = f32::NAN;
        values[0] = f32::INFINITY;
        assert_eq!(nulls(&values, Some(f32::MAX)), Some(vec![70, 199]));
        assert_eq!(nulls(&values, None), Some(vec![199]));
        assert_eq!(nulls(&values, Some(1.0)).map(|found| found.len()), Some(198));
    }
}

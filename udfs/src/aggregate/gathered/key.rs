//! Floats as signed integers that sort as they do.

use std::fmt::Debug;

use arrow::datatypes::{ArrowPrimitiveType, Float32Type, Float64Type};

/// An integer that stands for a float and compares as the float does: −∞ < … < −0.0 < 0.0 < … < ∞.
///
/// Integers compare in one instruction and have a total order, which selection wants. Lists are stored as such integers,
/// 32 bits for Float32 input: f32 → f64 is exact, so results are those of the same values in Float64.
pub(super) trait Key: Copy + Ord + Default + Debug + Send + Sync + 'static {
    /// The Arrow type whose values these are.
    type Arrow: ArrowPrimitiveType;

    /// How many words of a block its header takes.
    const HEADER: usize;

    /// The key of a value that is not NaN.
    fn of(value: <Self::Arrow as ArrowPrimitiveType>::Native) -> Self;

    /// Whether a value is NaN, which has no place in the order.
    fn is_nan(value: <Self::Arrow as ArrowPrimitiveType>::Native) -> bool;

    /// The value of a key.
    fn value(self) -> <Self::Arrow as ArrowPrimitiveType>::Native;

    /// The value of a key in double precision.
    fn as_f64(self) -> f64;

    /// Writes a block's header: the block that follows it, and its own length in units.
    fn write_header(block: &mut [Self], next: u32, units: u32);

    /// Reads what [`Key::write_header`] wrote.
    fn read_header(block: &[Self]) -> (u32, u32);
}

/// Negative floats have the sign bit set and grow in magnitude with the rest, so the rest is flipped. Its own inverse.
fn flip32(bits: i32) -> i32 {
    bits ^ (bits >> 31 & i32::MAX)
}

/// [`flip32`] for 64 bits.
fn flip64(bits: i64) -> i64 {
    bits ^ (bits >> 63 & i64::MAX)
}

impl Key for i32 {
    type Arrow = Float32Type;
    const HEADER: usize = 2;

    fn of(value: f32) -> Self {
        flip32(value.to_bits().cast_signed())
    }

    fn is_nan(value: f32) -> bool {
        value.is_nan()
    }

    fn value(self) -> f32 {
        f32::from_bits(flip32(self).cast_unsigned())
    }

    fn as_f64(self) -> f64 {
        f64::from(self.value())
    }

    fn write_header(block: &mut [Self], next: u32, units: u32) {
        block[0] = next.cast_signed();
        block[1] = units.cast_signed();
    }

    fn read_header(block: &[Self]) -> (u32, u32) {
        (block[0].cast_unsigned(), block[1].cast_unsigned())
    }
}

impl Key for i64 {
    type Arrow = Float64Type;
    const HEADER: usize = 1;

    fn of(value: f64) -> Self {
        flip64(value.to_bits().cast_signed())
    }

    fn is_nan(value: f64) -> bool {
        value.is_nan()
    }

    fn value(self) -> f64 {
        f64::from_bits(flip64(self).cast_unsigned())
    }

    fn as_f64(self) -> f64 {
        self.value()
    }

    fn write_header(block: &mut [Self], next: u32, units: u32) {
        block[0] = (u64::from(units) << 32 | u64::from(next)).cast_signed();
    }

    fn read_header(block: &[Self]) -> (u32, u32) {
        let word = block[0].cast_unsigned();
        (word as u32, (word >> 32) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn keys_sort_as_floats_do_and_come_back() {
        let ascending = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -f64::MIN_POSITIVE,
            -5e-324,
            -0.0,
            0.0,
            5e-324,
            1.0,
            f64::MAX,
            f64::INFINITY,
        ];
        let keys: Vec<_> = ascending.iter().map(|&v| <i64 as Key>::of(v)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b));
        for (key, v) in keys.iter().zip(ascending) {
            assert_eq!(key.value().to_bits(), v.to_bits());
        }
        let narrow: Vec<_> = [f32::NEG_INFINITY, -2.0, -0.0, 0.0, 1e-40, 2.0, f32::INFINITY]
            .into_iter()
            .map(|v| (<i32 as Key>::of(v), v))
            .collect();
        assert!(narrow.is_sorted_by(|a, b| a.0 < b.0));
        assert!(narrow.iter().all(|(k, v)| k.value().to_bits() == v.to_bits()));
        assert!(<i64 as Key>::is_nan(-f64::NAN) && !<i64 as Key>::is_nan(f64::INFINITY));
        assert!(<i32 as Key>::is_nan(f32::NAN) && !<i32 as Key>::is_nan(-0.0));
    }

    #[test]
    fn headers_come_back() {
        let mut narrow = [0_i32; 8];
        i32::write_header(&mut narrow, u32::MAX, 64);
        assert_eq!(i32::read_header(&narrow), (u32::MAX, 64));
        let mut wide = [0_i64; 8];
        i64::write_header(&mut wide, u32::MAX - 1, 64);
        assert_eq!(i64::read_header(&wide), (u32::MAX - 1, 64));
    }
}

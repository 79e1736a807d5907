//! Which elements are null: those with the bits of the null value, and every NaN.

use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};

use super::element::Element;

/// The validity of elements that are looked through in tiles. No memory is used before the first
/// null.
pub(crate) struct Nulls {
    /// Bytes of an element; zero for what is never null.
    width: usize,
    float: bool,
    null: Option<u64>,
    /// Elements of all tiles.
    length: usize,
    /// Elements seen.
    seen: usize,
    /// Those that were null.
    count: usize,
    /// A bit for each element seen that is not null, once one is.
    words: Vec<u64>,
}

impl Nulls {
    /// For `length` elements, of which those with the bits `null` are null.
    pub(crate) fn new(element: &Element, null: Option<u64>, length: usize) -> Self {
        let never = !element.is_number() || (null.is_none() && !element.is_float());
        let width = if never { 0 } else { element.width };
        let float = element.is_float();
        Self { width, float, null, length, seen: 0, count: 0, words: Vec::new() }
    }

    /// Looks through the next elements. All tiles but the last are of whole words of 64 elements.
    pub(crate) fn scan(&mut self, tile: &[u8]) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            #[expect(unsafe_code, reason = "SSE2 has no comparison of 64-bit integers")]
            // SAFETY: the machine has AVX2.
            unsafe {
                self.scan_by_avx2(tile);
            }
            return;
        }
        self.scan_by_any(tile);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn scan_by_avx2(&mut self, tile: &[u8]) {
        self.scan_by_any(tile);
    }

    #[inline(always)]
    fn scan_by_any(&mut self, tile: &[u8]) {
        macro_rules! scan {
            ($bits:ty, $infinity:expr) => {{
                // Bits above the sign of infinity are those of a NaN.
                let nan = |value: $bits| value & (<$bits>::MAX >> 1) > $infinity;
                let (values, _) = tile.as_chunks();
                let value = |bytes: &[u8; size_of::<$bits>()]| <$bits>::from_ne_bytes(*bytes);
                match (self.null.map(|null| null as $bits), self.float) {
                    (None, _) => self.mask(values, |bytes| nan(value(bytes))),
                    (Some(null), false) => self.mask(values, |bytes| value(bytes) == null),
                    (Some(null), true) => self.mask(values, |bytes| {
                        let value = value(bytes);
                        (value == null) | nan(value)
                    }),
                }
            }};
        }
        match (self.width, self.null) {
            (1, Some(null)) => {
                let (values, _) = tile.as_chunks();
                self.mask(values, |&[value]| u64::from(value) == null);
            }
            (2, _) => scan!(u16, 0x7c00),
            (4, _) => scan!(u32, 0x7f80_0000),
            (8, _) => scan!(u64, 0x7ff0_0000_0000_0000),
            _ => {}
        }
    }

    #[inline(always)]
    fn mask<const WIDTH: usize>(
        &mut self,
        values: &[[u8; WIDTH]],
        is_null: impl Fn(&[u8; WIDTH]) -> bool,
    ) {
        for block in values.chunks(64) {
            // Without a branch per element this test is a few vector instructions, and nearly
            // always all that is done.
            let any = block.iter().fold(false, |any, value| any | is_null(value));
            if any {
                let join = |bits: u64, value: &[u8; WIDTH]| bits << 1 | u64::from(is_null(value));
                self.push(block.iter().rev().fold(0, join));
            } else if self.count > 0 {
                self.words.push(u64::MAX);
            }
            self.seen += block.len();
        }
    }

    /// Adds a word with a bit for each null.
    fn push(&mut self, bits: u64) {
        if self.count == 0 {
            self.words.reserve_exact(self.length.div_ceil(64));
            self.words.resize(self.seen / 64, u64::MAX);
        }
        self.count += bits.count_ones() as usize;
        self.words.push(!bits);
    }

    /// The validity of all elements; `None` if no element is null.
    pub(crate) fn finish(self) -> Option<NullBuffer> {
        if self.count == 0 {
            return None;
        }
        let words = self.words.into_iter().map(u64::to_le).collect::<Vec<_>>();
        Some(NullBuffer::new(BooleanBuffer::new(Buffer::from_vec(words), 0, self.seen)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::message::datatype::{ByteOrder, Datatype};

    fn nulls(values: &[f32], null: Option<f32>) -> Option<Vec<usize>> {
        let element = Element::new(&Datatype::Float { size: 4, order: ByteOrder::Little }).unwrap();
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        let null = null.map(|null| null.to_bits().into());
        let scanned = |tile: usize| {
            let mut nulls = Nulls::new(&element, null, values.len());
            bytes.chunks(4 * tile).for_each(|tile| nulls.scan(tile));
            nulls.finish()
        };
        let mut by_any = Nulls::new(&element, null, values.len());
        by_any.scan_by_any(&bytes);
        assert_eq!(scanned(64), by_any.finish());
        assert_eq!(scanned(64), scanned(128));
        let found = scanned(1024)?;
        assert_eq!(found.null_count(), (0..values.len()).filter(|&at| found.is_null(at)).count());
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

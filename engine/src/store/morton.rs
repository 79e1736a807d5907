//! Packed Morton words, for the optional `morton` array.

/// The u64 word of a cell: base cell + 1 in the top four bits, then two bits per order, then a suffix for the order.
///
/// `nested` is a nested id of `order`, at most 29. Orders 28 and 29 do not fit the 27 two-bit steps; the suffix numbers
/// them in pre-order, five to each order-27 quarter.
pub(super) const fn word(nested: u64, order: u8) -> u64 {
    match order {
        0..=27 => ((nested + (1 << (2 * order))) << (60 - 2 * order)) | order as u64,
        28 => (((nested >> 2) + (1 << 54)) << 6) | (28 + 5 * (nested & 3)),
        _ => (((nested >> 4) + (1 << 54)) << 6) | (29 + 5 * ((nested >> 2) & 3) + (nested & 3)),
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    /// Base cell, path and suffix read back by the published layout of the word.
    fn decode(word: u64) -> (u64, u64, u64) {
        ((word >> 60) - 1, (word >> 6) & ((1 << 54) - 1), word & 63)
    }

    #[test]
    fn words_hold_base_path_and_order() {
        assert_eq!(decode(word(0, 0)), (0, 0, 0));
        assert_eq!(decode(word(11, 0)), (11, 0, 0));
        assert_eq!(decode(word(5 * 4 + 3, 1)), (5, 3 << 52, 1));
        let last = 12 * (1 << 54) - 1;
        assert_eq!(decode(word(last, 27)), (11, (1 << 54) - 1, 27));
        assert_eq!(decode(word(4 * last + 2, 28)), (11, (1 << 54) - 1, 28 + 10));
        assert_eq!(decode(word(16 * last + 9, 29)), (11, (1 << 54) - 1, 29 + 10 + 1));
    }
}

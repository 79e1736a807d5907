//! Ascending numbers, kept by their differences.

/// A list of ascending numbers, in one byte for each that is less than 128 after the last one, and two to five for others.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Seven bits to a byte, the lowest first; the eighth says that there are more.
    bytes: Vec<u8>,
    count: u32,
    last: u32,
}

impl List {
    #[inline]
    pub(super) fn push(&mut self, number: u32) {
        let mut gap = number - self.last;
        while gap >= 0x80 {
            self.bytes.push(gap as u8 | 0x80);
            gap >>= 7;
        }
        self.bytes.push(gap as u8);
        self.last = number;
        self.count += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn into_numbers(self) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(self.count as usize);
        let (mut number, mut gap, mut shift) = (0_u32, 0_u32, 0);
        for byte in self.bytes {
            gap |= u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                number += gap;
                numbers.push(number);
                (gap, shift) = (0, 0);
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::List;

    #[test]
    fn numbers_come_back() {
        let numbers =
            [0, 1, 127, 254, 255, 16_638, 16_639 + 16_384, 5_000_000, u32::MAX - 1, u32::MAX];
        let mut list = List::default();
        assert!(list.is_empty());
        numbers.iter().for_each(|n| list.push(*n));
        assert_eq!(list.into_numbers(), numbers);
    }
}

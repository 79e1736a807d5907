//! The pictures of a tile, one after the other, in few bytes.

use super::tile::{Rows, SIDE};

/// Pictures of ascending shapes.
///
/// Each is the difference to the shape before (seven bits to a byte, the lowest first), a bit for each row that has anything,
/// and then for each such row two bytes where its cells are one run, as nearly all are, and otherwise six.
#[derive(Debug, Default)]
pub(super) struct Log {
    bytes: Vec<u8>,
    last: u32,
}

/// Marks a row that follows as a whole; the bits below have the beginning of a run, and its length less one.
const NO_RUN: u16 = 1 << 15;

impl Log {
    pub(super) fn push(&mut self, shape: u32, rows: &Rows) {
        let mut gap = shape - self.last;
        self.last = shape;
        while gap >= 0x80 {
            self.bytes.push(gap as u8 | 0x80);
            gap >>= 7;
        }
        self.bytes.push(gap as u8);
        let occupied = (0..).zip(rows).fold(0_u32, |all, (k, row)| all | u32::from(*row != 0) << k);
        self.bytes.extend(occupied.to_le_bytes());
        for &row in rows.iter().filter(|row| **row != 0) {
            let start = row.trailing_zeros();
            let length = (!(row >> start)).trailing_zeros().min(SIDE - start);
            if length == row.count_ones() {
                self.bytes.extend(((start << 5 | (length - 1)) as u16).to_le_bytes());
            } else {
                self.bytes.extend(NO_RUN.to_le_bytes());
                self.bytes.extend(row.to_le_bytes());
            }
        }
    }

    /// Calls `each` with a shape, a row and the cells in it, in the order of the shapes.
    pub(super) fn replay(&self, mut each: impl FnMut(u32, usize, u32)) {
        let mut bytes = self.bytes.as_slice();
        let mut shape = 0;
        while !bytes.is_empty() {
            let (mut gap, mut shift) = (0, 0);
            loop {
                let [byte] = take(&mut bytes);
                gap |= u32::from(byte & 0x7f) << shift;
                shift += 7;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            shape += gap;
            let mut occupied = u32::from_le_bytes(take(&mut bytes));
            while occupied != 0 {
                let row = occupied.trailing_zeros() as usize;
                occupied &= occupied - 1;
                let run = u16::from_le_bytes(take(&mut bytes));
                let cells = if run == NO_RUN {
                    u32::from_le_bytes(take(&mut bytes))
                } else {
                    let (start, length) = (u32::from(run >> 5) % SIDE, u32::from(run) % SIDE + 1);
                    (u32::MAX >> (SIDE - length)) << start
                };
                each(shape, row, cells);
            }
        }
    }
}

/// The next bytes; the log ends with a whole picture.
fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let Some((first, rest)) = bytes.split_first_chunk() else {
        *bytes = &[];
        return [0; N];
    };
    *bytes = rest;
    *first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::tests::rng::Rng;

    #[test]
    fn pictures_come_back() {
        let mut rng = Rng::new(51);
        let (mut log, mut expected, mut shape) = (Log::default(), Vec::new(), 0);
        for case in 0..2000 {
            shape += (rng.next() >> (rng.next() % 20 + 40)) as u32;
            let mut rows = [0; SIDE as usize];
            for row in &mut rows {
                *row = match rng.next() % 5 {
                    0 => rng.next() as u32,
                    1 => u32::MAX,
                    2 => u32::MAX << (rng.next() % 32) >> (case % 9),
                    _ => 0,
                };
            }
            log.push(shape, &rows);
            let occupied = (0..).zip(rows).filter(|(_, row)| *row != 0);
            expected.extend(occupied.map(|(k, row)| (shape, k, row)));
        }
        let mut found = Vec::new();
        log.replay(|shape, row, cells| found.push((shape, row, cells)));
        assert_eq!(found, expected);
    }
}

//! The pictures of a tile, one after the other, in few bytes.

use super::tile::{AREA, Rows, SIDE};

/// Pictures of ascending shapes.
///
/// Each is the difference to the shape before (fifteen bits to a word, the lowest first) and then the runs of cells along its
/// rows, a word each.
#[derive(Debug, Default)]
pub(super) struct Log {
    words: Vec<u16>,
    last: u32,
}

/// In a number it says that another word follows, in runs that this is the last.
pub(super) const FLAG: u16 = 1 << 15;

/// Bits of the length of a run, less one, at the lower end; above them is the place of its first cell.
const LENGTH_BITS: u32 = SIDE.trailing_zeros();

/// A run of `length` cells in a row of a tile.
#[inline(always)]
pub(super) fn word(row: u32, start: u32, length: u32) -> u16 {
    ((row * SIDE + start) << LENGTH_BITS | (length - 1)) as u16
}

/// Puts the runs of rows in place of what is in `out`.
pub(super) fn encode(rows: &Rows, out: &mut Vec<u16>) {
    out.clear();
    for (row, &cells) in (0_u32..).zip(rows) {
        let mut cells = cells;
        while cells != 0 {
            let start = cells.trailing_zeros();
            let length = (!(cells >> start)).trailing_zeros().min(SIDE - start);
            out.push(word(row, start, length));
            cells &= !bits(start, length);
        }
    }
}

/// The rows that runs are of.
pub(super) fn decode(runs: &[u16]) -> Rows {
    let mut rows = [0; SIDE as usize];
    for (place, length) in runs.iter().map(|word| run(*word)) {
        rows[place / SIDE as usize] |= bits(place as u32 % SIDE, length as u32);
    }
    rows
}

/// The place of the first cell of a run, below [`AREA`], and the number of its cells, up to [`SIDE`].
#[inline(always)]
fn run(word: u16) -> (usize, usize) {
    let place = (word & !FLAG) as usize >> LENGTH_BITS;
    (place % AREA, word as usize % SIDE as usize + 1)
}

/// So many bits in a row, which are one at least.
pub(super) fn bits(start: u32, length: u32) -> u32 {
    (u32::MAX >> (SIDE - length)) << start
}

impl Log {
    /// Adds a picture: runs, of which the last is flagged.
    pub(super) fn push(&mut self, shape: u32, runs: &[u16]) {
        let mut gap = shape - self.last;
        self.last = shape;
        while gap >= u32::from(FLAG) {
            self.words.push(gap as u16 | FLAG);
            gap >>= 15;
        }
        self.words.push(gap as u16);
        self.words.extend_from_slice(runs);
    }

    /// Calls `each` with a shape, the place of the first cell of a run, below [`AREA`], and the number of its cells, up to
    /// [`SIDE`]. Shapes come in their order.
    #[inline]
    pub(super) fn replay(&self, mut each: impl FnMut(u32, usize, usize)) {
        let mut words = self.words.iter();
        let mut shape = 0_u32;
        while let Some(&word) = words.next() {
            let (mut gap, mut more, mut shift) = (u32::from(word & !FLAG), word & FLAG != 0, 15);
            while more {
                // The log ends with a whole picture.
                let Some(&word) = words.next() else { return };
                gap |= u32::from(word & !FLAG) << shift;
                (more, shift) = (word & FLAG != 0, shift + 15);
            }
            shape += gap;
            for &word in words.by_ref() {
                let (place, length) = run(word);
                each(shape, place, length);
                if word & FLAG != 0 {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::tests::rng::Rng;

    #[test]
    fn pictures_come_back() {
        let mut rng = Rng::new(51);
        let (mut log, mut expected, mut shape) = (Log::default(), Vec::new(), 0_u32);
        for case in 0..2000 {
            shape += (rng.next() >> (rng.next() % 24 + 39)) as u32;
            let mut rows = [0; SIDE as usize];
            for row in &mut rows {
                *row = match rng.next() % 5 {
                    0 => rng.next() as u32,
                    1 => u32::MAX,
                    2 => u32::MAX << (rng.next() % 32) >> (case % 9),
                    _ => 0,
                };
            }
            rows[31] |= 1;
            let mut runs = vec![FLAG; case as usize % 3];
            encode(&rows, &mut runs);
            assert_eq!(decode(&runs), rows);
            *runs.last_mut().unwrap() |= FLAG;
            log.push(shape, &runs);
            let cells = (0..AREA).filter(|place| rows[place / 32] >> (place % 32) & 1 == 1);
            expected.extend(cells.map(|place| (shape, place)));
        }
        let mut found = Vec::new();
        log.replay(|shape, place, length| {
            assert!(place % 32 + length <= 32);
            found.extend((place..place + length).map(|place| (shape, place)));
        });
        assert!(found == expected);
    }
}

//! Zstd frames of words that count upwards, written down without a search.
//!
//! In the ids of a shard each word repeats an earlier one but for a single byte: at first the word before, then the one
//! 256 words before, and so on; in packed Morton words, where counting begins within a byte, it takes a few words less. A
//! compressor finds that out thousands of times for each shard, which took longer than compressing all the values, and
//! does not find all of it. Here it is known: a *unit* is one byte as it is and seven that are copied, and any number of
//! units are a block whose sequences take no bits at all, since they are all the same.
//!
//! The format is RFC 8878's; numbers in brackets are its sections.

use std::hash::Hasher;

use twox_hash::XxHash64;

const WORD: usize = size_of::<u64>();
/// A byte as it is and seven copied ones.
const UNIT: usize = 1 + 7;
/// Units in a block: 128 KiB [3.1.1.2.4].
const MAX_UNITS: usize = (128 << 10) / UNIT;
/// From here on, a block of its own for units with the same first byte is shorter.
const MANY_ALIKE: usize = 16;

/// The frame of `words` in little-endian order. Any words give a right frame, those that count upwards a short one.
///
/// `None` if they are 4 GiB or more.
pub(super) fn encode(words: &[u64], checksum: bool) -> Option<Vec<u8>> {
    let content: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let size = u32::try_from(content.len()).ok()?;
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd];
    // One segment, the size of the content in four bytes [3.1.1.1].
    frame.push(0xa0 | u8::from(checksum) << 2);
    frame.extend(size.to_le_bytes());
    let mut blocks = Blocks { frame, content: &content, at: 0, plain: 0, repeated: 0, last: None };
    for phase in phases(words) {
        blocks.copy(&phase);
    }
    blocks.plain_to(content.len());
    let mut frame = blocks.finish();
    if checksum {
        let mut hash = XxHash64::with_seed(0);
        hash.write(&content);
        frame.extend(hash.finish().to_le_bytes().iter().take(4));
    }
    Some(frame)
}

/// Bytes in which words repeat others.
struct Phase {
    /// How far back these are.
    distance: usize,
    /// The byte of a word that is not repeated.
    byte: usize,
    end: usize,
}

/// One phase for each byte in which the words count.
fn phases(words: &[u64]) -> Vec<Phase> {
    let first = words.first().copied().unwrap_or_default();
    let changing = words.iter().fold(0, |bits, word| bits | word ^ first);
    if changing == 0 {
        return Vec::new();
    }
    let mut phases = Vec::new();
    let mut distance = WORD;
    let mut low = changing.trailing_zeros() as usize;
    while low < u64::BITS as usize && changing >> low != 0 {
        let byte = low / 8;
        let next = (byte + 1) * 8;
        let end = distance.saturating_mul(1 << (next - low)).min(words.len() * WORD);
        phases.push(Phase { distance, byte, end });
        (distance, low) = (end, next);
    }
    phases
}

/// A frame on its way.
struct Blocks<'a> {
    frame: Vec<u8>,
    content: &'a [u8],
    /// How much of the content is in blocks or waits to be.
    at: usize,
    /// From here to `at` the content waits to be written as it is.
    plain: usize,
    /// The distance that the next sequence can repeat.
    repeated: usize,
    /// The header of the last block.
    last: Option<usize>,
}

impl Blocks<'_> {
    fn copy(&mut self, phase: &Phase) {
        let start = self.at.max(phase.distance);
        self.plain_to(start + (phase.byte + WORD - start % WORD) % WORD);
        while self.at + UNIT <= phase.end {
            match self.run(phase) {
                (0, _) => self.plain_to(self.at + UNIT),
                _ if self.repeated != phase.distance => self.block(phase.distance, 1, false),
                (count, alike) => self.block(phase.distance, count, alike),
            }
        }
    }

    /// How many units to take next, and whether they have the same first byte.
    fn run(&self, phase: &Phase) -> (usize, bool) {
        let unit = |at: usize| {
            let bytes = self.content.get(at..)?.first_chunk()?;
            Some(u64::from_le_bytes(*bytes))
        };
        let (mut count, mut alike, mut before) = (0, 0, None);
        for at in (self.at..phase.end).step_by(UNIT).take(MAX_UNITS) {
            let (Some(this), Some(earlier)) = (unit(at), unit(at - phase.distance)) else { break };
            if at + UNIT > phase.end || (this ^ earlier) >> 8 != 0 {
                break;
            }
            let first = this as u8;
            if before.is_some_and(|before| before != first) {
                if alike >= MANY_ALIKE {
                    break;
                }
                alike = 0;
            }
            (count, alike, before) = (count + 1, alike + 1, Some(first));
        }
        match count - alike {
            0 => (count, count >= MANY_ALIKE),
            others if alike >= MANY_ALIKE => (others, false),
            _ => (count, false),
        }
    }

    /// `count` units as a compressed block [3.1.1.3].
    fn block(&mut self, distance: usize, count: usize, alike: bool) {
        self.flush();
        let firsts = self.content.iter().skip(self.at).step_by(UNIT);
        let mut block = Vec::with_capacity(count + 16);
        // Literals: one byte for all, or each as it is [3.1.1.3.1].
        let kind = u32::from(alike);
        match count {
            0..32 => block.push((count << 3) as u8 | kind as u8),
            _ => block.extend(&((count as u32) << 4 | 3 << 2 | kind).to_le_bytes()[..3]),
        }
        block.extend(firsts.take(if alike { 1 } else { count }));
        // Sequences [3.1.1.3.2]: their number, and for literals, offsets and matches that they all have the same code.
        match count {
            0..128 => block.push(count as u8),
            _ => block.extend([(count >> 8) as u8 + 128, count as u8]),
        }
        let offset = if distance == self.repeated { 1 } else { distance as u64 + 3 };
        let code = offset.ilog2();
        block.extend([0x54, 1, code as u8, 4]);
        // The lower bits of the one offset that is given; its highest is the mark after them.
        let bits = offset.to_le_bytes();
        block.extend(bits.iter().take(code as usize / 8 + 1));
        self.header(2, block.len());
        self.frame.extend(block);
        self.repeated = distance;
        self.at += count * UNIT;
        self.plain = self.at;
    }

    fn plain_to(&mut self, end: usize) {
        self.at = end.clamp(self.at, self.content.len());
    }

    /// Writes what waits as blocks of bytes as they are.
    fn flush(&mut self) {
        let waiting = self.content.get(self.plain..self.at).unwrap_or_default();
        for bytes in waiting.chunks(MAX_UNITS * UNIT) {
            self.header(0, bytes.len());
            self.frame.extend(bytes);
        }
        self.plain = self.at;
    }

    /// [3.1.1.2]
    fn header(&mut self, kind: u32, size: usize) {
        self.last = Some(self.frame.len());
        self.frame.extend(&((size as u32) << 3 | kind << 1).to_le_bytes()[..3]);
    }

    fn finish(mut self) -> Vec<u8> {
        self.flush();
        if self.last.is_none() {
            self.header(0, 0);
        }
        if let Some(flags) = self.last.and_then(|at| self.frame.get_mut(at)) {
            *flags |= 1;
        }
        self.frame
    }
}

#[cfg(test)]
mod tests {
    use super::super::morton;
    use super::*;

    fn size_of_frame(words: &[u64]) -> usize {
        let content: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        // The decoder compares the checksum.
        for checksum in [true, false] {
            let frame = encode(words, checksum).unwrap();
            assert_eq!(zstd::bulk::decompress(&frame, content.len()).unwrap(), content);
        }
        encode(words, true).unwrap().len()
    }

    #[test]
    fn ids_and_words_of_shards() {
        for (order, depth) in [
            (0, 0),
            (5, 0),
            (29, 1),
            (3, 2),
            (28, 3),
            (9, 5),
            (12, 6),
            (18, 6),
            (13, 7),
            (12, 8),
            (15, 9),
        ] {
            let cells = 1_u64 << (2 * depth);
            let parents = 12_u64 << (2 * (order - depth));
            for parent in (0..9).map(|i| i * 7919 % parents).chain([parents - 1]) {
                let ids: Vec<u64> = (parent * cells..(parent + 1) * cells).collect();
                let words: Vec<u64> = ids.iter().map(|id| morton::word(*id, order)).collect();
                let sizes = (size_of_frame(&ids), size_of_frame(&words));
                if depth == 6 {
                    assert!(sizes.0 < 600 && sizes.1 < 3200, "{sizes:?}");
                }
            }
        }
    }

    #[test]
    fn any_other_words() {
        let mut seed = 1_u64;
        let mut random = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for round in 0..300 {
            let mask = random() & random() & random();
            let words: Vec<u64> = (0..round * 7).map(|_| random() & mask).collect();
            size_of_frame(&words);
            let steps: Vec<u64> = (0..round * 7).map(|i| (i / 3) << (round % 60)).collect();
            size_of_frame(&steps);
        }
        size_of_frame(&[7; 100_000]);
    }
}

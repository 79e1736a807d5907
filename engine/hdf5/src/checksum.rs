//! The two checksums of the format: Jenkins' lookup3 over metadata, Fletcher's over chunks.

/// Bob Jenkins' `hashlittle` (lookup3, 2006, public domain) with an initial value of zero: what
/// HDF5 stores, little endian, after every metadata block of the newer kind.
pub(crate) fn lookup3(data: &[u8]) -> u32 {
    // The length enters modulo 2^32, as in the C original.
    let seed = 0xdead_beef_u32.wrapping_add(data.len() as u32);
    let mut state = [seed; 3];
    // The last block, even a full one, is mixed differently; an empty input not at all.
    let Some(last) = data.len().checked_sub(1).map(|n| n / 12 * 12) else {
        return seed;
    };
    let (blocks, tail) = data.split_at(last);
    for block in blocks.chunks_exact(12) {
        add(&mut state, block);
        mix(&mut state);
    }
    add(&mut state, tail);
    finish(state)
}

/// Adds up to twelve bytes as three little-endian words; the missing ones count as zero.
fn add(state: &mut [u32; 3], block: &[u8]) {
    for (word, bytes) in state.iter_mut().zip(block.chunks(4)) {
        let value = bytes.iter().rev().fold(0_u32, |value, &byte| value << 8 | u32::from(byte));
        *word = word.wrapping_add(value);
    }
}

fn mix(state: &mut [u32; 3]) {
    let [mut a, mut b, mut c] = *state;
    macro_rules! step {
        ($x:ident, $y:ident, $z:ident, $rotation:literal) => {
            $x = $x.wrapping_sub($z) ^ $z.rotate_left($rotation);
            $z = $z.wrapping_add($y);
        };
    }
    step!(a, b, c, 4);
    step!(b, c, a, 6);
    step!(c, a, b, 8);
    step!(a, b, c, 16);
    step!(b, c, a, 19);
    step!(c, a, b, 4);
    *state = [a, b, c];
}

fn finish([mut a, mut b, mut c]: [u32; 3]) -> u32 {
    macro_rules! step {
        ($x:ident, $y:ident, $rotation:literal) => {
            $x = ($x ^ $y).wrapping_sub($y.rotate_left($rotation));
        };
    }
    step!(c, b, 14);
    step!(a, c, 11);
    step!(b, a, 25);
    step!(c, b, 16);
    step!(a, c, 4);
    step!(b, a, 14);
    step!(c, b, 24);
    c
}

/// Fletcher's checksum over big-endian 16-bit words, an odd last byte standing in the high half:
/// what the `fletcher32` filter stores, little endian, after a chunk.
pub(crate) fn fletcher32(data: &[u8]) -> u32 {
    // So many words are summed side by side, as vector instructions do, in rows of which so many
    // cannot overflow 32 bits: the last sum of sums is at most 360 * 361 / 2 * 0xffff.
    const LANES: usize = 16;
    const ROWS: usize = 360;
    // A sum of ones' complement: zero only if all words are.
    let fold = |sum: u64| if sum == 0 { 0 } else { (sum - 1) % 0xffff + 1 };
    let (mut low, mut high) = (0_u64, 0_u64);
    let (rows, tail) = data.as_chunks::<{ 2 * LANES }>();
    for rows in rows.chunks(ROWS) {
        let (mut sums, mut sums_of_sums) = ([0_u32; LANES], [0_u32; LANES]);
        for row in rows {
            let (words, _) = row.as_chunks::<2>();
            for ((sum, sums), word) in sums.iter_mut().zip(&mut sums_of_sums).zip(words) {
                *sum += u32::from(u16::from_be_bytes(*word));
                *sums += *sum;
            }
        }
        // The sum of sums counts a word once for itself and for each word after it: for each row
        // that begins after it as many times as there are lanes, less the lanes before its own.
        let count = (rows.len() * LANES) as u64;
        high += count * low;
        for (lane, (sum, sums)) in sums.into_iter().zip(sums_of_sums).enumerate() {
            low += u64::from(sum);
            high += LANES as u64 * u64::from(sums) - lane as u64 * u64::from(sum);
        }
        (low, high) = (fold(low), fold(high));
    }
    for word in tail.chunks(2) {
        let word = match *word {
            [first, second] => u16::from_be_bytes([first, second]),
            [first] => u16::from_be_bytes([first, 0]),
            _ => 0,
        };
        low += u64::from(word);
        high += low;
    }
    (fold(high) << 16 | fold(low)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookup3_gives_its_authors_values() {
        assert_eq!(lookup3(b""), 0xdead_beef);
        assert_eq!(lookup3(b"Four score and seven years ago"), 0x1777_0551);
    }

    #[test]
    fn lookup3_treats_a_full_last_block_as_last() {
        // Of the bytes 0, 1, 2, … so many.
        let bytes: Vec<u8> = (0..24).collect();
        let values = [11, 12, 13, 24].map(|length| lookup3(&bytes[..length]));
        assert_eq!(values, [0x2ca6_817a, 0x5e4a_a593, 0xbc9d_6816, 0x9c0a_dd53]);
    }

    #[test]
    fn fletcher32_of_known_words() {
        assert_eq!(fletcher32(b""), 0);
        // Big-endian words 0x6162, 0x6364, 0x6500: low = their sum, high = the sum of the sums.
        assert_eq!(fletcher32(b"abcd"), (0x6162_u32 + 0xc4c6 - 0xffff) << 16 | 0xc4c6);
        // A sum that passes 16 bits is folded: 0xffff + 1 is 1 again.
        assert_eq!(fletcher32(&[0xff, 0xff, 0x00, 0x01]) & 0xffff, 1);
    }

    #[test]
    fn fletcher32_is_the_sums_word_by_word() {
        let plainly = |data: &[u8]| {
            let (mut low, mut high) = (0_u32, 0_u32);
            let fold = |sum: u32| (sum & 0xffff) + (sum >> 16);
            for word in data.chunks(2) {
                let [first, second] = [word[0], word.get(1).copied().unwrap_or(0)];
                low = fold(low + u32::from(u16::from_be_bytes([first, second])));
                high = fold(high + low);
            }
            high << 16 | low
        };
        let varied: Vec<u8> = (0..100_000_u32).map(|at| (at.wrapping_mul(at) >> 7) as u8).collect();
        for data in [varied, vec![0xff; 100_000], vec![0; 100_000]] {
            for length in (0..100).chain([11_519, 11_520, 11_521, 23_041, 99_999, 100_000]) {
                let data = &data[..length];
                assert_eq!(fletcher32(data), plainly(data), "{length} bytes");
            }
        }
    }
}

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
    // Sums of this many words cannot overflow 32 bits before they are folded.
    const WORDS: usize = 360;
    let fold = |sum: u32| (sum & 0xffff) + (sum >> 16);
    let (mut low, mut high) = (0_u32, 0_u32);
    for block in data.chunks(2 * WORDS) {
        for word in block.chunks(2) {
            let word = match *word {
                [first, second] => u16::from_be_bytes([first, second]),
                [first] => u16::from_be_bytes([first, 0]),
                _ => 0,
            };
            low += u32::from(word);
            high += low;
        }
        low = fold(low);
        high = fold(high);
    }
    fold(high) << 16 | fold(low)
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
}

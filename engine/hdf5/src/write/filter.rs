//! The filters of a chunk: shuffle, deflate, fletcher32, in this order.

use libdeflater::{CompressionLvl, Compressor};

use crate::checksum::fletcher32;

/// Which filters the chunks of a dataset pass through.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Filters {
    pub(super) shuffle: bool,
    /// The zlib level, 0 to 9.
    pub(super) deflate: Option<u8>,
    pub(super) fletcher32: bool,
}

impl Filters {
    /// Whether chunks are stored as they are.
    pub(super) fn is_empty(self) -> bool {
        !(self.shuffle || self.deflate.is_some() || self.fletcher32)
    }

    /// The filter pipeline message, of version 2.
    pub(super) fn message(self, element: usize) -> Vec<u8> {
        // Number, whether a reader may do without it when writing, and the parameter.
        let shuffle = self.shuffle.then_some((2_u16, 1_u16, Some(element as u32)));
        let deflate = self.deflate.map(|level| (1, 1, Some(u32::from(level))));
        let fletcher32 = self.fletcher32.then_some((3, 0, None));
        let filters: Vec<_> = [shuffle, deflate, fletcher32].into_iter().flatten().collect();
        let mut message = vec![2, filters.len() as u8];
        for (number, flags, parameter) in filters {
            for field in [number, flags, u16::from(parameter.is_some())] {
                message.extend(field.to_le_bytes());
            }
            message.extend(parameter.iter().flat_map(|value: &u32| value.to_le_bytes()));
        }
        message
    }

    /// An encoder for the chunks of one dataset; `None` if the level is none of libdeflate's.
    pub(super) fn encoder(self, element: usize) -> Option<Encoder> {
        let level = |level: u8| CompressionLvl::new(i32::from(level)).ok();
        let compressor = match self.deflate {
            None => None,
            Some(number) => Some(Compressor::new(level(number)?)),
        };
        Some(Encoder { filters: self, element, compressor })
    }
}

/// Encodes chunks one after the other.
pub(super) struct Encoder {
    filters: Filters,
    element: usize,
    compressor: Option<Compressor>,
}

impl Encoder {
    /// The chunk as it is stored, and the mask of the filters that it did not pass through.
    ///
    /// Like libhdf5, a chunk that deflate would not make smaller is stored without it.
    pub(super) fn encode(&mut self, chunk: &[u8]) -> (Vec<u8>, u32) {
        let mut mask = 0;
        let mut bytes =
            if self.filters.shuffle { shuffle(chunk, self.element) } else { chunk.to_vec() };
        if let Some(compressor) = &mut self.compressor {
            let mut smaller = vec![0; bytes.len()];
            match compressor.zlib_compress(&bytes, &mut smaller) {
                Ok(size) if size < bytes.len() => {
                    smaller.truncate(size);
                    bytes = smaller;
                }
                // The only error is a result that does not fit into the space of the input.
                Ok(_) | Err(_) => mask |= 1 << u32::from(self.filters.shuffle),
            }
        }
        if self.filters.fletcher32 {
            let checksum = fletcher32(&bytes);
            bytes.extend(checksum.to_le_bytes());
        }
        (bytes, mask)
    }
}

/// Puts the first bytes of all elements first, then the second ones, and so on; bytes beyond the
/// last whole element stay where they are.
fn shuffle(bytes: &[u8], element: usize) -> Vec<u8> {
    let elements = bytes.chunks_exact(element);
    let rest = elements.remainder();
    let mut shuffled = Vec::with_capacity(bytes.len());
    for place in 0..element {
        shuffled.extend(bytes.iter().skip(place).step_by(element).take(elements.len()));
    }
    shuffled.extend(rest);
    shuffled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffle_gathers_bytes_by_their_place() {
        assert_eq!(shuffle(&[1, 2, 3, 4, 5, 6, 7], 3), [1, 4, 2, 5, 3, 6, 7]);
        assert_eq!(shuffle(&[1, 2], 1), [1, 2]);
    }

    #[test]
    fn a_chunk_that_does_not_shrink_skips_deflate_and_says_so() {
        let filters = Filters { shuffle: true, deflate: Some(6), fletcher32: true };
        let mut encoder = filters.encoder(2).unwrap();
        let (stored, mask) = encoder.encode(&[1, 2, 3, 4]);
        assert_eq!((stored.len(), mask), (4 + 4, 0b10));
        assert_eq!(stored[..4], [1, 3, 2, 4]);
        let (stored, mask) = encoder.encode(&[0; 4096]);
        assert!(stored.len() < 100);
        assert_eq!(mask, 0);
    }

    #[test]
    fn the_message_lists_the_filters_in_order() {
        let filters = Filters { shuffle: true, deflate: Some(4), fletcher32: true };
        let expected = [
            &[2, 3][..],
            &[2, 0, 1, 0, 1, 0, 8, 0, 0, 0],
            &[1, 0, 1, 0, 1, 0, 4, 0, 0, 0],
            &[3, 0, 0, 0, 0, 0],
        ];
        assert_eq!(filters.message(8), expected.concat());
    }
}

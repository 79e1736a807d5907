//! Undoing a chunk's filter pipeline.

use std::cell::RefCell;

use arrow::buffer::MutableBuffer;
use libdeflater::{DecompressionError, Decompressor};

use super::shuffle::unshuffle;
use crate::checksum::fletcher32;
use crate::format::message::filters::Filter;

/// Deflate cannot expand by more than this.
const MOST_EXPANSION: usize = 1032;

/// Bytes between two filters: still those of the file, or the output of the last one.
enum Stage<'a> {
    Stored(&'a [u8]),
    Decoded(MutableBuffer, usize),
}

impl Stage<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Stored(bytes) => bytes,
            Self::Decoded(buffer, length) => buffer.get(..*length).unwrap_or_default(),
        }
    }

    fn shorten(&mut self, length: usize) {
        match self {
            Self::Stored(bytes) => *bytes = bytes.get(..length).unwrap_or_default(),
            Self::Decoded(_, kept) => *kept = length,
        }
    }
}

/// What a filter found instead of what was expected of its input.
pub(crate) type Mismatch = (String, String);

/// The bytes of a chunk before its filters, exactly `size` of them.
///
/// `mask` has a bit for each filter of the pipeline that was not applied to this chunk.
pub(crate) fn undo(
    filters: &[Filter],
    mask: u32,
    stored: &[u8],
    size: usize,
) -> Result<MutableBuffer, Mismatch> {
    let applied = filters.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 0);
    let applied: Vec<&Filter> = applied.map(|(_, filter)| filter).collect();
    let mut stage = Stage::Stored(stored);
    for (at, filter) in applied.iter().enumerate().rev() {
        let before = applied.get(..at).unwrap_or_default();
        stage = match filter {
            Filter::Deflate => {
                let buffer = inflate(stage.bytes(), output_size(before, size), size)?;
                let length = buffer.len();
                Stage::Decoded(buffer, length)
            }
            Filter::Shuffle(element) => {
                let input = stage.bytes();
                let mut buffer = MutableBuffer::from_len_zeroed(input.len());
                unshuffle(input, *element, buffer.as_slice_mut());
                let length = buffer.len();
                Stage::Decoded(buffer, length)
            }
            Filter::Fletcher32 => {
                let length = verify(stage.bytes())?;
                stage.shorten(length);
                stage
            }
            Filter::Other(name) => return Err(("a known filter".to_owned(), name.clone())),
        };
    }
    let found = stage.bytes().len();
    if found != size {
        return Err((format!("a chunk of {size} bytes"), format!("{found} bytes")));
    }
    Ok(match stage {
        Stage::Stored(bytes) => {
            let mut buffer = MutableBuffer::new(size);
            buffer.extend_from_slice(bytes);
            buffer
        }
        Stage::Decoded(mut buffer, length) => {
            buffer.truncate(length);
            buffer
        }
    })
}

/// The size of a filter's output where it is known: a chunk of `size` bytes and what the filters
/// `before` this one added. Another deflate before it makes it any size.
fn output_size(before: &[&Filter], size: usize) -> Option<usize> {
    before.iter().try_fold(size, |size, filter| match filter {
        Filter::Fletcher32 => Some(size + 4),
        Filter::Shuffle(_) => Some(size),
        Filter::Deflate | Filter::Other(_) => None,
    })
}

fn inflate(input: &[u8], known: Option<usize>, chunk: usize) -> Result<MutableBuffer, Mismatch> {
    let most = input.len().saturating_mul(MOST_EXPANSION).saturating_add(64);
    if let Some(size) = known {
        // No allocation for what cannot come of so few bytes.
        if size > most {
            let found = format!("{} compressed bytes", input.len());
            return Err((format!("a deflate stream of {size} bytes"), found));
        }
        let mut buffer = MutableBuffer::from_len_zeroed(size);
        let found =
            decompress(input, buffer.as_slice_mut()).map_err(|error| failed(&error, size))?;
        if found != size {
            let found = format!("{found} bytes");
            return Err((format!("a deflate stream of {size} bytes"), found));
        }
        return Ok(buffer);
    }
    // Compressed data compressed again: about as large as its input, and never much larger than
    // the chunk.
    let limit = most.min(chunk.saturating_add(chunk / 8).saturating_add(4096));
    let mut size = input.len().saturating_mul(4).clamp(256, limit.max(256));
    loop {
        let mut buffer = MutableBuffer::from_len_zeroed(size);
        match decompress(input, buffer.as_slice_mut()) {
            Ok(found) => {
                buffer.truncate(found);
                return Ok(buffer);
            }
            Err(DecompressionError::InsufficientSpace) if size < limit => {
                size = size.saturating_mul(4).min(limit);
            }
            Err(error) => return Err(failed(&error, limit)),
        }
    }
}

fn decompress(input: &[u8], output: &mut [u8]) -> Result<usize, DecompressionError> {
    thread_local! {
        static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
    }
    DECOMPRESSOR.with_borrow_mut(|decompressor| decompressor.zlib_decompress(input, output))
}

fn failed(error: &DecompressionError, size: usize) -> Mismatch {
    let found = match error {
        DecompressionError::BadData => "invalid deflate data".to_owned(),
        DecompressionError::InsufficientSpace => format!("more than {size} bytes"),
    };
    (format!("a deflate stream of at most {size} bytes"), found)
}

/// Checks a chunk against the checksum at its end and returns its length without it.
fn verify(bytes: &[u8]) -> Result<usize, Mismatch> {
    let Some((data, stored)) = bytes.split_last_chunk::<4>() else {
        return Err(("a chunk with a checksum".to_owned(), format!("{} bytes", bytes.len())));
    };
    let (stored, found) = (u32::from_le_bytes(*stored), fletcher32(data));
    if stored == found {
        return Ok(data.len());
    }
    let expected = format!("a chunk with fletcher32 checksum {stored:#010x}");
    Err((expected, format!("bytes with checksum {found:#010x}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use libdeflater::{CompressionLvl, Compressor};

    fn deflate(input: &[u8]) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::default());
        let mut output = vec![0; compressor.zlib_compress_bound(input.len())];
        let length = compressor.zlib_compress(input, &mut output).unwrap();
        output.truncate(length);
        output
    }

    #[test]
    fn two_deflates_and_a_checksum() {
        let chunk: Vec<u8> = (0..100_000_u32).map(|at| (at / 7) as u8).collect();
        let mut stored = deflate(&deflate(&chunk));
        let sum = fletcher32(&stored);
        stored.extend(sum.to_le_bytes());
        let filters = [Filter::Deflate, Filter::Deflate, Filter::Fletcher32];
        let decoded = undo(&filters, 0, &stored, chunk.len()).unwrap();
        assert_eq!(decoded.as_slice(), chunk);

        stored[10] ^= 1;
        let (expected, found) = undo(&filters, 0, &stored, chunk.len()).unwrap_err();
        assert!(
            expected.contains("fletcher32") && found.contains("checksum"),
            "{expected} {found}"
        );
    }

    #[test]
    fn masked_filters_are_skipped() {
        let chunk = vec![7; 64];
        let filters = [Filter::Shuffle(8), Filter::Deflate];
        let decoded = undo(&filters, 0b10, &chunk, 64).unwrap();
        assert_eq!(decoded.as_slice(), chunk);
    }

    #[test]
    fn wrong_sizes_are_refused_before_they_are_allocated() {
        let stored = deflate(&[1; 100]);
        let (_, found) = undo(&[Filter::Deflate], 0, &stored, 99).unwrap_err();
        assert_eq!(found, "more than 99 bytes");
        let (_, found) = undo(&[Filter::Deflate], 0, &stored, 101).unwrap_err();
        assert_eq!(found, "100 bytes");
        assert!(undo(&[Filter::Deflate], 0, &stored, 1 << 40).is_err());
    }
}

//! Undoing a chunk's filter pipeline.

use std::mem::MaybeUninit;

use super::inflate::{Failure, Inflater};
use super::scratch::{Buffer, Scratch};
use super::shuffle;
use crate::checksum::fletcher32;
use crate::format::message::filters::Filter;

/// Deflate cannot expand by more than this.
const MOST_EXPANSION: usize = 1032;

/// What a filter found instead of what was expected of its input.
pub(crate) type Mismatch = (String, String);

/// A chunk as it is stored.
pub(crate) struct Chunk<'a> {
    /// The pipeline, in the order of writing.
    pub(crate) filters: &'a [Filter],
    /// A bit for each filter of the pipeline that was not applied to this chunk.
    pub(crate) mask: u32,
    pub(crate) stored: &'a [u8],
    /// Bytes before the filters.
    pub(crate) size: usize,
}

impl<'a> Chunk<'a> {
    /// The filters it passed through, but for those that change nothing.
    pub(super) fn applied(&self) -> Vec<&'a Filter> {
        let applied = self.filters.iter().enumerate().filter(|(at, _)| self.mask >> at & 1 == 0);
        let applied = applied.map(|(_, filter)| filter);
        applied.filter(|filter| !matches!(filter, Filter::Shuffle(0 | 1))).collect()
    }

    /// Checks that `bytes` are as many as before the filters.
    pub(super) fn check(&self, bytes: &[u8]) -> Result<(), Mismatch> {
        let (size, found) = (self.size, bytes.len());
        if found == size {
            return Ok(());
        }
        Err((format!("a chunk of {size} bytes"), format!("{found} bytes")))
    }

    /// Its bytes before the filters, exactly as many as it says.
    pub(crate) fn decode<'b>(&self, scratch: &'b mut Scratch) -> Result<&'b [u8], Mismatch>
    where
        'a: 'b,
    {
        let applied = self.applied();
        let Scratch { inflater, buffers } = scratch;
        let bytes = undo(self, &applied, &applied, inflater, buffers)?;
        self.check(bytes)?;
        Ok(bytes)
    }
}

/// Where the bytes between two filters are.
enum Stage {
    Stored,
    Buffer,
    Other,
}

/// Undoes the `last` filters of those `applied` to a chunk.
pub(super) fn undo<'b, 'a: 'b>(
    chunk: &Chunk<'a>,
    applied: &[&Filter],
    last: &[&Filter],
    inflater: &mut Inflater,
    [buffer, other]: &'b mut [Buffer; 2],
) -> Result<&'b [u8], Mismatch> {
    let kept = applied.len() - last.len();
    let (mut stage, mut length) = (Stage::Stored, chunk.stored.len());
    for (at, filter) in last.iter().enumerate().rev() {
        let before = applied.get(..kept + at).unwrap_or_default();
        let (input, output, next) = match stage {
            Stage::Stored => (chunk.stored, &mut *buffer, Stage::Buffer),
            Stage::Buffer => (buffer.bytes(), &mut *other, Stage::Other),
            Stage::Other => (other.bytes(), &mut *buffer, Stage::Buffer),
        };
        let input = input.get(..length).unwrap_or_default();
        match filter {
            Filter::Deflate => {
                let known = output_size(before, chunk.size);
                inflate(inflater, input, known, chunk.size, output)?;
            }
            Filter::Shuffle(element) => {
                output.write(input.len(), |bytes| {
                    Ok::<_, Mismatch>(shuffle::whole(input, *element, bytes))
                })?;
            }
            Filter::Fletcher32 => {
                length = verify(input)?;
                continue;
            }
            Filter::Other(name) => return Err(("a known filter".to_owned(), name.clone())),
        }
        length = output.bytes().len();
        stage = next;
    }
    let bytes = match stage {
        Stage::Stored => chunk.stored,
        Stage::Buffer => buffer.bytes(),
        Stage::Other => other.bytes(),
    };
    Ok(bytes.get(..length).unwrap_or_default())
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

/// Inflates a stream that must fill `output`.
pub(super) fn inflate_whole<'a>(
    inflater: &mut Inflater,
    input: &[u8],
    output: &'a mut [MaybeUninit<u8>],
) -> Result<&'a mut [u8], Mismatch> {
    let size = output.len();
    let output = inflater.zlib(input, output).map_err(|failure| failed(failure, size))?;
    let found = output.len();
    if found == size {
        return Ok(output);
    }
    Err((format!("a deflate stream of {size} bytes"), format!("{found} bytes")))
}

/// The most bytes that a stream can expand to.
fn most(input: &[u8]) -> usize {
    input.len().saturating_mul(MOST_EXPANSION).saturating_add(64)
}

/// Checks that a stream can expand to `size` bytes: no memory is allocated for what cannot come of
/// so few bytes.
pub(super) fn check_expansion(input: &[u8], size: usize) -> Result<(), Mismatch> {
    if size <= most(input) {
        return Ok(());
    }
    let found = format!("{} compressed bytes", input.len());
    Err((format!("a deflate stream of {size} bytes"), found))
}

/// Inflates a stream of a size that may be `known`.
fn inflate(
    inflater: &mut Inflater,
    input: &[u8],
    known: Option<usize>,
    chunk: usize,
    output: &mut Buffer,
) -> Result<(), Mismatch> {
    if let Some(size) = known {
        check_expansion(input, size)?;
        return output.write(size, |bytes| inflate_whole(inflater, input, bytes));
    }
    // Compressed data compressed again: about as large as its input, and never much larger than
    // the chunk.
    let limit = most(input).min(chunk.saturating_add(chunk / 8).saturating_add(4096));
    let mut size = input.len().saturating_mul(4).clamp(256, limit.max(256));
    loop {
        match output.write(size, |bytes| inflater.zlib(input, bytes)) {
            Ok(()) => return Ok(()),
            Err(Failure::Longer) if size < limit => size = size.saturating_mul(4).min(limit),
            Err(failure) => return Err(failed(failure, limit)),
        }
    }
}

fn failed(failure: Failure, size: usize) -> Mismatch {
    let found = match failure {
        Failure::Invalid => "invalid deflate data".to_owned(),
        Failure::Longer => format!("more than {size} bytes"),
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
    use crate::decode::scratch;
    use libdeflater::{CompressionLvl, Compressor};

    fn undo(
        filters: &[Filter],
        mask: u32,
        stored: &[u8],
        size: usize,
    ) -> Result<Vec<u8>, Mismatch> {
        let chunk = Chunk { filters, mask, stored, size };
        scratch::with(|scratch| chunk.decode(scratch).map(<[u8]>::to_vec))
    }

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
        assert_eq!(decoded, chunk);

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
        assert_eq!(decoded, chunk);
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

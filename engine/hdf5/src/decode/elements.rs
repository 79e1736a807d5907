//! From a stored chunk to the elements of an array.

use std::mem::MaybeUninit;

use arrow::buffer::MutableBuffer;

use super::element::Element;
use super::filters::{self, Chunk, Mismatch};
use super::nulls::Nulls;
use super::scratch::Scratch;
use super::{output, shuffle, swap};
use crate::format::message::filters::Filter;

#[cfg(test)]
mod tests;

/// Elements that are finished while they are in the first-level cache: at most 8 KiB of them, and
/// whole words of a validity bitmap.
const TILE: usize = 1024;

/// The first `size` bytes of the elements of `chunk`, in this machine's byte order. Notes which
/// elements are null. Memory is allocated when the chunk is known to have as many bytes as it says,
/// or for one deflate stream, when that can.
pub(crate) fn decode(
    chunk: &Chunk<'_>,
    element: &Element,
    size: usize,
    scratch: &mut Scratch,
    nulls: &mut Nulls,
) -> Result<MutableBuffer, Mismatch> {
    let width = element.width;
    let applied = chunk.applied();
    let Scratch { inflater, buffers } = scratch;
    match applied.split_first() {
        Some((Filter::Deflate, rest)) if size == chunk.size => {
            let stored = filters::undo(chunk, &applied, rest, inflater, buffers)?;
            filters::check_expansion(stored, size)?;
            let mut values =
                output::written(size, |values| filters::inflate_whole(inflater, stored, values))?;
            finish(values.as_slice_mut(), element, nulls);
            Ok(values)
        }
        Some((&&Filter::Shuffle(shuffled), rest))
            if shuffled == width && shuffle::is_fast(width) =>
        {
            let planes = filters::undo(chunk, &applied, rest, inflater, buffers)?;
            chunk.check(planes)?;
            let mut from = 0;
            in_tiles(chunk, width, size, |tile| {
                let tile = shuffle::elements(planes, width, from, element.swapped, tile)?;
                from += TILE;
                nulls.scan(tile);
                Some(tile.len())
            })
        }
        _ => {
            let plain = filters::undo(chunk, &applied, &applied, inflater, buffers)?;
            chunk.check(plain)?;
            let mut tiles = plain.chunks(TILE * width.max(1));
            in_tiles(chunk, width, size, |tile| {
                let tile = tile.write_copy_of_slice(tiles.next()?.get(..tile.len())?);
                finish_tile(tile, element, nulls);
                Some(tile.len())
            })
        }
    }
}

/// A buffer of `size` bytes of which `write` fills one tile after the other. It returns the bytes
/// it has written, `None` if the chunk has too few.
fn in_tiles(
    chunk: &Chunk<'_>,
    width: usize,
    size: usize,
    mut write: impl FnMut(&mut [MaybeUninit<u8>]) -> Option<usize>,
) -> Result<MutableBuffer, Mismatch> {
    output::written(size, |values| {
        let mut written = 0;
        for tile in values.chunks_mut(TILE * width.max(1)) {
            written += write(tile).unwrap_or_default();
        }
        if written != size {
            return Err((format!("a chunk of {size} bytes"), format!("{} bytes", chunk.size)));
        }
        #[expect(unsafe_code, reason = "clearing memory that is about to be written is wasted")]
        // SAFETY: the tiles cover the values, none is counted for more than its length, and so
        // each was written whole.
        Ok(unsafe { values.assume_init_mut() })
    })
}

/// Puts elements that are in their place in this machine's byte order and notes which are null.
pub(crate) fn finish(values: &mut [u8], element: &Element, nulls: &mut Nulls) {
    for tile in values.chunks_mut(TILE * element.width.max(1)) {
        finish_tile(tile, element, nulls);
    }
}

fn finish_tile(tile: &mut [u8], element: &Element, nulls: &mut Nulls) {
    if element.swapped {
        swap::swap(tile, element.width);
    }
    nulls.scan(tile);
}

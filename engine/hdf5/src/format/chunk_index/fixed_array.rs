//! The fixed array over chunks, for datasets that do not grow without limit; paged when large.

use std::ops::Range;

use super::{Chunk, Grid};
use crate::fault::{Fault, Parse, Siblings};
use crate::format::chunk_index::extensible_array::Elements;
use crate::view::View;

const HEADER: &str = "fixed array header";
const BLOCK: &str = "fixed array data block";
const PAGE: &str = "fixed array page";

pub(super) fn read(
    view: &View<'_>,
    grid: &Grid<'_>,
    address: u64,
    rows: &Range<u64>,
) -> Parse<Vec<Chunk>> {
    let (offset, length) = (u64::from(view.format.offset_size), u64::from(view.format.length_size));
    let head = view.checked(HEADER, address, 12 + offset + length)?;
    let mut cursor = view.cursor(HEADER, address, &head);
    cursor.signature(b"FAHD")?;
    cursor.version(&[0])?;
    let elements = Elements::new(view, grid, cursor.u8()?, cursor.u8()?)
        .map_err(|found| cursor.corrupt("an array of this dataset's chunks", found))?;
    let page_bits = cursor.u8()?;
    let count = cursor.length()?;
    let Some(block) = cursor.address()? else {
        return Ok(Vec::new());
    };
    let per_page = 1_u64.checked_shl(page_bits.into()).unwrap_or(u64::MAX);
    let pages = if count > per_page { count.div_ceil(per_page) } else { 0 };
    let span = grid.span(rows);
    let span = span.start..span.end.min(count);

    let prefix = 6 + offset;
    let bytes_of = |count: u64| count.saturating_mul(elements.size as u64);
    let body = if pages == 0 { bytes_of(count) } else { pages.div_ceil(8) };
    let whole = prefix.saturating_add(body).saturating_add(4);
    let bytes = view.checked(BLOCK, block, whole)?;
    let mut cursor = view.cursor(BLOCK, block, &bytes);
    cursor.signature(b"FADB")?;
    cursor.version(&[0])?;
    cursor.skip(1)?;
    let header = cursor.address()?;
    if header != Some(address) {
        let expected = format!("a block of the array at {address}");
        return Err(cursor.corrupt(expected, format!("one of {header:?}")).into());
    }
    let mut chunks = Vec::new();
    if pages == 0 {
        elements.parse(&mut cursor, 0..count, &span, &mut chunks)?;
        return Ok(chunks);
    }

    let used = cursor.take(pages.div_ceil(8) as usize)?;
    let mut siblings = Siblings::default();
    let page_bytes = bytes_of(per_page).saturating_add(4);
    let wanted = span.start / per_page..span.end.div_ceil(per_page);
    for page in wanted {
        if !bit(used, page) {
            continue;
        }
        let first = page * per_page;
        let here = first..first.saturating_add(per_page).min(count);
        let at = page
            .checked_mul(page_bytes)
            .and_then(|skip| skip.checked_add(whole)?.checked_add(block))
            .ok_or_else(|| Fault::corrupt(block, "a fixed array within the file", "an overflow"))?;
        let length = bytes_of(here.end - here.start).saturating_add(4);
        if let Some(bytes) = siblings.take(view.checked(PAGE, at, length))? {
            let mut cursor = view.cursor(PAGE, at, &bytes);
            elements.parse(&mut cursor, here, &span, &mut chunks)?;
        }
    }
    siblings.finish()?;
    Ok(chunks)
}

/// Bit `index` of a bitmap whose first bit is the highest of its first byte.
pub(super) fn bit(bitmap: &[u8], index: u64) -> bool {
    let byte = usize::try_from(index / 8).ok().and_then(|byte| bitmap.get(byte));
    byte.is_some_and(|byte| byte & (0x80 >> (index % 8)) != 0)
}

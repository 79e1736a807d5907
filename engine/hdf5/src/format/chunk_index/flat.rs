//! Indexes without a structure of their own: one chunk, or all chunks one after another.

use std::ops::Range;

use super::{Chunk, Grid};
use crate::fault::Parse;
use crate::view::View;

pub(super) fn single(grid: &Grid<'_>, address: u64, filtered: Option<(u64, u32)>) -> Vec<Chunk> {
    let (size, mask) = filtered.unwrap_or((grid.bytes, 0));
    vec![Chunk { row: 0, column: 0, address, size, mask }]
}

/// Chunks without filters, in the order of an array over the dataset's limits.
pub(super) fn implicit(
    view: &View<'_>,
    grid: &Grid<'_>,
    address: u64,
    rows: &Range<u64>,
) -> Parse<Vec<Chunk>> {
    let span = grid.span(rows);
    // The space was allocated in whole.
    view.range("chunks", address, span.end.saturating_mul(grid.bytes))?;
    let mut chunks = Vec::new();
    for index in span {
        if let Some((row, column)) = grid.place_of(index) {
            let address = address.saturating_add(index.saturating_mul(grid.bytes));
            chunks.push(Chunk { row, column, address, size: grid.bytes, mask: 0 });
        }
    }
    Ok(chunks)
}

//! Fetching the stored bytes of blocks, many at a time.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::try_join_all;

use super::block::{Part, RawBlock};
use super::storage::{Form, Storage};
use super::{Dataset, index};
use crate::error::Result;
use crate::fault::Fault;
use crate::file::Inner;
use crate::source::{Purpose, thrifty_gap};

mod foreseen;

pub use foreseen::foreseen_requests;

/// Chunks nearer than this share a request, as long as little is fetched in vain.
const GAP: u64 = 64 << 10;

/// Which part of a dataset to read: a block, and for 2-D data one column or all.
#[derive(Debug, Clone, Copy)]
pub struct BlockRequest<'a> {
    /// The dataset.
    pub dataset: &'a Dataset,
    /// The block, counted from 0.
    pub block: u64,
    /// The column of a 2-D dataset; `None` reads whole rows.
    pub column: Option<u64>,
}

/// Fetches the stored bytes of many blocks in one batch of coalesced requests per file. Chunk
/// indexes that are not loaded for these blocks are loaded first, together.
///
/// The result has one element per request, in their order.
///
/// # Errors
///
/// If the store fails, an index is corrupt, a layout, filter or type is not supported, or a block
/// or column does not exist.
pub async fn fetch_blocks(requests: &[BlockRequest<'_>]) -> Result<Vec<RawBlock>> {
    let mut files: Vec<(&Arc<Inner>, Vec<usize>)> = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        let file = &request.dataset.inner.file;
        match files.iter_mut().find(|(known, _)| Arc::ptr_eq(known, file)) {
            Some((_, places)) => places.push(at),
            None => files.push((file, vec![at])),
        }
    }
    let fetched = files.iter().map(|(file, places)| async move {
        let requests: Vec<_> = places.iter().filter_map(|&at| requests.get(at).copied()).collect();
        let blocks = fetch_file(file, &requests).await?;
        Ok::<_, crate::Error>(places.iter().copied().zip(blocks))
    });
    let mut blocks: Vec<(usize, RawBlock)> =
        try_join_all(fetched).await?.into_iter().flatten().collect();
    blocks.sort_by_key(|(at, _)| *at);
    Ok(blocks.into_iter().map(|(_, block)| block).collect())
}

/// See [`Dataset::stored_ranges`].
pub(super) fn ranges(dataset: &Dataset, block: u64) -> Option<Vec<Range<u64>>> {
    let storage = dataset.storage().ok()?;
    let chunked = matches!(storage.form, Form::Chunked(_));
    let known = !chunked || dataset.inner.index.knows(block..block.saturating_add(1));
    if block >= dataset.blocks() || !known {
        return None;
    }
    let parts = plan(&BlockRequest { dataset, block, column: None }).ok()?;
    let ranges = parts.into_iter().filter_map(|part| match part.stored {
        Place::Range(range) => Some(range),
        Place::Bytes(_) | Place::Absent => None,
    });
    Some(ranges.collect())
}

async fn fetch_file(file: &Inner, requests: &[BlockRequest<'_>]) -> Result<Vec<RawBlock>> {
    for request in requests {
        check(request)?;
    }
    let blocks = requests.iter().map(|request| (request.dataset, request.block..request.block + 1));
    index::load(file, blocks).await?;

    let mut plans = Vec::with_capacity(requests.len());
    for request in requests {
        let parts = plan(request)?;
        plans.push((*request, parts));
    }
    let mut cached = file.cached();
    let ranges = plans.iter().flat_map(|(_, parts)| parts).filter_map(|part| match &part.stored {
        Place::Range(range) => Some(range.clone()),
        Place::Bytes(_) | Place::Absent => None,
    });
    let missing: Vec<_> = ranges.flat_map(|range| cached.gaps(range)).collect();
    let gap = thrifty_gap(&missing, GAP);
    for (start, bytes) in file.source.fetch(missing, gap, Purpose::Data).await? {
        cached.insert(start, &bytes);
    }
    plans
        .into_iter()
        .map(|(request, parts)| {
            let parts = parts.into_iter().map(|part| {
                let bytes = match part.stored {
                    Place::Bytes(bytes) => Some(bytes),
                    Place::Range(range) => Some(take(request.dataset, &cached, range)?),
                    Place::Absent => None,
                };
                Ok(Part { column: part.column, bytes, mask: part.mask, offset: part.offset })
            });
            let parts = parts.collect::<Result<Vec<_>>>()?;
            Ok(RawBlock::new(request.dataset, request.block, request.column, parts))
        })
        .collect()
}

/// The bytes of a range that was fetched.
fn take(dataset: &Dataset, cached: &crate::extents::Extents, range: Range<u64>) -> Result<Bytes> {
    cached.get(range.clone()).ok_or_else(|| {
        let expected = format!("{} bytes of data", range.end - range.start);
        dataset.fault(Fault::corrupt(range.start, expected, "a gap"))
    })
}

fn check(request: &BlockRequest<'_>) -> Result<()> {
    let dataset = request.dataset;
    dataset.storage()?;
    dataset.checked_columns(request.column)?;
    if request.block >= dataset.blocks() {
        let what = format!("block {} of {}", request.block, dataset.blocks());
        return Err(dataset.fault(Fault::invalid(what)));
    }
    Ok(())
}

/// Where the bytes of a part of a block are.
enum Place {
    Bytes(Bytes),
    /// Absolute in the file.
    Range(Range<u64>),
    /// Never written.
    Absent,
}

struct Planned {
    column: u64,
    stored: Place,
    mask: u32,
    offset: u64,
}

fn plan(request: &BlockRequest<'_>) -> Result<Vec<Planned>> {
    let dataset = request.dataset;
    let storage = dataset.storage()?;
    let base = dataset.inner.file.format.base;
    let rows = dataset.rows_of_block(request.block);
    let row_bytes = storage.columns * storage.element.width as u64;
    let flat = |stored: Place, offset: u64| vec![Planned { column: 0, stored, mask: 0, offset }];
    Ok(match &storage.form {
        Form::Compact(bytes) => {
            let range = (rows.start * row_bytes) as usize..(rows.end * row_bytes) as usize;
            flat(Place::Bytes(bytes.slice(range)), 0)
        }
        Form::Contiguous(None) => flat(Place::Absent, 0),
        Form::Contiguous(Some(address)) => {
            // Within the file: checked when the dataset was located.
            let start = base + address + rows.start * row_bytes;
            let range = start..base + address + rows.end * row_bytes;
            flat(Place::Range(range), start)
        }
        Form::Chunked(_) => chunks(request, storage, base),
    })
}

fn chunks(request: &BlockRequest<'_>, storage: &Storage, base: u64) -> Vec<Planned> {
    let Form::Chunked(layout) = &storage.form else {
        return Vec::new();
    };
    let across = layout.shape.get(1).copied().unwrap_or(1);
    let columns = match request.column {
        Some(column) => column / across..column / across + 1,
        None => 0..storage.columns.div_ceil(across),
    };
    columns
        .map(|column| match request.dataset.inner.index.get(request.block, column) {
            Some(chunk) => {
                let start = base + chunk.address;
                let stored = Place::Range(start..start + chunk.size);
                Planned { column, stored, mask: chunk.mask, offset: start }
            }
            None => Planned { column, stored: Place::Absent, mask: 0, offset: 0 },
        })
        .collect()
}

//! The driver: parse, fetch what was missing in one batch, parse again.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::extents::Extents;
use crate::fault::{Fault, Parse, Stop};
use crate::source::{Purpose, Source};
use crate::view::{Format, Memo, View};

/// Bytes that one round may fetch beyond what it needs. Structures that belong together mostly
/// stand together, so reading on around each place saves later rounds; the fewer places a round
/// needs, the more of their surroundings it can afford.
const ROUND: u64 = 256 << 10;

/// The same for a file in pages, where metadata has only metadata around it.
const PAGED_ROUND: u64 = 1 << 20;

/// Pages are filled from the front. What lies between bytes that are held and those that are
/// missing is metadata too, while behind them the page may be empty: so far is read on.
const PAGED_AHEAD: u64 = 64 << 10;

/// Metadata is fetched in aligned blocks, each a power of two and at least this.
const SMALLEST_BLOCK: u64 = 8 << 10;

/// A walk that needs more rounds than this follows a structure no writer makes.
const MOST_ROUNDS: usize = 4096;

/// Runs `parse` until all the bytes it needs are in `cached`.
///
/// `parse` must be repeatable: it is run once per round, and each round fetches everything the
/// parse noted as missing. `object` names what is being read in errors.
pub(crate) async fn walk<T>(
    source: &Source,
    format: Format,
    cached: &mut Extents,
    object: &str,
    mut parse: impl FnMut(&View<'_>) -> Parse<Result<T>> + Send,
) -> Result<T> {
    let memo = Memo::default();
    for _ in 0..MOST_ROUNDS {
        let missing = {
            let view = View::new(format, cached, &memo);
            match parse(&view) {
                Ok(value) => return value,
                Err(Stop::Fault(fault)) => return Err(fault.at(&source.name, object)),
                Err(Stop::Missing) => view.into_missing(),
            }
        };
        let block = block_size(&missing, format.page);
        let missing = match format.page {
            Some(_) => bridged(missing, block, cached, source.size),
            None => blocks(missing, block, cached, source.size),
        };
        for (start, bytes) in source.fetch(missing, block, Purpose::Metadata).await? {
            cached.insert(start, &bytes);
        }
    }
    Err(too_many_rounds(source, object))
}

fn too_many_rounds(source: &Source, object: &str) -> Error {
    let expected = format!("metadata that is reached in at most {MOST_ROUNDS} steps");
    Fault::corrupt(0, expected, "a longer chain").at(&source.name, object)
}

/// The size of block for a round that misses these ranges of a file with or without pages.
fn block_size(missing: &[Range<u64>], page: Option<u64>) -> u64 {
    let mut places: Vec<u64> = missing.iter().map(|range| range.start / SMALLEST_BLOCK).collect();
    places.sort_unstable();
    places.dedup();
    let (round, largest) = match page {
        Some(page) => (PAGED_ROUND, page.min(PAGED_ROUND)),
        None => (ROUND, ROUND / 2),
    };
    let share = (round / (places.len() as u64).max(1)).min(largest);
    (1 << share.max(1).ilog2()).max(SMALLEST_BLOCK)
}

/// The uncached parts of the blocks that `missing` touches.
fn blocks(missing: Vec<Range<u64>>, block: u64, cached: &Extents, size: u64) -> Vec<Range<u64>> {
    let rounded = missing.into_iter().map(|range| aligned(&range, block, size));
    rounded.flat_map(|range| cached.gaps(range)).collect()
}

fn aligned(range: &Range<u64>, block: u64, size: u64) -> Range<u64> {
    range.start / block * block..range.end.div_ceil(block).saturating_mul(block).min(size)
}

/// The same in a file with pages, but where something is held no further than a block before a
/// missing range, all between the two and a little of what follows.
fn bridged(missing: Vec<Range<u64>>, block: u64, cached: &Extents, size: u64) -> Vec<Range<u64>> {
    let bridge = |range: Range<u64>| {
        let reach = range.start.saturating_sub(block);
        let gap = cached.gaps(reach..range.start).pop();
        let start = match gap {
            Some(gap) if gap.end < range.start => range.start,
            Some(gap) if gap.start == reach => return aligned(&range, block, size),
            Some(gap) => gap.start,
            None => range.start,
        };
        let ahead = range.end.saturating_add(block.min(PAGED_AHEAD));
        start..ahead.div_ceil(SMALLEST_BLOCK).saturating_mul(SMALLEST_BLOCK).min(size)
    };
    missing.into_iter().map(bridge).flat_map(|range| cached.gaps(range)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_places_get_large_blocks() {
        let places = |count: u64| (0..count).map(|at| at << 20..(at << 20) + 8).collect::<Vec<_>>();
        assert_eq!(block_size(&places(1), None), 128 << 10);
        assert_eq!(block_size(&places(5), None), 32 << 10);
        assert_eq!(block_size(&places(30), None), 8 << 10);
        assert_eq!(block_size(&places(1000), None), 8 << 10);
        assert_eq!(block_size(&places(1), Some(8 << 20)), 1 << 20);
        assert_eq!(block_size(&places(1), Some(4096)), 8 << 10);
    }

    #[test]
    fn pages_are_read_on_from_what_is_held() {
        let mut cached = Extents::default();
        cached.insert(0, &bytes::Bytes::from(vec![0; 10_000]));
        let bridge = |missing: Range<u64>, size: u64| {
            let bridged = bridged(std::iter::once(missing).collect(), 1 << 20, &cached, size);
            (bridged.len(), bridged.first().cloned())
        };
        assert_eq!(bridge(500_000..500_100, 4 << 20), (1, Some(10_000..573_440)));
        let far = (3 << 20) + 5;
        assert_eq!(bridge(far..far + 4, 4 << 20), (1, Some(3 << 20..4 << 20)));
        assert_eq!(bridge(9_990..10_010, 20_000), (1, Some(10_000..20_000)));
    }

    #[test]
    fn blocks_leave_out_what_is_cached() {
        let mut cached = Extents::default();
        cached.insert(0, &bytes::Bytes::from(vec![0; 10_000]));
        let missing = blocks(vec![100..200, 10_100..10_200], 8192, &cached, 12_000);
        assert_eq!(missing.first(), Some(&(10_000..12_000)));
        assert_eq!(missing.len(), 1);
    }
}

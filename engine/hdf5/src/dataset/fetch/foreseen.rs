//! What fetching blocks would ask for.

use std::ops::Range;

use super::{BlockRequest, GAP, Place, check, plan};
use crate::dataset::storage::Form;
use crate::extents::Extents;
use crate::source::{coalesce, thrifty_gap};

/// The requests that [`fetch_blocks`](crate::fetch_blocks) would make for blocks of one file, as ranges of its
/// bytes, if it were asked now. Nothing is asked for to know it. With `fresh`, what is held of the file does not count: they
/// are those of a process that knows the datasets and holds nothing.
///
/// `None` where it cannot be known yet: the chunk index of a dataset is not loaded, or a block cannot be read at all.
pub fn foreseen_requests(requests: &[BlockRequest<'_>], fresh: bool) -> Option<Vec<Range<u64>>> {
    let Some(first) = requests.first() else { return Some(Vec::new()) };
    let file = &first.dataset.inner.file;
    let cached = if fresh { Extents::default() } else { file.cached() };
    if !fresh && cached.len() >= file.source.size {
        // Chunk indexes too are read from what is held.
        return Some(Vec::new());
    }
    let mut missing = Vec::new();
    for request in requests {
        check(request).ok()?;
        let storage = request.dataset.storage().ok()?;
        let blocks = request.block..request.block + 1;
        if matches!(storage.form, Form::Chunked(_)) && !request.dataset.inner.index.knows(blocks) {
            return None;
        }
        for part in plan(request).ok()? {
            if let Place::Range(range) = part.stored {
                missing.extend(cached.gaps(range));
            }
        }
    }
    let gap = thrifty_gap(&missing, GAP);
    Some(coalesce(missing, gap))
}

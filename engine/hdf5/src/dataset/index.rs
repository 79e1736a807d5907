//! The chunks a dataset knows, and loading more of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Dataset;
use super::storage::Form;
use crate::error::Result;
use crate::fault::{Siblings, Stop};
use crate::file::Inner;
use crate::format::chunk_index::{self, Chunk, Grid};
use crate::walk::walk;

/// A part of a dataset's chunk index.
#[derive(Debug, Default)]
pub(crate) struct ChunkIndex {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Rows of the grid that were loaded: disjoint ranges by their start.
    rows: BTreeMap<u64, u64>,
    /// Chunks by row and column of the grid.
    chunks: BTreeMap<(u64, u64), Stored>,
}

/// Where a chunk is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) address: u64,
    pub(super) size: u64,
    pub(super) mask: u32,
}

impl ChunkIndex {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn len(&self) -> usize {
        self.known().chunks.len()
    }

    /// The parts of `rows` that are not loaded.
    fn unknown(&self, rows: Range<u64>) -> Vec<Range<u64>> {
        let known = self.known();
        let mut at = rows.start;
        let mut unknown = Vec::new();
        let before = known.rows.range(..=at).next_back();
        let touching = before.into_iter().chain(known.rows.range(at.saturating_add(1)..));
        for (&start, &end) in touching {
            if at >= rows.end || start >= rows.end {
                break;
            }
            if at < start {
                unknown.push(at..start);
            }
            at = at.max(end);
        }
        if at < rows.end {
            unknown.push(at..rows.end);
        }
        unknown
    }

    /// Whether all of `rows` is loaded.
    pub(super) fn knows(&self, rows: Range<u64>) -> bool {
        self.unknown(rows).is_empty()
    }

    /// All chunks that are known, by row and column.
    pub(super) fn all(&self) -> Vec<((u64, u64), Stored)> {
        self.known().chunks.iter().map(|(place, stored)| (*place, *stored)).collect()
    }

    pub(super) fn add(&self, rows: Range<u64>, chunks: Vec<Chunk>) {
        let mut known = self.known();
        let stored = chunks.into_iter().map(|chunk| {
            let Chunk { row, column, address, size, mask } = chunk;
            ((row, column), Stored { address, size, mask })
        });
        known.chunks.extend(stored);
        // Joined with its neighbours, so that reading block by block leaves one range.
        let (mut start, mut end) = (rows.start, rows.end);
        while let Some((&before, &until)) =
            known.rows.range(..=end).next_back().filter(|(_, until)| **until >= start)
        {
            known.rows.remove(&before);
            (start, end) = (start.min(before), end.max(until));
        }
        known.rows.insert(start, end);
    }

    /// The chunk at a place of the grid; `None` was never written.
    pub(super) fn get(&self, row: u64, column: u64) -> Option<Stored> {
        self.known().chunks.get(&(row, column)).copied()
    }
}

/// Loads what is unknown of the indexes of `datasets`, for ranges of their blocks.
pub(crate) async fn load(
    file: &Inner,
    datasets: impl Iterator<Item = (&Dataset, Range<u64>)>,
) -> Result<()> {
    let wanted: Vec<(&Dataset, Range<u64>)> = datasets.collect();
    if wanted.iter().all(|(dataset, blocks)| dataset.inner.index.knows(blocks.clone())) {
        return Ok(());
    }
    let _one_at_a_time = file.walking.lock().await;
    // Asked again under the lock: another caller may just have loaded them.
    let mut grids = Vec::new();
    for (dataset, blocks) in wanted {
        let storage = dataset.storage()?;
        let Form::Chunked(layout) = &storage.form else {
            continue;
        };
        let filtered = !storage.filters.is_empty();
        let grid = Grid::new(layout, &dataset.inner.space, filtered, storage.chunk_bytes);
        let grid = grid.map_err(|fault| dataset.fault(fault))?;
        let blocks = blocks.start..blocks.end.min(dataset.blocks());
        for rows in dataset.inner.index.unknown(blocks) {
            grids.push((dataset, grid.clone(), rows));
        }
    }
    // Index nodes are read once, so they do not stay in the file's cache.
    let mut cached = file.cached();
    let loaded = walk(&file.source, file.format, &mut cached, "chunk index", |view| {
        let mut loaded = Vec::with_capacity(grids.len());
        let mut siblings = Siblings::default();
        for (dataset, grid, rows) in &grids {
            match siblings.take(chunk_index::read(view, grid, rows.clone())) {
                Ok(chunks) => loaded.push(chunks.unwrap_or_default()),
                Err(Stop::Fault(fault)) => return Ok(Err(dataset.fault(fault))),
                Err(Stop::Missing) => return Err(Stop::Missing),
            }
        }
        siblings.finish()?;
        Ok(Ok(loaded))
    });
    let loaded = loaded.await?;
    for ((dataset, _, rows), chunks) in grids.into_iter().zip(loaded) {
        dataset.inner.index.add(rows, chunks);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loaded_rows_join() {
        let index = ChunkIndex::default();
        assert_eq!(index.unknown(2..5), vec![2..5]);
        index.add(2..5, vec![]);
        index.add(7..9, vec![]);
        assert_eq!(index.unknown(0..10), vec![0..2, 5..7, 9..10]);
        assert_eq!(index.unknown(3..8), vec![5..7]);
        index.add(4..7, vec![]);
        assert!(index.knows(2..9));
        assert_eq!(index.known().rows.len(), 1);
        assert!(index.knows(4..4));
    }
}

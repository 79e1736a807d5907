//! From ranges of rows to slices of decoded blocks.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::ArrayRef;
use zagg_hdf5::BlockRequest;

use super::GranulePool;
use crate::error::{Error, Result};
use crate::granule::cache::BlockKey;
use crate::granule::open::{COLUMNS, LATITUDE};
use crate::granule::segment::cut;
use crate::granule::{
    Cells, GranuleRows, OpenGranule, RunIndex, Segment, Wanted, cells, positions, types,
};

/// The cache key of a beam's cells, beside its datasets.
pub(super) const CELLS: u16 = u16::MAX;

/// One load: some rows of a granule, some of its columns.
pub(super) struct Reader<'a> {
    pub(super) pool: &'a GranulePool,
    pub(super) granule: usize,
    pub(super) opened: &'a OpenGranule,
    /// There whenever cells are wanted, or the rows of a shard.
    pub(super) index: Option<Arc<Vec<RunIndex>>>,
    pub(super) wanted: &'a Wanted,
}

/// Consecutive rows that lie in one block of each column.
pub(super) struct Part {
    beam: usize,
    rows: Range<u64>,
    cells: Cells,
    /// Where its columns are: the block by its place in `keys`, and the row in it.
    blocks: Vec<(usize, usize)>,
}

impl Reader<'_> {
    pub(super) async fn read(&self, ranges: &[(usize, Range<u64>)]) -> Result<GranuleRows> {
        let (parts, keys) = self.plan(ranges);
        let decoded = AtomicU64::new(0);
        let blocks = self.blocks(&keys, &decoded).await?;
        let mut rows = GranuleRows { segments: Vec::with_capacity(parts.len()), chunks_decoded: 0 };
        for part in parts {
            let len = (part.rows.end - part.rows.start) as usize;
            let slice = |(key, offset): &(usize, usize)| match blocks.get(*key) {
                Some(block) if block.len() >= offset + len => Ok(block.slice(*offset, len)),
                _ => Err(lost_block(&keys[*key])),
            };
            let mut columns = part.blocks.iter().map(slice).collect::<Result<Vec<_>>>()?;
            let cells = match part.cells {
                // Read like a column, after the others.
                Cells::None if self.wanted.cells => columns.pop().map_or(Cells::None, Cells::Each),
                cells => cells,
            };
            let beam = self.opened.beams[part.beam].number;
            rows.segments.push(Segment { beam, rows: len, cells, columns });
        }
        rows.chunks_decoded = decoded.into_inner();
        Ok(rows)
    }

    /// Cuts the ranges where a block ends, and lists the blocks they need, each once.
    pub(super) fn plan(&self, ranges: &[(usize, Range<u64>)]) -> (Vec<Part>, Vec<BlockKey>) {
        let mut parts = Vec::new();
        let mut keys: Vec<BlockKey> = Vec::new();
        for (b, rows) in ranges {
            let beam = &self.opened.beams[*b];
            let indexed = self.index.as_ref().and_then(|index| index.get(*b));
            let runs = |rows: &Range<u64>| indexed.and_then(|index| index.cells(rows));
            let cells_kept = runs(&(rows.start..rows.start)).is_some();
            let mut sources: Vec<(u16, u64)> = Vec::with_capacity(self.wanted.datasets.len() + 1);
            let datasets = self.wanted.datasets.iter().map(|d| (*d as u16, *d));
            let cells = (self.wanted.cells && !cells_kept).then_some((CELLS, LATITUDE));
            for (column, dataset) in datasets.chain(cells) {
                sources.push((column, beam.datasets[dataset].block_rows().max(1)));
            }
            let block_rows: Vec<u64> = sources.iter().map(|(_, rows)| *rows).collect();
            for rows in cut(rows.clone(), &block_rows) {
                let blocks = sources.iter().map(|(column, block_rows)| {
                    let key = (self.granule as u32, *b as u16, *column, rows.start / block_rows);
                    // Neighbouring parts share blocks: the same key stands near the end.
                    let recent = keys.len().saturating_sub(4 * sources.len());
                    let known = keys[recent..].iter().rposition(|k| *k == key);
                    let at = known.map_or(keys.len(), |at| recent + at);
                    if at == keys.len() {
                        keys.push(key);
                    }
                    (at, (rows.start % block_rows) as usize)
                });
                let blocks = blocks.collect();
                let cells = match self.wanted.cells {
                    true => runs(&rows).map_or(Cells::None, Cells::Runs),
                    false => Cells::None,
                };
                parts.push(Part { beam: *b, rows, cells, blocks });
            }
        }
        (parts, keys)
    }

    /// Decoded blocks from the cache, the missing ones of all columns and beams fetched in one batch.
    async fn blocks(&self, keys: &[BlockKey], decoded: &AtomicU64) -> Result<Vec<ArrayRef>> {
        let load = |missing: Vec<usize>| async move {
            let (cells, columns): (Vec<usize>, Vec<usize>) =
                missing.into_iter().partition(|&i| keys[i].2 == CELLS);
            let of_columns: Vec<&BlockKey> = columns.iter().map(|&i| &keys[i]).collect();
            let of_cells: Vec<&BlockKey> = cells.iter().map(|&i| &keys[i]).collect();
            let arrays = self.decode(&of_columns, decoded).await?;
            let cell_arrays = self.assign(&of_cells, decoded).await?;
            let mut both: Vec<(usize, ArrayRef)> = columns.into_iter().zip(arrays).collect();
            both.extend(cells.into_iter().zip(cell_arrays));
            both.sort_unstable_by_key(|(i, _)| *i);
            Ok(both.into_iter().map(|(_, array)| array).collect())
        };
        self.pool.cache.get(keys, |key| self.uses(key), load).await
    }

    /// How many shards of those that are going to be read have rows in a block.
    fn uses(&self, (_, beam, column, block): &BlockKey) -> u32 {
        let Some(index) = self.index.as_ref().and_then(|index| index.get(*beam as usize)) else {
            return 1;
        };
        let dataset = if *column == CELLS { LATITUDE } else { *column as usize };
        let rows = self.opened.beams[*beam as usize].datasets[dataset].rows_of_block(*block);
        let mut shards: Vec<u64> = index
            .runs_over(&rows)
            .map(|run| run.shard)
            .filter(|shard| self.wanted.shards.binary_search(shard).is_ok())
            .collect();
        shards.sort_unstable();
        shards.dedup();
        shards.len() as u32
    }

    /// Fetches and decodes blocks of datasets.
    async fn decode(&self, keys: &[&BlockKey], decoded: &AtomicU64) -> Result<Vec<ArrayRef>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let dataset_of =
            |key: &BlockKey| &self.opened.beams[key.1 as usize].datasets[key.2 as usize];
        let requests: Vec<BlockRequest<'_>> = keys.iter().map(|key| self.request(key)).collect();
        let raw = zagg_hdf5::fetch_blocks(&requests).await?;
        self.count(raw.iter().map(|block| block.chunks() as u64).sum(), decoded);
        let columns = self.pool.columns().await?;
        let id = &self.pool.granules[self.granule].id;
        let decode = |(key, raw): (&&BlockKey, zagg_hdf5::RawBlock)| {
            let declared = &columns[key.2 as usize].data_type;
            types::conform(raw.decode()?, declared, id, dataset_of(key).path())
        };
        keys.iter().zip(raw).map(decode).collect()
    }

    /// The request for a block of a dataset.
    pub(super) fn request(&self, key: &BlockKey) -> BlockRequest<'_> {
        let (beam, dataset) = (key.1 as usize, key.2 as usize);
        let column = dataset.checked_sub(COLUMNS).and_then(|c| self.pool.source().columns.get(c));
        BlockRequest {
            dataset: &self.opened.beams[beam].datasets[dataset],
            block: key.3,
            column: column.and_then(|column| column.index),
        }
    }

    /// The cells of blocks of the latitude.
    async fn assign(&self, keys: &[&BlockKey], decoded: &AtomicU64) -> Result<Vec<ArrayRef>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<(usize, u64)> = keys.iter().map(|key| (key.1 as usize, key.3)).collect();
        let grid = self.pool.grid();
        let mut cells = Vec::new();
        let mut blocks = Vec::with_capacity(keys.len());
        for positions in positions::fetch(self.opened, wanted).await? {
            self.count(positions.chunks(), decoded);
            positions.cells(grid, &mut cells)?;
            blocks.push(cells::column(&cells, grid));
        }
        Ok(blocks)
    }

    fn count(&self, chunks: u64, decoded: &AtomicU64) {
        decoded.fetch_add(chunks, Ordering::Relaxed);
        self.pool.chunks_decoded.fetch_add(chunks, Ordering::Relaxed);
    }
}

/// A block that was promised and is not there: never seen, but rows must not go missing in silence.
fn lost_block(key: &BlockKey) -> Error {
    Error::Worker(format!("decoded block {key:?} is not what was asked for"))
}

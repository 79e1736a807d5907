//! The positions of a granule's rows, read to find their cells.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use datafusion::error::DataFusionError;
use futures::stream::{self, StreamExt};
use zagg_hdf5::{BlockRequest, RawBlock};

use crate::config::Grid;
use crate::error::{Error, Result};
use crate::granule::open::{LATITUDE, LONGITUDE};
use crate::granule::{OpenBeam, OpenGranule, RunIndex, cells};

/// Rows whose positions are fetched as one batch of requests.
const WINDOW_ROWS: u64 = 1 << 18;

/// Batches under way: one is decoded while the next is fetched.
const WINDOWS: usize = 2;

/// The positions of one block of a beam's latitude, as they lie in the file.
#[derive(Debug)]
pub(super) struct RawPositions {
    /// The beam, by its place in [`OpenGranule::beams`].
    pub(super) beam: usize,
    latitude: RawBlock,
    /// The blocks of the longitude that cover the same rows: one, unless it is chunked differently.
    longitude: Vec<RawBlock>,
    /// Rows of the first of them that come before.
    skip: usize,
}

/// Fetches the positions of blocks of the latitude, `(beam, block)` each, in one batch.
pub(super) async fn fetch(
    opened: &OpenGranule,
    wanted: Vec<(usize, u64)>,
) -> Result<Vec<RawPositions>> {
    let mut requests = Vec::with_capacity(2 * wanted.len());
    let mut spans = Vec::with_capacity(wanted.len());
    for (beam, block) in &wanted {
        let OpenBeam { datasets, .. } = &opened.beams[*beam];
        let (latitude, longitude) = (&datasets[LATITUDE], &datasets[LONGITUDE]);
        let rows = latitude.rows_of_block(*block);
        let covering = longitude.blocks_of(&rows);
        let skip = rows.start - longitude.rows_of_block(covering.start).start;
        spans.push((*beam, skip as usize, covering.clone().count()));
        requests.push(BlockRequest { dataset: latitude, block: *block, column: None });
        let of_longitude = |block| BlockRequest { dataset: longitude, block, column: None };
        requests.extend(covering.map(of_longitude));
    }
    let mut blocks = zagg_hdf5::fetch_blocks(&requests).await?.into_iter();
    let mut positions = Vec::with_capacity(spans.len());
    for (beam, skip, covering) in spans {
        let Some(latitude) = blocks.next() else { return Err(lost(beam)) };
        let longitude: Vec<RawBlock> = blocks.by_ref().take(covering).collect();
        positions.push(RawPositions { beam, latitude, longitude, skip });
    }
    Ok(positions)
}

impl RawPositions {
    /// The HDF5 chunks in them.
    pub(super) fn chunks(&self) -> u64 {
        let longitude: usize = self.longitude.iter().map(RawBlock::chunks).sum();
        (self.latitude.chunks() + longitude) as u64
    }

    /// Decodes them and puts the cells of their rows into `cells`.
    pub(super) fn cells(&self, grid: &Grid, cells: &mut Vec<u64>) -> Result<()> {
        let latitude = self.latitude.decode()?;
        let longitude = self.longitude.iter().map(RawBlock::decode);
        let longitude = longitude.collect::<Result<Vec<ArrayRef>, _>>()?;
        let joined = match longitude.as_slice() {
            [one] => Arc::clone(one),
            many => {
                let many: Vec<&dyn Array> = many.iter().map(AsRef::as_ref).collect();
                concat(&many).map_err(DataFusionError::from)?
            }
        };
        if joined.len() < self.skip + latitude.len() {
            return Err(lost(self.beam));
        }
        cells::assign(&latitude, &joined.slice(self.skip, latitude.len()), grid, cells)
    }
}

/// Never seen, but rows must not go missing in silence.
fn lost(beam: usize) -> Error {
    Error::Worker(format!("the positions read of beam {beam} are not those that were asked for"))
}

/// The row index of every beam, from all its positions, and the number of chunks decoded for it.
pub(super) async fn index(opened: &OpenGranule, grid: &Grid) -> Result<(Vec<RunIndex>, u64)> {
    let shift = 2 * (grid.child_order - grid.parent_order);
    let mut indexes = vec![RunIndex::new(shift); opened.beams.len()];
    let mut chunks = 0;
    let mut cells = Vec::new();
    let fetched: Vec<_> = windows(opened).into_iter().map(|window| fetch(opened, window)).collect();
    let mut fetched = stream::iter(fetched).buffered(WINDOWS);
    while let Some(window) = fetched.next().await {
        for positions in window? {
            positions.cells(grid, &mut cells)?;
            indexes[positions.beam].extend(&cells);
            chunks += positions.chunks();
        }
        // Others wait for this thread.
        tokio::task::yield_now().await;
    }
    indexes.iter_mut().for_each(RunIndex::finish);
    Ok((indexes, chunks))
}

/// All blocks of the latitude as `(beam, block)`, cut into batches.
fn windows(opened: &OpenGranule) -> Vec<Vec<(usize, u64)>> {
    let mut windows: Vec<Vec<(usize, u64)>> = Vec::new();
    let mut rows = WINDOW_ROWS;
    for (b, beam) in opened.beams.iter().enumerate() {
        let latitude = &beam.datasets[LATITUDE];
        for block in 0..latitude.blocks() {
            if rows >= WINDOW_ROWS {
                windows.push(Vec::new());
                rows = 0;
            }
            let Range { start, end } = latitude.rows_of_block(block);
            rows += end - start;
            windows.last_mut().into_iter().for_each(|window| window.push((b, block)));
        }
    }
    windows
}

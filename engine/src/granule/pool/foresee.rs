//! What reading will take, by what is known already. Nothing is asked for here.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::GranulePool;
use super::read::{CELLS, Reader};
use crate::error::Result;
use crate::granule::cache::BlockKey;
use crate::granule::foreseen::is_small;
use crate::granule::open::{LATITUDE, LONGITUDE};
use crate::granule::{Asked, Foreseen, OpenGranule, RunIndex, Wanted, Whole, described, open};

/// Stored bytes of a chunk for each byte of its elements: from 0.68 to 0.89, with a median of 0.75, in heights, their
/// errors and positions of three real ATL06 granules. Flags are far smaller, and count for little.
const COMPRESSION: f64 = 0.75;

/// A granule of which nothing need be asked to know its structure.
struct Known {
    opened: Arc<OpenGranule>,
    /// Where its rows are.
    index: Option<Arc<Vec<RunIndex>>>,
    by_index: bool,
}

impl GranulePool {
    /// What reading the rows of `shards`, or all rows where there are none, takes of a granule; `None` where its rows are not
    /// known.
    ///
    /// # Errors
    /// When what the granule index says of it cannot be.
    pub(crate) fn foresee(
        &self,
        granule: usize,
        shards: &[u64],
        wanted: &Wanted,
    ) -> Result<Option<Foreseen>> {
        let Some(known) = self.known(granule)? else { return Ok(None) };
        if known.index.is_none() && !shards.is_empty() {
            return Ok(None);
        }
        let loads: Vec<Vec<(usize, Range<u64>)>> = match &known.index {
            Some(index) if !shards.is_empty() => {
                shards.iter().map(|shard| in_shard(index, *shard)).collect()
            }
            _ => known
                .opened
                .beams
                .iter()
                .enumerate()
                .map(|(b, beam)| vec![(b, 0..beam.rows)])
                .collect(),
        };
        let index = known.index.clone();
        let reader = Reader { pool: self, granule, opened: &known.opened, index, wanted };
        Ok(Some(foresee(&reader, &loads, known.by_index, shards.len())))
    }

    /// What reading all of a granule takes, if its structure is known.
    pub(crate) fn whole(&self, granule: usize, wanted: &Wanted) -> Option<Whole> {
        let opened = self.opened.get(granule)?.get()?;
        let reader = Reader { pool: self, granule, opened, index: None, wanted };
        let all: Vec<(usize, Range<u64>)> =
            opened.beams.iter().enumerate().map(|(b, beam)| (b, 0..beam.rows)).collect();
        let (_, keys) = reader.plan(&all);
        let positions: Vec<BlockKey> = (0..opened.beams.len())
            .flat_map(|b| blocks_of(&reader, b, LATITUDE).chain(blocks_of(&reader, b, LONGITUDE)))
            .collect();
        let needed = keys.iter().chain(&positions).copied().collect();
        let (chunks, of_other_columns) = datasets(&reader, &needed);
        Some(Whole {
            size: opened.version.size,
            held: asked(&reader, &keys, false).0 == Asked::default(),
            rows: opened.beams.iter().map(|beam| beam.rows as f64).sum(),
            chunks,
            of_other_columns,
            data: asked(&reader, &keys, true).0,
            positions: asked(&reader, &positions, true).0,
        })
    }

    /// A granule as it is known by now.
    fn known(&self, granule: usize) -> Result<Option<Known>> {
        let at =
            |granule: usize| Some((self.opened.get(granule)?.get()?, self.indexes.get(granule)?));
        let by_index = self.index_of(granule).is_some();
        if let Some((opened, index)) = at(granule) {
            let index = index.get().map(Arc::clone);
            if index.is_some() || !by_index {
                return Ok(Some(Known { opened: Arc::clone(opened), index, by_index }));
            }
        }
        let Some((index, entry)) = self.entry(granule)? else { return Ok(None) };
        let id = entry.id.clone();
        let location = &self.granules[granule].location;
        let opened = open::by_index(entry.clone(), location, &self.source);
        let opened = Arc::new(opened.map_err(|error| index.wrong(&id, &error.to_string()))?);
        let runs = described::runs(&entry, &opened, &self.source, &self.grid);
        let runs = runs.map_err(|reason| index.wrong(&id, &reason))?;
        Ok(Some(Known { opened, index: Some(Arc::new(runs)), by_index }))
    }
}

fn in_shard(index: &[RunIndex], shard: u64) -> Vec<(usize, Range<u64>)> {
    let of_beam = |(b, beam): (usize, &RunIndex)| {
        beam.rows_in(shard).map(|rows| (b, rows)).collect::<Vec<_>>()
    };
    index.iter().enumerate().flat_map(of_beam).collect()
}

/// Goes through the loads as the reader would, and asks for nothing.
fn foresee(
    reader: &Reader<'_>,
    loads: &[Vec<(usize, Range<u64>)>],
    by_index: bool,
    shards: usize,
) -> Foreseen {
    let size = reader.opened.version.size;
    let mut sum = Foreseen { counted: true, by_index, ..Foreseen::default() };
    sum.rows_of = reader.opened.beams.iter().map(|beam| beam.rows as f64).sum();
    let mut seen: HashSet<BlockKey> = HashSet::new();
    for ranges in loads {
        sum.row_ranges += ranges.len() as f64;
        sum.rows += ranges.iter().map(|(_, rows)| (rows.end - rows.start) as f64).sum::<f64>();
        let (_, keys) = reader.plan(ranges);
        let (apart, known) = asked(reader, &keys, true);
        let missing: Vec<BlockKey> = keys.into_iter().filter(|key| seen.insert(*key)).collect();
        sum.here.add(asked(reader, &missing, false).0);
        if by_index || !is_small(size) {
            sum.apart.add(apart);
            sum.by_ratio |= !known;
        }
        if by_index && ranges.is_empty() {
            // Whether it is still the granule that the index tells of.
            sum.apart.requests += 1.0;
        }
    }
    if by_index && sum.here == Asked::default() {
        sum.here.requests = 1.0;
    }
    if !by_index {
        let mut own = Asked::structure(size);
        if shards > 0 && !is_small(size) {
            let beams = 0..reader.opened.beams.len();
            let positions: Vec<BlockKey> = beams
                .flat_map(|b| blocks_of(reader, b, LATITUDE).chain(blocks_of(reader, b, LONGITUDE)))
                .collect();
            own.add(asked(reader, &positions, true).0);
        }
        sum.apart.add(own.times(shards.max(1) as f64));
    }
    let (all, of_other_columns) = datasets(reader, &seen);
    sum.chunks = chunks(reader, &seen) as f64;
    sum.of_other_columns = of_other_columns;
    sum.of_other_rows = (all - sum.chunks).max(0.0);
    sum
}

/// What fetching blocks takes, and whether that is known of each of their chunks.
fn asked(reader: &Reader<'_>, keys: &[BlockKey], fresh: bool) -> (Asked, bool) {
    let keys = with_positions(reader, keys);
    let requests: Vec<_> = keys.iter().map(|key| reader.request(key)).collect();
    if let Some(ranges) = zagg_hdf5::foreseen_requests(&requests, fresh) {
        return (Asked::of(&ranges), true);
    }
    let bytes = requests.iter().map(|request| {
        let rows = request.dataset.rows_of_block(request.block);
        let width = request.dataset.arrow_type().ok().and_then(|t| t.primitive_width());
        (rows.end - rows.start) as f64 * width.unwrap_or(8) as f64 * COMPRESSION
    });
    (Asked { requests: requests.len() as f64, bytes: bytes.sum() }, false)
}

/// The same blocks, with those of the positions in place of those of cells.
fn with_positions(reader: &Reader<'_>, keys: &[BlockKey]) -> Vec<BlockKey> {
    let mut all = Vec::with_capacity(keys.len());
    for key in keys {
        if key.2 != CELLS {
            all.push(*key);
            continue;
        }
        let datasets = &reader.opened.beams[key.1 as usize].datasets;
        let rows = datasets[LATITUDE].rows_of_block(key.3);
        all.push((key.0, key.1, LATITUDE as u16, key.3));
        let of_longitude = |block| (key.0, key.1, LONGITUDE as u16, block);
        all.extend(datasets[LONGITUDE].blocks_of(&rows).map(of_longitude));
    }
    all
}

/// Distinct blocks of datasets.
fn chunks(reader: &Reader<'_>, keys: &HashSet<BlockKey>) -> usize {
    let keys: Vec<BlockKey> = keys.iter().copied().collect();
    with_positions(reader, &keys).into_iter().collect::<HashSet<_>>().len()
}

/// All blocks of the datasets that `keys` are of, and those of the others.
fn datasets(reader: &Reader<'_>, keys: &HashSet<BlockKey>) -> (f64, f64) {
    let wanted = |dataset: usize| {
        reader.wanted.datasets.contains(&dataset)
            || keys.iter().any(|key| match key.2 {
                CELLS => dataset == LATITUDE || dataset == LONGITUDE,
                column => usize::from(column) == dataset,
            })
    };
    let width = reader.opened.beams.first().map_or(0, |beam| beam.datasets.len());
    let (of_columns, of_others): (Vec<usize>, Vec<usize>) = (0..width).partition(|d| wanted(*d));
    let blocks = |of: Vec<usize>| {
        let beams = reader.opened.beams.iter();
        let all = beams.flat_map(|beam| of.iter().filter_map(|d| beam.datasets.get(*d)));
        all.map(|dataset| dataset.blocks() as f64).sum::<f64>()
    };
    (blocks(of_columns), blocks(of_others))
}

/// All blocks of a dataset.
fn blocks_of(
    reader: &Reader<'_>,
    beam: usize,
    dataset: usize,
) -> impl Iterator<Item = BlockKey> + use<> {
    let granule = reader.granule as u32;
    let blocks = reader.opened.beams[beam].datasets[dataset].blocks();
    (0..blocks).map(move |block| (granule, beam as u16, dataset as u16, block))
}

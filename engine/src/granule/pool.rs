//! The granules of a table, opened once and read through one cache.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::MemoryPool;
use tokio::sync::{OnceCell, Semaphore};
use zagg_catalog::GranuleLink;
use zagg_hdf5::{BlockRequest, RawBlock};

use crate::config::{DataSource, Grid};
use crate::error::{Error, Result};
use crate::granule::cache::BlockKey;
use crate::granule::open::{LATITUDE, LONGITUDE};
use crate::granule::segment::cut;
use crate::granule::{
    BlockCache, GranuleRows, Location, Locations, OpenBeam, OpenGranule, Rows, RunIndex, Segment,
    Wanted, cells, open, types,
};
use crate::table::ColumnInfo;

/// The cache key of a beam's cells, beside its datasets.
const CELLS: u16 = u16::MAX;

/// Rows whose positions are read at once when a granule is opened.
const POSITION_ROWS: u64 = 1 << 20;

/// One granule of a table.
#[derive(Debug, Clone)]
pub struct GranuleRef {
    /// The granule's id, its file name as a rule.
    pub id: String,
    /// Where it lies.
    pub location: Location,
}

impl GranuleRef {
    /// The granule behind a link, named by the link's last part.
    ///
    /// # Errors
    /// When the link has no last part, or there is no store for it.
    pub fn from_link(link: &str, locations: &Locations) -> Result<Self> {
        let id = GranuleLink::from_url(link)?.id;
        Ok(Self { id, location: locations.resolve(link)? })
    }
}

/// How much a pool may hold and do at once.
#[derive(Debug, Clone)]
pub struct PoolOptions {
    /// Bytes of decoded blocks kept, at most.
    pub cache_bytes: usize,
    /// Blocks decoded at once: the number of cores to use.
    pub decoders: usize,
}

impl Default for PoolOptions {
    fn default() -> Self {
        let decoders = std::thread::available_parallelism().map_or(1, usize::from);
        Self { cache_bytes: 256 << 20, decoders }
    }
}

/// The granules of a table, sorted by id: the order of rows in every result.
#[derive(Debug)]
pub struct GranulePool {
    source: DataSource,
    grid: Grid,
    granules: Vec<GranuleRef>,
    opened: Vec<OnceCell<Arc<OpenGranule>>>,
    indexes: Vec<OnceCell<Arc<Vec<RunIndex>>>>,
    columns: OnceCell<Vec<ColumnInfo>>,
    cache: BlockCache,
    decoders: Arc<Semaphore>,
    chunks_decoded: AtomicU64,
}

impl GranulePool {
    /// A pool of `granules`, which are put in order of their ids. Nothing is read yet.
    ///
    /// `columns` are the types of the table's columns where they are known; otherwise the first granule
    /// that has a beam tells.
    ///
    /// # Errors
    /// When two granules have the same id, since rows would then have no fixed order.
    pub fn try_new(
        source: DataSource,
        grid: Grid,
        mut granules: Vec<GranuleRef>,
        columns: Option<Vec<ColumnInfo>>,
        memory: &Arc<dyn MemoryPool>,
        options: &PoolOptions,
    ) -> Result<Self> {
        granules.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some([a, b]) = granules.array_windows().find(|[a, b]| a.id == b.id) {
            let links = format!("{} and {}", a.location.link, b.location.link);
            return Err(Error::Request(format!("granule {} is given twice: {links}", a.id)));
        }
        Ok(Self {
            source,
            grid,
            opened: granules.iter().map(|_| OnceCell::new()).collect(),
            indexes: granules.iter().map(|_| OnceCell::new()).collect(),
            granules,
            columns: OnceCell::new_with(columns),
            cache: BlockCache::new(options.cache_bytes, memory),
            decoders: Arc::new(Semaphore::new(options.decoders.max(1))),
            chunks_decoded: AtomicU64::new(0),
        })
    }

    /// What the granules are expected to hold.
    pub fn source(&self) -> &DataSource {
        &self.source
    }

    /// The orders and the latitude convention of the cells.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// All granules, by id.
    pub fn granules(&self) -> &[GranuleRef] {
        &self.granules
    }

    /// HDF5 chunks decoded so far.
    pub fn chunks_decoded(&self) -> u64 {
        self.chunks_decoded.load(Ordering::Relaxed)
    }

    /// Latitude, longitude and the declared columns, with their types and attributes.
    ///
    /// # Errors
    /// When no granule has any of the beams; otherwise the error of the last granule that was tried.
    pub async fn columns(&self) -> Result<&[ColumnInfo]> {
        let probe = || async {
            let mut failure = None;
            for granule in 0..self.granules.len() {
                match self.open(granule).await {
                    Ok(opened) => {
                        if let Some(beam) = opened.beams.first() {
                            return ColumnInfo::of_beam(beam);
                        }
                    }
                    Err(error) => failure = Some(error),
                }
            }
            Err(failure.unwrap_or_else(|| {
                let beams = self.source.groups.join(", ");
                Error::Request(format!(
                    "none of the {} granules has any of the beams {beams}",
                    self.granules.len()
                ))
            }))
        };
        self.columns.get_or_try_init(probe).await.map(Vec::as_slice)
    }

    /// A granule with its beams looked up, by one walk through its metadata on the first call.
    ///
    /// # Errors
    /// When the granule cannot be read or is not what the table declares. A later call tries again.
    pub async fn open(&self, granule: usize) -> Result<Arc<OpenGranule>> {
        let entry = &self.granules[granule];
        let open =
            || async { Ok(Arc::new(open::open(&entry.id, &entry.location, &self.source).await?)) };
        self.opened[granule].get_or_try_init(open).await.map(Arc::clone)
    }

    /// Which rows of a granule fall into which shard, beam by beam as in [`OpenGranule::beams`]. The
    /// first call reads the positions of all its rows.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when the positions cannot be read.
    pub async fn index(&self, granule: usize) -> Result<Arc<Vec<RunIndex>>> {
        let assign = || async {
            let opened = self.open(granule).await?;
            Ok(Arc::new(self.assign_rows(granule, &opened).await?))
        };
        self.indexes[granule].get_or_try_init(assign).await.map(Arc::clone)
    }

    /// Rows without a valid position, in the granules whose positions have been read.
    pub fn rows_invalid_position(&self) -> u64 {
        let indexes = self.indexes.iter().filter_map(OnceCell::get);
        indexes.flat_map(|beams| beams.iter()).map(RunIndex::invalid).sum()
    }

    /// Reads rows of a granule, all of them before any is given out: a granule that fails gives none.
    ///
    /// # Errors
    /// As [`index`](Self::index), and when a chunk cannot be read or decoded.
    pub async fn rows(&self, granule: usize, rows: &Rows, wanted: &Wanted) -> Result<GranuleRows> {
        let opened = self.open(granule).await?;
        let ranges: Vec<(usize, Range<u64>)> = match rows {
            Rows::Shard(shard) => {
                let index = self.index(granule).await?;
                let beams = index.iter().enumerate();
                beams
                    .flat_map(|(b, beam)| beam.rows_in(*shard).map(move |rows| (b, rows)))
                    .collect()
            }
            Rows::Beam(beam, rows) => vec![(*beam, rows.clone())],
        };
        self.read(granule, &opened, &ranges, wanted).await
    }

    async fn read(
        &self,
        granule: usize,
        opened: &OpenGranule,
        ranges: &[(usize, Range<u64>)],
        wanted: &Wanted,
    ) -> Result<GranuleRows> {
        // One column for each dataset, then the cells, whose blocks are those of the latitude.
        let mut sources: Vec<(u16, usize)> =
            wanted.datasets.iter().map(|d| (*d as u16, *d)).collect();
        if wanted.cells {
            sources.push((CELLS, LATITUDE));
        }
        let mut plan = Vec::new();
        let mut keys: Vec<BlockKey> = Vec::new();
        for (b, rows) in ranges {
            let beam = &opened.beams[*b];
            let block_rows: Vec<u64> =
                sources.iter().map(|(_, d)| beam.datasets[*d].block_rows().max(1)).collect();
            for part in cut(rows.clone(), &block_rows) {
                for ((column, _), block_rows) in sources.iter().zip(&block_rows) {
                    keys.push((granule as u32, *b as u16, *column, part.start / block_rows));
                }
                plan.push((*b, part, block_rows.clone()));
            }
        }
        // Neighbouring parts share blocks: ask for each once.
        let mut distinct = keys.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let decoded = AtomicU64::new(0);
        let blocks = self.blocks(granule, opened, &distinct, &decoded).await?;
        let block = |key: &BlockKey| -> Result<&ArrayRef> {
            let at = distinct.binary_search(key).ok();
            at.and_then(|at| blocks.get(at)).ok_or_else(|| lost_block(key))
        };

        let mut rows = GranuleRows { segments: Vec::with_capacity(plan.len()), chunks_decoded: 0 };
        let mut keys = keys.chunks(sources.len().max(1));
        for (b, part, block_rows) in plan {
            // None where no column is wanted: rows are counted all the same.
            let keys = keys.next().unwrap_or_default();
            let len = (part.end - part.start) as usize;
            let mut columns = Vec::with_capacity(sources.len());
            for (key, block_rows) in keys.iter().zip(&block_rows) {
                let offset = (part.start % block_rows) as usize;
                let block = block(key)?;
                if block.len() < offset + len {
                    return Err(lost_block(key));
                }
                columns.push(block.slice(offset, len));
            }
            let cells = if wanted.cells { columns.pop() } else { None };
            let beam = opened.beams[b].number;
            rows.segments.push(Segment { beam, rows: len, cells, columns });
        }
        rows.chunks_decoded = decoded.into_inner();
        Ok(rows)
    }

    /// Decoded blocks from the cache, the missing ones of all datasets and beams fetched in one batch.
    async fn blocks(
        &self,
        granule: usize,
        opened: &OpenGranule,
        keys: &[BlockKey],
        decoded: &AtomicU64,
    ) -> Result<Vec<ArrayRef>> {
        self.cache
            .get(keys, |missing| async move {
                let (cells, columns): (Vec<usize>, Vec<usize>) =
                    missing.iter().partition(|&&i| keys[i].2 == CELLS);
                let requests = columns.iter().map(|&i| {
                    let (_, b, column, block) = keys[i];
                    (&opened.beams[b as usize], column as usize, block)
                });
                let arrays = self.decode(granule, requests.collect(), decoded).await?;
                let wanted = cells.iter().map(|&i| (keys[i].1 as usize, keys[i].3)).collect();
                let cell_arrays = self.cell_blocks(granule, opened, wanted, decoded).await?;
                let mut both: Vec<(usize, ArrayRef)> = columns.into_iter().zip(arrays).collect();
                both.extend(cells.into_iter().zip(cell_arrays));
                both.sort_unstable_by_key(|(i, _)| *i);
                Ok(both.into_iter().map(|(_, array)| array).collect())
            })
            .await
    }

    /// Fetches and decodes blocks of datasets, decoding on the blocking pool.
    async fn decode(
        &self,
        granule: usize,
        wanted: Vec<(&OpenBeam, usize, u64)>,
        decoded: &AtomicU64,
    ) -> Result<Vec<ArrayRef>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let requests: Vec<BlockRequest<'_>> = wanted
            .iter()
            .map(|(beam, dataset, block)| BlockRequest {
                dataset: &beam.datasets[*dataset],
                block: *block,
                column: dataset
                    .checked_sub(open::COLUMNS)
                    .and_then(|c| self.source.columns.get(c))
                    .and_then(|c| c.index),
            })
            .collect();
        let raw = zagg_hdf5::fetch_blocks(&requests).await?;
        let chunks = raw.iter().map(|block| block.chunks() as u64).sum();
        decoded.fetch_add(chunks, Ordering::Relaxed);
        self.chunks_decoded.fetch_add(chunks, Ordering::Relaxed);

        let permit = Arc::clone(&self.decoders).acquire_owned().await;
        let decode = move || {
            let arrays = raw.iter().map(RawBlock::decode).collect::<Result<Vec<_>, _>>();
            drop(permit);
            arrays
        };
        let arrays = SpawnedTask::spawn_blocking(decode)
            .await
            .map_err(|e| Error::Worker(e.to_string()))??;
        let id = &self.granules[granule].id;
        let Some(columns) = self.columns.get() else {
            // Only positions are read before the columns are known, and they go to doubles anyway.
            return Ok(arrays);
        };
        wanted
            .iter()
            .zip(arrays)
            .map(|((beam, dataset, _), array)| {
                let path = beam.datasets[*dataset].path();
                types::conform(array, &columns[*dataset].data_type, id, path)
            })
            .collect()
    }

    /// The cells of blocks of the latitude, `(beam, block)` each.
    async fn cell_blocks(
        &self,
        granule: usize,
        opened: &OpenGranule,
        wanted: Vec<(usize, u64)>,
        decoded: &AtomicU64,
    ) -> Result<Vec<ArrayRef>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        // The longitude is chunked like the latitude as a rule; where it is not, the blocks that cover
        // the same rows are joined.
        let mut requests = Vec::new();
        let mut spans = Vec::new();
        for (b, block) in &wanted {
            let beam = &opened.beams[*b];
            let rows = beam.datasets[LATITUDE].rows_of_block(*block);
            let longitude = &beam.datasets[LONGITUDE];
            let covering = longitude.blocks_of(&rows);
            spans.push((
                rows.clone(),
                rows.start - longitude.rows_of_block(covering.start).start,
                covering.clone().count(),
            ));
            requests.push((beam, LATITUDE, *block));
            requests.extend(covering.map(|block| (beam, LONGITUDE, block)));
        }
        let mut arrays = self.decode(granule, requests, decoded).await?.into_iter();
        let grid = self.grid;
        let positions = spans
            .into_iter()
            .map(|(rows, skip, covering)| {
                let latitude = arrays.next();
                let longitude: Vec<ArrayRef> = arrays.by_ref().take(covering).collect();
                let joined = match longitude.as_slice() {
                    [one] => Arc::clone(one),
                    many => {
                        let many: Vec<&dyn Array> = many.iter().map(AsRef::as_ref).collect();
                        concat(&many).map_err(DataFusionError::from)?
                    }
                };
                let (skip, len) = (skip as usize, (rows.end - rows.start) as usize);
                match latitude {
                    Some(latitude) if latitude.len() == len && joined.len() >= skip + len => {
                        Ok((latitude, joined.slice(skip, len)))
                    }
                    _ => Err(lost_block(&(granule as u32, 0, CELLS, rows.start))),
                }
            })
            .collect::<Result<Vec<_>>>()?;
        let assign = move || {
            positions.iter().map(|(lat, lon)| cells::assign(lat, lon, &grid)).collect::<Result<_>>()
        };
        SpawnedTask::spawn_blocking(assign).await.map_err(|e| Error::Worker(e.to_string()))?
    }

    /// The row index of every beam, from its positions.
    async fn assign_rows(&self, granule: usize, opened: &OpenGranule) -> Result<Vec<RunIndex>> {
        let mut batches: Vec<Vec<BlockKey>> = Vec::new();
        let mut rows = POSITION_ROWS;
        for (b, beam) in opened.beams.iter().enumerate() {
            let latitude = &beam.datasets[LATITUDE];
            for block in 0..latitude.blocks() {
                if rows >= POSITION_ROWS {
                    batches.push(Vec::new());
                    rows = 0;
                }
                rows += latitude.block_rows();
                if let Some(batch) = batches.last_mut() {
                    batch.push((granule as u32, b as u16, CELLS, block));
                }
            }
        }
        let mut index = vec![RunIndex::default(); opened.beams.len()];
        for keys in batches {
            let blocks = self.blocks(granule, opened, &keys, &AtomicU64::new(0)).await?;
            for ((_, b, _, _), block) in keys.into_iter().zip(blocks) {
                index[b as usize].extend(cells::shards(&block, &self.grid));
            }
        }
        Ok(index)
    }
}

/// A block that was promised and is not there: never seen, but rows must not go missing in silence.
fn lost_block(key: &BlockKey) -> Error {
    Error::Worker(format!("decoded block {key:?} is not what was asked for"))
}

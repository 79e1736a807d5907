//! The granules of a table, opened once and read through one cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::memory_pool::MemoryPool;
use tokio::sync::OnceCell;
use zagg_catalog::GranuleLink;

use crate::config::{DataSource, Grid};
use crate::error::{Error, Result};
use crate::granule::{
    BlockCache, GranuleRows, Location, Locations, OpenGranule, Rows, RunIndex, Wanted, described,
    open, positions,
};
use crate::index::GranuleIndex;
use crate::table::ColumnInfo;

mod foresee;
mod indexed;
mod read;

/// Bytes of small files held as they came, at most, over all granules of a pool.
const HELD_FILES: u64 = 64 << 20;

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

/// How much a pool may hold at once, and what it knows from the start.
#[derive(Debug, Clone)]
pub struct PoolOptions {
    /// Bytes of decoded blocks kept, at most.
    pub cache_bytes: usize,
    /// What is known of the granules. Those that are not in it, or not with all that the table declares, are
    /// opened.
    pub index: Option<Arc<GranuleIndex>>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self { cache_bytes: 192 << 20, index: None }
    }
}

/// The granules of a table, sorted by id: the order of rows in every result.
///
/// Chunks are decoded by whoever asks for them, on his own thread: what runs in parallel is the partitions
/// of a plan. Only the positions of a granule, which many partitions want at the same time, are a task of
/// their own.
#[derive(Debug)]
pub struct GranulePool {
    source: DataSource,
    grid: Grid,
    granules: Vec<GranuleRef>,
    opened: Vec<OnceCell<Arc<OpenGranule>>>,
    indexes: Vec<OnceCell<Arc<Vec<RunIndex>>>>,
    index: Option<Arc<GranuleIndex>>,
    /// Whether the index serves a granule, by the granule's number.
    served: Vec<bool>,
    columns: OnceCell<Vec<ColumnInfo>>,
    cache: BlockCache,
    held_files: AtomicU64,
    chunks_decoded: AtomicU64,
}

impl GranulePool {
    /// A pool of `granules`, which are put in order of their ids. Nothing is read yet.
    ///
    /// `columns` are the types of the table's columns where they are known; otherwise the first granule
    /// that has a beam tells.
    ///
    /// # Errors
    /// When two granules have the same id, since rows would then have no fixed order, and when the index is of
    /// another grid.
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
        let served = |granule: &GranuleRef| match &options.index {
            Some(index) => index.serves(&granule.id, &source, &grid),
            None => Ok(false),
        };
        Ok(Self {
            served: granules.iter().map(served).collect::<Result<_>>()?,
            index: options.index.clone(),
            source,
            grid,
            opened: granules.iter().map(|_| OnceCell::new()).collect(),
            indexes: granules.iter().map(|_| OnceCell::new()).collect(),
            granules,
            columns: OnceCell::new_with(columns),
            cache: BlockCache::new(options.cache_bytes, memory),
            held_files: AtomicU64::new(0),
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

    /// A granule with its beams looked up: in the index, or by one walk through its metadata on the first call.
    ///
    /// # Errors
    /// When the granule cannot be read or is not what the table declares. A later call tries again.
    pub async fn open(&self, granule: usize) -> Result<Arc<OpenGranule>> {
        let GranuleRef { id, location } = &self.granules[granule];
        let keep = |bytes| {
            let more = |held: u64| held.checked_add(bytes).filter(|sum| *sum <= HELD_FILES);
            self.held_files.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
        };
        let open = || async {
            let opened = match self.entry(granule)? {
                Some((index, entry)) => {
                    let opened = open::by_index(entry, location, &self.source);
                    opened.map_err(|error| index.wrong(id, &error.to_string()))?
                }
                None => open::open(id, location, &self.source, keep).await?,
            };
            Ok(Arc::new(opened))
        };
        self.opened[granule].get_or_try_init(open).await.map(Arc::clone)
    }

    /// Which rows of a granule fall into which shard, beam by beam as in [`OpenGranule::beams`]. Without an
    /// index the first call reads the positions of all its rows, as a task of the runtime it is called on.
    ///
    /// # Errors
    /// As [`open`](Self::open), and when the positions cannot be read.
    pub async fn index(&self, granule: usize) -> Result<Arc<Vec<RunIndex>>> {
        let assign = || async {
            let opened = self.open(granule).await?;
            let grid = self.grid;
            if let Some((index, entry)) = self.entry(granule)? {
                let runs = described::runs(&entry, &opened, &self.source, &grid);
                return Ok(Arc::new(runs.map_err(|reason| index.wrong(&entry.id, &reason))?));
            }
            let task = SpawnedTask::spawn(async move { positions::index(&opened, &grid).await });
            let (index, chunks) = task.await.map_err(|e| Error::Worker(e.to_string()))??;
            self.chunks_decoded.fetch_add(chunks, Ordering::Relaxed);
            Ok(Arc::new(index))
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
        let (index, ranges) = match rows {
            Rows::Shard(shard) => {
                let index = self.index(granule).await?;
                let in_shard = |(b, beam): (usize, &RunIndex)| {
                    beam.rows_in(*shard).map(move |rows| (b, rows)).collect::<Vec<_>>()
                };
                let ranges: Vec<_> = index.iter().enumerate().flat_map(in_shard).collect();
                (Some(index), ranges)
            }
            // Worth having where it is there, and not worth reading all positions for.
            Rows::Beam(beam, rows) => {
                (self.indexes[granule].get().map(Arc::clone), vec![(*beam, rows.clone())])
            }
        };
        if ranges.is_empty() {
            self.confirm(granule).await?;
        }
        let reader = read::Reader { pool: self, granule, opened: &opened, index, wanted };
        reader.read(&ranges).await.map_err(|error| self.told(granule, error))
    }
}

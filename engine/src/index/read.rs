//! Reading an index.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use datafusion::parquet;
use object_store::ObjectStoreExt;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::config::{DataSource, Grid};
use crate::error::{Error, Result};
use crate::granule::Location;
use crate::index::decode::Columns;
use crate::index::{GranuleEntry, INDEX_VERSION, IndexInfo, schema, seal};

/// The key of [`IndexInfo`].
pub(super) const INFO_KEY: &str = "zagg:index";

/// An index, read whole. Entries are decoded when they are asked for.
#[derive(Debug)]
pub struct GranuleIndex {
    name: String,
    info: IndexInfo,
    batches: Vec<Columns>,
    /// Batch and row of each beam.
    granules: HashMap<String, Vec<(usize, usize)>>,
}

impl GranuleIndex {
    /// Reads an index with one request.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or is no granule index of this version.
    pub async fn open(at: &Location) -> Result<Self> {
        let read = async { at.store.get(&at.path).await?.bytes().await };
        let bytes = read.await.map_err(|source| Error::Index {
            index: at.link.clone(),
            reason: format!("it cannot be read: {source}"),
        })?;
        Self::from_bytes(&at.link, bytes)
    }

    /// An index from the bytes of its file, which errors name `name`.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for those of reading.
    pub fn from_bytes(name: &str, file: Bytes) -> Result<Self> {
        let read = || -> Result<Self, String> {
            seal::check(&file)?;
            // The file is what its checksum says. Should it have been made to harm, the Parquet reader may give up in its own
            // way, by an assertion.
            catch_unwind(AssertUnwindSafe(|| Self::decode(name, file)))
                .unwrap_or_else(|_| Err("it is no Parquet that can be read".to_owned()))
        };
        read().map_err(|reason| Error::Index { index: name.to_owned(), reason })
    }

    fn decode(name: &str, file: Bytes) -> Result<Self, String> {
        let text = |error: &dyn std::fmt::Display| error.to_string();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| text(&e))?;
        let pairs = reader.metadata().file_metadata().key_value_metadata();
        let mut values = pairs.into_iter().flatten().filter(|pair| pair.key == INFO_KEY);
        let info = values.next().and_then(|pair| pair.value.as_deref());
        let info = info.ok_or_else(|| format!("its footer has no `{INFO_KEY}`"))?;
        let of_version: Version = serde_json::from_str(info).map_err(|e| text(&e))?;
        if of_version.version != INDEX_VERSION {
            return Err(format!(
                "it has version {}, and version {INDEX_VERSION} is read here",
                of_version.version
            ));
        }
        let info: IndexInfo = serde_json::from_str(info).map_err(|e| text(&e))?;
        let (expected, found) = (schema(), reader.schema());
        if expected.fields() != found.fields() {
            return Err(format!("expected the columns {expected}, found {found}"));
        }
        let mut batches = Vec::new();
        let mut granules: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for batch in reader.build().map_err(|e| text(&e))? {
            let batch = batch.map_err(|e| text(&e))?;
            let columns = Columns::new(&batch).ok_or("its columns are of other types")?;
            for row in 0..columns.len() {
                let beams = granules.entry(columns.granule(row).to_owned()).or_default();
                beams.push((batches.len(), row));
            }
            batches.push(columns);
        }
        Ok(Self { name: name.to_owned(), info, batches, granules })
    }

    /// Where it was read from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The grid it was made for.
    pub fn info(&self) -> &IndexInfo {
        &self.info
    }

    /// The ids of the granules in it, in no order.
    pub fn granules(&self) -> impl Iterator<Item = &str> {
        self.granules.keys().map(String::as_str)
    }

    /// How many granules are in it.
    pub fn len(&self) -> usize {
        self.granules.len()
    }

    /// Whether there is no granule in it.
    pub fn is_empty(&self) -> bool {
        self.granules.is_empty()
    }

    /// What it says of a granule; `None` where it has nothing on it.
    ///
    /// # Errors
    /// When what it says cannot be.
    pub fn entry(&self, granule: &str) -> Result<Option<GranuleEntry>> {
        let Some(rows) = self.granules.get(granule) else { return Ok(None) };
        let mut version = None;
        let mut beams = Vec::with_capacity(rows.len());
        for (batch, row) in rows {
            let batch = &self.batches[*batch];
            let of_row = batch.version(*row);
            let first = version.get_or_insert_with(|| of_row.clone());
            if *first != of_row {
                let reason = format!("it has two versions: {first} and {of_row}");
                return Err(self.wrong(granule, &reason));
            }
            beams.push(batch.beam(*row).map_err(|reason| self.wrong(granule, &reason))?);
        }
        let entry = |version| GranuleEntry { id: granule.to_owned(), version, beams };
        Ok(version.map(entry))
    }

    /// Whether it has all that `source` declares of a granule.
    ///
    /// # Errors
    /// When it has, and its runs are too coarse for the shards of `grid`, or of another kind of cell.
    pub fn serves(&self, granule: &str, source: &DataSource, grid: &Grid) -> Result<bool> {
        let Some(rows) = self.granules.get(granule) else { return Ok(false) };
        if let Some(reason) = self.info.misfit(grid) {
            return Err(Error::Index { index: self.name.clone(), reason });
        }
        for beam in &source.groups {
            let of_beam =
                |(batch, row): &&(usize, usize)| self.batches[*batch].beam_name(*row) == beam;
            let Some((batch, row)) = rows.iter().find(of_beam) else { return Ok(false) };
            let batch = &self.batches[*batch];
            let Some(order) = batch.run_order(*row) else { continue };
            let paths = source.paths_in(beam);
            if !paths.iter().all(|path| batch.paths(*row).any(|known| known == path)) {
                return Ok(false);
            }
            if order < grid.parent_order {
                return Err(Error::Index {
                    index: self.name.clone(),
                    reason: format!(
                        "it was made for shards of order {} and cells of order {}; the shards of \
                         this grid have order {}, and the rows of {granule}, {beam} are known for \
                         cells of order {order}",
                        self.info.parent_order, self.info.child_order, grid.parent_order
                    ),
                });
            }
        }
        Ok(true)
    }

    /// An error about what it says of a granule.
    pub(crate) fn wrong(&self, granule: &str, reason: &str) -> Error {
        let reason = format!("granule {granule}: {reason}");
        Error::Index { index: self.name.clone(), reason }
    }
}

#[derive(serde::Deserialize)]
struct Version {
    version: u32,
}

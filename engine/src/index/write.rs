//! Writing an index.

use datafusion::parquet;
use object_store::ObjectStoreExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::config::Grid;
use crate::error::{Error, Result};
use crate::granule::Location;
use crate::index::read::INFO_KEY;
use crate::index::{GranuleEntry, IndexInfo, encode, schema, seal};

/// Runs and chunks that are gathered for one row group, about.
const GROUP: usize = 1 << 19;

/// Columns whose values are near those before them.
const RISING: [&str; 6] = [
    "runs.list.item.start",
    "runs.list.item.cell",
    "datasets.list.item.chunks.list.item.row",
    "datasets.list.item.chunks.list.item.column",
    "datasets.list.item.chunks.list.item.offset",
    "datasets.list.item.chunks.list.item.size",
];

/// Writes an index, granule by granule. It is held in memory until it is whole.
pub struct IndexWriter {
    writer: ArrowWriter<Vec<u8>>,
    waiting: Vec<GranuleEntry>,
    /// Runs and chunks of those that wait.
    weight: usize,
}

impl IndexWriter {
    /// An index without granules yet.
    ///
    /// # Errors
    /// Never, as the schema is one that Parquet has.
    pub fn new(grid: &Grid) -> Result<Self> {
        let info = serde_json::to_string(&IndexInfo::new(grid)).map_err(|e| failed(&e))?;
        let pair = |key: &str, value: String| KeyValue::new(key.to_owned(), value);
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_column_statistics_enabled("granule".into(), EnabledStatistics::Chunk)
            .set_key_value_metadata(Some(vec![
                pair(INFO_KEY, info),
                pair(seal::KEY, seal::blank()),
            ]));
        for column in RISING {
            let path = ColumnPath::from(column.split('.').map(str::to_owned).collect::<Vec<_>>());
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
        let writer = ArrowWriter::try_new(Vec::new(), schema(), Some(properties.build()));
        Ok(Self { writer: writer.map_err(|e| failed(&e))?, waiting: Vec::new(), weight: 0 })
    }

    /// Adds a granule. They are expected in order of their ids.
    ///
    /// # Errors
    /// When an entry cannot be encoded.
    pub fn push(&mut self, entry: GranuleEntry) -> Result<()> {
        let beams = entry.beams.iter().filter_map(|beam| beam.found.as_ref());
        self.weight += beams.map(|beam| beam.runs.len()).sum::<usize>();
        self.waiting.push(entry);
        if self.weight >= GROUP {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if !self.waiting.is_empty() {
            let batch = encode::batch(&self.waiting).map_err(|e| failed(&e))?;
            self.writer.write(&batch).and_then(|()| self.writer.flush()).map_err(|e| failed(&e))?;
            self.waiting.clear();
            self.weight = 0;
        }
        Ok(())
    }

    /// The bytes of the whole file.
    ///
    /// # Errors
    /// When an entry cannot be encoded.
    pub fn into_bytes(mut self) -> Result<Vec<u8>> {
        self.flush()?;
        let mut file = self.writer.into_inner().map_err(|e| failed(&e))?;
        seal::close(&mut file).map_err(|e| failed(&e))?;
        Ok(file)
    }

    /// Writes the file: whole or not at all, also where there was one before. Gives its bytes.
    ///
    /// # Errors
    /// As [`into_bytes`](Self::into_bytes), and when the store fails.
    pub async fn write(self, to: &Location) -> Result<u64> {
        let file = self.into_bytes()?;
        let bytes = file.len() as u64;
        // Stores put an object at once, and files by renaming a temporary one.
        let put = to.store.put(&to.path, file.into()).await;
        put.map_err(|source| Error::Index {
            index: to.link.clone(),
            reason: format!("it cannot be written: {source}"),
        })?;
        Ok(bytes)
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::Request(format!("a granule index cannot be encoded: {error}"))
}

//! A catalog to its file.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::{Catalog, CatalogFileError, Result};
use crate::whole_file;

pub(super) fn catalog(catalog: &Catalog, path: &Path) -> Result<()> {
    let file = path.to_owned();
    whole_file::write(path, |out| encode(catalog, out)).map_err(|error| match error {
        whole_file::Error::Io(source) => CatalogFileError::Write { file, source },
        whole_file::Error::Content(source) => match io_cause(source) {
            Ok(source) => CatalogFileError::Write { file, source },
            Err(source) => CatalogFileError::Encode { file, source },
        },
    })
}

fn encode(catalog: &Catalog, out: &mut File) -> std::result::Result<(), ParquetError> {
    // The metadata is written twice, as pyarrow does: among the key-values of the file, where most programs
    // look, and within the Arrow schema, where pyarrow itself looks and nowhere else.
    let metadata = catalog.schema.metadata();
    let mut pairs: Vec<KeyValue> =
        metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    pairs.sort_by(|a, b| a.key.cmp(&b.key));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(pairs))
        .build();
    let mut writer = ArrowWriter::try_new(out, Arc::clone(&catalog.schema), Some(properties))?;
    for batch in &catalog.batches {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(())
}

/// The reply of the file system, where that is what went wrong.
fn io_cause(error: ParquetError) -> std::result::Result<std::io::Error, ParquetError> {
    match error {
        ParquetError::External(error) => match error.downcast::<std::io::Error>() {
            Ok(error) => Ok(*error),
            Err(error) => Err(ParquetError::External(error)),
        },
        other => Err(other),
    }
}

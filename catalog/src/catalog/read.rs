//! A catalog from its file.

use std::fs::File;
use std::path::Path;

use arrow::datatypes::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{Catalog, CatalogFileError, Granule, Result, granule};

/// Rows in a batch.
const BATCH: usize = 8192;
/// Columns without which a table is no catalog.
const NEEDED: [&str; 3] = ["id", "geometry", "assets"];

pub(super) fn catalog(file: &Path) -> Result<Catalog> {
    let builder = open(file)?;
    let schema = builder.schema().clone();
    let batches = build(file, builder)?;
    let batches = batches
        .map(|batch| batch.map_err(|e| damaged(file, e)))
        // Readers of single columns leave out the metadata of the file.
        .map(|batch| Ok(batch?.with_schema(schema.clone())?))
        .collect::<Result<_>>()?;
    Ok(Catalog { name: file.display().to_string(), schema, batches })
}

pub(super) fn granules(file: &Path) -> Result<Vec<Granule>> {
    let builder = open(file)?;
    let rows = builder.metadata().file_metadata().num_rows();
    let wanted = |(_, field): &(usize, &arrow::datatypes::FieldRef)| {
        granule::COLUMNS.contains(&field.name().as_str())
    };
    let roots: Vec<usize> =
        builder.schema().fields().iter().enumerate().filter(wanted).map(|(i, _)| i).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let mut granules = Vec::with_capacity(usize::try_from(rows).unwrap_or_default().min(1 << 20));
    let name = file.display().to_string();
    for batch in build(file, builder.with_projection(mask))? {
        granule::append(&name, &batch.map_err(|e| damaged(file, e))?, &mut granules)?;
    }
    Ok(granules)
}

type Builder = ParquetRecordBatchReaderBuilder<File>;

fn open(file: &Path) -> Result<Builder> {
    let opened = File::open(file)
        .map_err(|source| CatalogFileError::Read { file: file.to_owned(), source })?;
    let builder = Builder::try_new(opened)
        .map_err(|source| CatalogFileError::Parquet { file: file.to_owned(), source })?;
    check(file, builder.schema())?;
    Ok(builder)
}

fn build(file: &Path, builder: Builder) -> Result<ParquetRecordBatchReader> {
    let reader = builder.with_batch_size(BATCH).build();
    reader.map_err(|source| CatalogFileError::Parquet { file: file.to_owned(), source })
}

fn damaged(file: &Path, source: arrow::error::ArrowError) -> CatalogFileError {
    CatalogFileError::Parquet { file: file.to_owned(), source: source.into() }
}

fn check(file: &Path, schema: &Schema) -> Result<()> {
    let Some(missing) = NEEDED.iter().find(|name| schema.field_with_name(name).is_err()) else {
        return Ok(());
    };
    let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
    Err(CatalogFileError::Column {
        catalog: file.display().to_string(),
        column: (*missing).to_owned(),
        expected: "a column of stac-geoparquet".to_owned(),
        found: format!("the columns {}", names.join(", ")),
    })
}

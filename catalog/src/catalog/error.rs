//! What can be wrong with a catalog.

use std::path::PathBuf;

use arrow::error::ArrowError;
use parquet::errors::ParquetError;
use thiserror::Error;
use zagg_udfs::cell::CellError;

use crate::ItemError;

/// A catalog that cannot be read, written or used.
///
/// Only [`CatalogFileError::Read`] and [`CatalogFileError::Write`] may go away on a retry.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CatalogFileError {
    /// The file cannot be read.
    #[error("cannot read the catalog {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The reply of the file system.
        source: std::io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the catalog {}: {source}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The reply of the file system.
        source: std::io::Error,
    },
    /// The file is no Parquet, or a damaged one.
    #[error("catalog {}: not a readable Parquet file: {source}", file.display())]
    Parquet {
        /// The file.
        file: PathBuf,
        /// What the reader says.
        source: ParquetError,
    },
    /// The table has no form as Parquet.
    #[error("catalog {}: cannot be written as Parquet: {source}", file.display())]
    Encode {
        /// The file.
        file: PathBuf,
        /// What the writer says.
        source: ParquetError,
    },
    /// A column is not there or of another type.
    #[error("catalog {catalog}: column `{column}`: expected {expected}, found {found}")]
    Column {
        /// Name of the catalog.
        catalog: String,
        /// The column, as `assets.data.href`.
        column: String,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A row that is no granule.
    #[error("catalog {catalog}: row {row}{id}: {reason}")]
    Granule {
        /// Name of the catalog.
        catalog: String,
        /// The row, counted from 0.
        row: usize,
        /// Its id, as ` (ATL06_x.h5)`, where it has one.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The link to a granule is not clear.
    #[error("catalog {catalog}: row {row}: {source}")]
    Links {
        /// Name of the catalog.
        catalog: String,
        /// The row, counted from 0.
        row: usize,
        /// What is not clear.
        source: ItemError,
    },
    /// A key-value of the file is not the JSON it should be.
    #[error("catalog {catalog}: key `{key}` of the file: {source}")]
    Meta {
        /// Name of the catalog.
        catalog: String,
        /// The key.
        key: &'static str,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// Cells that do not exist.
    #[error("catalog {catalog}: column `{column}`: {source}")]
    Cells {
        /// Name of the catalog.
        catalog: String,
        /// The column that was to have them.
        column: &'static str,
        /// What is wrong with them.
        source: CellError,
    },
    /// Items that have no form as a table.
    #[error("cannot make a catalog of the items: {source}")]
    Items {
        /// What the table says.
        #[from]
        source: ArrowError,
    },
    /// A footprint that has no form as WKB.
    #[error("cannot make a catalog of the items: the footprint of {id}: {reason}")]
    Footprint {
        /// The granule.
        id: String,
        /// Why.
        reason: String,
    },
}

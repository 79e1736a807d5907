//! What can be wrong with a catalog or shard map.

use std::path::PathBuf;

use thiserror::Error;
use zagg_udfs::cell::CellError;
use zagg_udfs::cell::cover::ShapeError;

/// A shard map or region that cannot be read, used or written.
///
/// Only [`CatalogError::Read`] and [`CatalogError::Write`] may go away on a retry.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// The file cannot be read.
    #[error("cannot read the shard map {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The reply of the file system.
        source: std::io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the shard map {}: {source}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// The reply of the file system.
        source: std::io::Error,
    },
    /// The text is no JSON.
    #[error("shard map {file}: not valid JSON: {source}")]
    Json {
        /// Name of the map.
        file: String,
        /// What the parser says, with line and column.
        source: serde_json::Error,
    },
    /// The file is no Parquet file, or a damaged one.
    #[error("shard map {}: not a readable Parquet file: {source}", file.display())]
    Parquet {
        /// The file.
        file: PathBuf,
        /// What the reader says.
        source: parquet::errors::ParquetError,
    },
    /// The JSON does not have the form of a shard map.
    #[error("shard map {file}: `{at}`: expected {expected}, found {found}")]
    Form {
        /// Name of the map.
        file: String,
        /// Place in the JSON, as `granules[3][0].id`.
        at: String,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A shard key that names no cell of the grid.
    #[error("shard map {file}: `{at}` is {value}: {source}")]
    Cell {
        /// Name of the map.
        file: String,
        /// Place of the key, as `shard_keys[3]`.
        at: String,
        /// The key.
        value: String,
        /// Why it is none.
        source: CellError,
    },
    /// A shard key of another order than the map's parent order.
    #[error(
        "shard map {file}: `{at}` is {value}, a cell of order {found}: expected the parent order {expected}"
    )]
    Order {
        /// Name of the map.
        file: String,
        /// Place of the key.
        at: String,
        /// The key.
        value: String,
        /// The parent order of the map.
        expected: u8,
        /// The order of the key.
        found: u8,
    },
    /// The same shard twice.
    #[error("shard map {file}: `{at}` is {value}, which `{first}` is already")]
    DuplicateShard {
        /// Name of the map.
        file: String,
        /// Place of the second key.
        at: String,
        /// The key.
        value: String,
        /// Place of the first key.
        first: String,
    },
    /// One granule id with different links in one shard: which of them to read is not known.
    #[error("shard map {file}: shard {cell} has the granule {id} with different links: {links}")]
    ConflictingGranule {
        /// Name of the map.
        file: String,
        /// NESTED id of the shard.
        cell: u64,
        /// Id of the granule.
        id: String,
        /// Both links.
        links: String,
    },
    /// Something that zagg has and this crate does not have yet.
    #[error("shard map {file}: not supported yet: {what}")]
    Unsupported {
        /// Name of the map.
        file: String,
        /// What it is.
        what: String,
    },
    /// A map of another grid than the one wanted.
    #[error("the shard map is of another grid: it has {found}, wanted is {wanted}")]
    OtherGrid {
        /// Signature of the map.
        found: String,
        /// Signature wanted.
        wanted: String,
    },
    /// An order or cell that does not exist.
    #[error("{what}: {source}")]
    NoCell {
        /// What was being made of it.
        what: String,
        /// Why it does not exist.
        source: CellError,
    },
    /// The shard asked for is not in the map.
    #[error("no shard {cell} in the map of {shards} shards of {grid}{range}")]
    NoShard {
        /// NESTED id asked for.
        cell: u64,
        /// Number of shards in the map.
        shards: usize,
        /// Signature of the map.
        grid: String,
        /// First and last shard, as `, which run from 3 to 9`.
        range: String,
    },
    /// A link without a file name.
    #[error("`{url}` names no granule: {reason}")]
    Url {
        /// The link.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A rectilinear grid that is none, or does not have the chunk.
    #[error("the grid {grid}: {reason}")]
    Grid {
        /// Its signature.
        grid: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A projection that is not known, or cannot be used for a grid.
    #[error("the projection {crs}: {reason}")]
    Projection {
        /// Its name.
        crs: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A granule whose footprint is none.
    #[error("the footprint of granule {id}: {source}")]
    Footprint {
        /// Id of the granule.
        id: String,
        /// What is wrong with it.
        source: ShapeError,
    },
    /// A region that cannot be read.
    #[error("region {name}: {at}: expected {expected}, found {found}")]
    Region {
        /// Name of the region, which is that of its file if it has one.
        name: String,
        /// Place in it, as `feature 3`.
        at: String,
        /// What should be there.
        expected: String,
        /// What is there.
        found: String,
    },
    /// The file of a region cannot be read.
    #[error("cannot read the region {}: {source}", file.display())]
    RegionFile {
        /// The file.
        file: PathBuf,
        /// The reply of the file system.
        source: std::io::Error,
    },
}

//! What can go wrong, by meaning.

use datafusion::error::DataFusionError;

/// The result of everything in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the engine. Every variant names the thing at fault.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A link to a granule, a shard map or a store cannot be used.
    #[error("{link}: {reason}")]
    Location {
        /// The link as given.
        link: String,
        /// Why it cannot be used.
        reason: String,
    },
    /// The bytes of a granule are not what HDF5 says they should be, or could not be read.
    #[error(transparent)]
    Hdf5(#[from] zagg_hdf5::Error),
    /// A granule is sound HDF5 but not what the table declares.
    #[error("granule {granule}, {object}: {reason}")]
    Granule {
        /// The granule's id.
        granule: String,
        /// The beam or dataset at fault.
        object: String,
        /// Expected and found.
        reason: String,
    },
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The shard map is wrong, or belongs to another grid.
    #[error(transparent)]
    ShardMap(#[from] zagg_catalog::CatalogError),
    /// A granule index cannot be read, or does not fit what it is used for.
    #[error("granule index {index}: {reason}")]
    Index {
        /// The index.
        index: String,
        /// Expected and found.
        reason: String,
    },
    /// A catalog of granules cannot be read or written.
    #[error(transparent)]
    Catalog(#[from] zagg_catalog::CatalogFileError),
    /// The output store cannot be written or read.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// The request itself makes no sense.
    #[error("{0}")]
    Request(String),
    /// Planning or executing the query failed.
    #[error(transparent)]
    Query(DataFusionError),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It would cost more than it may.
    #[error("refused by the limit of {limit} dollars: {reason}")]
    Cost {
        /// The limit, dollars.
        limit: f64,
        /// What it would cost, or why nobody knows.
        reason: String,
    },
    /// Work on another thread stopped before it was finished.
    #[error("a worker stopped early: {0}")]
    Worker(String),
}

impl From<DataFusionError> for Error {
    /// Gives back the engine's own error where DataFusion only carried it.
    fn from(error: DataFusionError) -> Self {
        match error {
            DataFusionError::External(inner) => match inner.downcast::<Error>() {
                Ok(own) => *own,
                Err(inner) => Error::Query(DataFusionError::External(inner)),
            },
            DataFusionError::Context(_, inner) => Error::from(*inner),
            other => Error::Query(other),
        }
    }
}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> Self {
        match error {
            Error::Query(inner) => inner,
            other => DataFusionError::External(Box::new(other)),
        }
    }
}

impl Error {
    /// Whether the same request may succeed when it is made again: the network or a server failed, not
    /// the data or the caller.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Hdf5(error) => error.is_retryable(),
            Self::Store(error) => error.retry_can_help(),
            _ => false,
        }
    }
}

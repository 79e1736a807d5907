//! Errors of the command line.

use std::io;
use std::path::PathBuf;

/// Why a command gave no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The engine's error.
    #[error(transparent)]
    Engine(#[from] zagg_engine::Error),
    /// The search gave no catalog.
    #[error(transparent)]
    Search(#[from] zagg_catalog::search::SearchError),
    /// The catalog cannot be read, written or used.
    #[error(transparent)]
    Catalog(#[from] zagg_catalog::CatalogFileError),
    /// The area or the shard map cannot be read, made or written.
    #[error(transparent)]
    ShardMap(#[from] zagg_catalog::CatalogError),
    /// An option is wrong or missing.
    #[error("{option}: {reason}")]
    Option {
        /// The option at fault.
        option: &'static str,
        /// Why.
        reason: String,
    },
    /// Granules of these providers cannot be read from here.
    #[error("granules cannot be read from here: {0}")]
    NoAccess(String),
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The synthetic granules could not be written.
    #[error(transparent)]
    Synthetic(#[from] zagg_engine::synthetic::SyntheticError),
    /// The result could not be printed, or the runtime not be started.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The result has no form as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl CliError {
    /// Whether the reader of our output went away.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

//! Why something did not work.

use std::io;
use std::path::PathBuf;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;

/// Why a statement or command did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Planning or executing failed.
    #[error(transparent)]
    Query(#[from] DataFusionError),
    /// Ctrl-C.
    #[error("cancelled")]
    Cancelled,
    /// A command of the shell is unknown, or used in the wrong way.
    #[error("{reason}")]
    Command {
        /// What is wrong.
        reason: String,
        /// What would be right.
        help: Option<String>,
    },
    /// The result could not be written.
    #[error("cannot write the result: {0}")]
    Print(#[from] ArrowError),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Failure {
    pub(crate) fn command(reason: impl Into<String>) -> Self {
        Self::Command { reason: reason.into(), help: None }
    }

    pub(crate) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File { path: path.into(), source }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Print(error.into())
    }
}

//! Why synthetic granules could not be made.

use std::path::{Path, PathBuf};

/// Why synthetic granules could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyntheticError {
    /// The file system refused.
    #[error("cannot {doing} {path}", path = path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// Names of granules have two digits for the cycle, which comes after all tracks of the one
    /// before.
    #[error("granule {index} would lie in cycle {cycle}, the names go to cycle 99")]
    Cycle {
        /// The granule, counted from zero.
        index: usize,
        /// The cycle it would need.
        cycle: usize,
    },
    /// The granule could not be put together.
    #[error("cannot put granule {index} together")]
    Hdf5 {
        /// The granule, counted from zero.
        index: usize,
        /// What the writer said.
        source: zagg_hdf5::write::WriteError,
    },
}

impl SyntheticError {
    pub(super) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), source }
    }
}

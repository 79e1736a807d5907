//! What can go wrong, told with the file, the object, the offset, what was expected and what was found.

use std::ops::Range;
use std::sync::Arc;

use thiserror::Error;

use crate::version::FileVersion;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the reader.
///
/// Offsets are absolute byte offsets in the file, user block included.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The object is there but holds no HDF5 signature at any offset where one may stand.
    #[error("{file}: not an HDF5 file: {found}")]
    NotHdf5 {
        /// The location of the file.
        file: Arc<str>,
        /// What stands there instead.
        found: String,
    },

    /// A structure reaches past the end of the file.
    #[error(
        "{file}: {object}: truncated at offset {offset}: expected {expected}, found the end of \
         the file at {end}"
    )]
    Truncated {
        /// The location of the file.
        file: Arc<str>,
        /// Path of the object that was being read.
        object: String,
        /// Where the structure starts.
        offset: u64,
        /// What should be there.
        expected: String,
        /// The size of the file in bytes.
        end: u64,
    },

    /// The bytes contradict the format, or a checksum does not match.
    #[error("{file}: {object}: corrupt at offset {offset}: expected {expected}, found {found}")]
    Corrupt {
        /// The location of the file.
        file: Arc<str>,
        /// Path of the object that was being read.
        object: String,
        /// Where the contradiction stands.
        offset: u64,
        /// What the format asks for.
        expected: String,
        /// What the file holds.
        found: String,
    },

    /// Valid HDF5 that this reader does not read.
    #[error("{file}: {object}: not supported: {what}")]
    Unsupported {
        /// The location of the file.
        file: Arc<str>,
        /// Path of the object that was being read.
        object: String,
        /// The layout, filter, type or link that was met.
        what: String,
    },

    /// The caller asked for something the object does not have, such as column 7 of 5.
    #[error("{file}: {object}: {what}")]
    InvalidRequest {
        /// The location of the file.
        file: Arc<str>,
        /// Path of the object.
        object: String,
        /// What was asked and what there is.
        what: String,
    },

    /// The file is another than the one that was opened, or whose layout was given.
    #[error("{file}: changed: expected {expected}, found {found}")]
    Changed {
        /// The location of the file.
        file: Arc<str>,
        /// The version that was opened.
        expected: Box<FileVersion>,
        /// The version that is there.
        found: Box<FileVersion>,
    },

    /// The store answered a range with fewer or more bytes than it should.
    #[error("{file}: bytes {}..{}: expected {} bytes, received {received}", .range.start, .range.end, .range.end - .range.start)]
    ShortReply {
        /// The location of the file.
        file: Arc<str>,
        /// The range that was asked for.
        range: Range<u64>,
        /// The number of bytes that came.
        received: u64,
    },

    /// The store refused or failed.
    #[error("{file}: reading bytes {}..{}: {source}", .range.start, .range.end)]
    Io {
        /// The location of the file.
        file: Arc<str>,
        /// The range that was asked for.
        range: Range<u64>,
        /// The error of the store.
        source: Box<object_store::Error>,
    },
}

impl Error {
    /// Whether the file does not exist in its store.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if matches!(**source, object_store::Error::NotFound { .. }))
    }

    /// Whether the same call may succeed when it is repeated: the store failed in a way that is
    /// not an answer (a reset, a timeout, throttling, a short body).
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::ShortReply { .. } => true,
            Self::Io { source, .. } => {
                matches!(**source, object_store::Error::Generic { .. })
            }
            _ => false,
        }
    }

    /// The location of the file the error is about.
    pub fn file(&self) -> &str {
        match self {
            Self::NotHdf5 { file, .. }
            | Self::Truncated { file, .. }
            | Self::Corrupt { file, .. }
            | Self::Unsupported { file, .. }
            | Self::InvalidRequest { file, .. }
            | Self::Changed { file, .. }
            | Self::ShortReply { file, .. }
            | Self::Io { file, .. } => file,
        }
    }

    /// Whether the file is valid as far as it was read, but uses something outside this reader.
    /// Such a dataset may still be readable with another library.
    pub fn is_unsupported(&self) -> bool {
        matches!(self, Self::Unsupported { .. })
    }
}

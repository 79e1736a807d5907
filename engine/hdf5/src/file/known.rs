//! A file whose datasets are known from elsewhere.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::path::Path;

use super::Inner;
use crate::dataset::{Dataset, DatasetParts};
use crate::error::Result;
use crate::extents::Extents;
use crate::source::Source;
use crate::version::FileVersion;
use crate::view::Format;

/// A file that need not be walked, since its datasets are known: requests are for data alone. Clones share it.
///
/// Every reply is checked to be of the version that the datasets were described from. Reading from another one
/// fails with [`Error::Changed`](crate::Error::Changed).
#[derive(Debug, Clone)]
pub struct KnownFile {
    inner: Arc<Inner>,
}

impl KnownFile {
    /// The file at `location` of `store`, in this version. Nothing is asked for.
    pub fn new(store: Arc<dyn ObjectStore>, location: Path, version: FileVersion) -> Self {
        let format = Format::plain(version.size);
        let source = Source::known(store, location, version);
        Self { inner: Arc::new(Inner::new(source, format, Extents::default())) }
    }

    /// A dataset of the file, by what [`describe`](crate::describe) said of it.
    ///
    /// # Errors
    ///
    /// If the parts contradict each other, reach past the end of the file, or are of a kind that is not read.
    pub fn dataset(&self, parts: DatasetParts) -> Result<Dataset> {
        Dataset::from_parts(&self.inner, parts)
    }

    /// Makes sure that the file is the expected version: by one request without a body, unless data was read
    /// of it already.
    ///
    /// # Errors
    ///
    /// If it is another version, or the store fails.
    pub async fn confirm(&self) -> Result<()> {
        self.inner.source.confirm().await
    }
}

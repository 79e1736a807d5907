//! A pool and the granule index.

use crate::error::{Error, Result};
use crate::granule::{GranulePool, described};
use crate::index::{GranuleEntry, GranuleIndex};

impl GranulePool {
    /// The granule index there is.
    pub fn granule_index(&self) -> Option<&GranuleIndex> {
        self.index.as_deref()
    }

    /// The granule index, where it tells of this granule; `None` where the granule itself does.
    pub fn index_of(&self, granule: usize) -> Option<&GranuleIndex> {
        self.served.get(granule).filter(|served| **served).and(self.granule_index())
    }

    /// What the index says of a granule, if that is to be used.
    pub(super) fn entry(&self, granule: usize) -> Result<Option<(&GranuleIndex, GranuleEntry)>> {
        let Some(index) = self.index_of(granule) else { return Ok(None) };
        Ok(index.entry(&self.granules[granule].id)?.map(|entry| (index, entry)))
    }

    /// Makes sure that a granule is what the index says it is, where that is used. The replies to all its data
    /// are looked at for that. This is for a granule of which no data is needed, and costs one request
    /// without a body at most.
    ///
    /// # Errors
    /// When the granule has changed, or the store fails.
    pub async fn confirm(&self, granule: usize) -> Result<()> {
        match &self.open(granule).await?.known {
            Some(known) => known.confirm().await.map_err(|e| self.told(granule, e.into())),
            None => Ok(()),
        }
    }

    /// What an index keeps of a granule. Reads what is not known yet: metadata, and the positions of all rows.
    ///
    /// # Errors
    /// As [`index`](Self::index).
    pub async fn describe(&self, granule: usize) -> Result<GranuleEntry> {
        let (opened, index) = (self.open(granule).await?, self.index(granule).await?);
        self.confirm(granule).await?;
        let id = &self.granules[granule].id;
        described::entry(id, &opened, &index, &self.source, &self.grid).await
    }

    /// The granules whose rows are known by now.
    pub(crate) fn known_rows(&self) -> impl Iterator<Item = usize> {
        self.indexes.iter().enumerate().filter(|(_, index)| index.initialized()).map(|(i, _)| i)
    }

    /// An error of reading a granule: one that has changed since its index was made is the index's.
    pub(super) fn told(&self, granule: usize, error: Error) -> Error {
        match (self.index_of(granule), &error) {
            (Some(index), Error::Hdf5(zagg_hdf5::Error::Changed { expected, found, .. })) => index
                .wrong(
                    &self.granules[granule].id,
                    &format!(
                        "it has changed since the index was made: expected {expected}, found \
                         {found}; make the index again, or do without it"
                    ),
                ),
            _ => error,
        }
    }
}

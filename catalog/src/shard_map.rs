//! Shards and their granules.

mod build;
mod form;
mod legacy;
mod read;
mod write;

#[cfg(test)]
mod tests;

use std::path::Path;

use serde_json::{Map, Value};
use zagg_udfs::cell::Convention;

use crate::{CatalogError, GranuleLink, GridSignature};

/// Key of `metadata` that says which latitude was hashed. zagg does not write it.
const LATITUDE: &str = "latitude";

/// Which granules have rows in which shard.
///
/// Shards ascend by NESTED id, granules within a shard by id: the order in which rows are read,
/// and so a part of what makes results reproducible.
#[derive(Debug, Clone, PartialEq)]
pub struct ShardMap {
    /// The grid the map is of.
    pub signature: GridSignature,
    /// Shards with at least one granule, each once.
    pub shards: Vec<Shard>,
    /// What the file says about its making, kept as it is.
    pub metadata: Map<String, Value>,
    /// Further keys at the top of the file, kept as they are.
    pub extra: Map<String, Value>,
    /// What was put right while the map was made, one sentence each.
    pub warnings: Vec<String>,
}

/// One shard: a cell at the parent order.
#[derive(Debug, Clone, PartialEq)]
pub struct Shard {
    /// Packed Morton word.
    pub word: u64,
    /// NESTED id at the parent order.
    pub cell: u64,
    /// The granules, ascending by id, each once.
    pub granules: Vec<GranuleLink>,
    /// Packed words of the cells within an area of interest, where the map has such a mask. They
    /// are carried along and not used.
    pub aoi_mask: Option<Vec<u64>>,
}

impl ShardMap {
    /// Reads a map from a file; see [`ShardMap::from_json`].
    ///
    /// # Errors
    ///
    /// If the file cannot be read, and those of [`ShardMap::from_json`].
    pub fn read(file: impl AsRef<Path>) -> Result<Self, CatalogError> {
        let file = file.as_ref();
        let text = std::fs::read_to_string(file)
            .map_err(|source| CatalogError::Read { file: file.to_owned(), source })?;
        Self::from_json(&file.display().to_string(), &text)
    }

    /// Reads zagg's JSON form, or one of its two older forms. `name` names the map in errors.
    ///
    /// The older forms give shards as signed decimal Morton ids, made from geodetic latitude as
    /// on a sphere: [`ShardMap::convention`] then is [`Convention::Sphere`], and a granule may be
    /// missing from the shards of an authalic grid.
    ///
    /// # Errors
    ///
    /// For text that is no JSON or no shard map, keys that are no canonical cell of the parent
    /// order, a shard twice, a granule with different links in one shard, and maps of a grid that
    /// is not HEALPix. Every error names the place and the value.
    pub fn from_json(name: &str, text: &str) -> Result<Self, CatalogError> {
        read::map(name, text)
    }

    /// Makes a map from pairs of shard (NESTED id at the parent order) and granule, in any order.
    /// A pair that is there twice counts once.
    ///
    /// # Errors
    ///
    /// For a cell that does not exist at the parent order, a granule without any link, and a
    /// granule with different links in one shard.
    pub fn from_pairs(
        signature: GridSignature,
        pairs: impl IntoIterator<Item = (u64, GranuleLink)>,
    ) -> Result<Self, CatalogError> {
        build::from_pairs(signature, pairs)
    }

    /// zagg's JSON form, indented by two.
    pub fn to_json(&self) -> String {
        write::json(self)
    }

    /// Writes [`ShardMap::to_json`] to a file, replacing it.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, file: impl AsRef<Path>) -> Result<(), CatalogError> {
        let file = file.as_ref();
        std::fs::write(file, self.to_json())
            .map_err(|source| CatalogError::Write { file: file.to_owned(), source })
    }

    /// Refuses a map of another grid.
    ///
    /// # Errors
    ///
    /// If the parent orders differ, or the child orders do and the map has one.
    pub fn check_grid(&self, parent_order: u8, child_order: u8) -> Result<(), CatalogError> {
        let wanted = GridSignature::new(parent_order, child_order)?;
        let same = self.signature.parent_order == parent_order
            && self.signature.child_order.is_none_or(|order| order == child_order);
        if same {
            return Ok(());
        }
        Err(CatalogError::OtherGrid {
            found: self.signature.to_string(),
            wanted: wanted.to_string(),
        })
    }

    /// Which latitude was hashed to find the shards, where the map says so.
    pub fn convention(&self) -> Option<Convention> {
        match self.metadata.get(LATITUDE)?.as_str()? {
            "authalic" => Some(Convention::Authalic),
            "sphere" | "geodetic-spherical" => Some(Convention::Sphere),
            _ => None,
        }
    }

    /// Says which latitude was hashed, in the metadata.
    pub fn set_convention(&mut self, convention: Convention) {
        self.metadata.insert(LATITUDE.to_owned(), convention.name().into());
    }

    /// The map with one shard alone, by its NESTED id at the parent order.
    ///
    /// # Errors
    ///
    /// If the map does not have the shard.
    pub fn select(mut self, cell: u64) -> Result<Self, CatalogError> {
        let Ok(index) = self.shards.binary_search_by_key(&cell, |s| s.cell) else {
            let ends = self.shards.first().zip(self.shards.last());
            let range = ends.map(|(a, b)| format!(", which run from {} to {}", a.cell, b.cell));
            return Err(CatalogError::NoShard {
                cell,
                shards: self.shards.len(),
                order: self.signature.parent_order,
                range: range.unwrap_or_default(),
            });
        };
        self.shards.truncate(index + 1);
        self.shards.drain(..index);
        self.count();
        Ok(self)
    }

    /// The map with its first `n` shards alone.
    #[must_use]
    pub fn truncate(mut self, n: usize) -> Self {
        self.shards.truncate(n);
        self.count();
        self
    }

    /// How many pairs of shard and granule there are.
    pub fn pairs(&self) -> usize {
        self.shards.iter().map(|s| s.granules.len()).sum()
    }

    /// Keeps the numbers in the metadata true.
    fn count(&mut self) {
        let (shards, pairs) = (self.shards.len(), self.pairs());
        self.metadata.insert("total_shards".to_owned(), shards.into());
        self.metadata.insert("total_pairs".to_owned(), pairs.into());
    }
}

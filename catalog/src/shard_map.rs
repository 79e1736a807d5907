//! Shards and their granules.

mod build;
mod chunks;
mod footprints;
mod form;
mod granules;
mod legacy;
mod parquet;
mod read;
mod write;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use geo_types::Geometry;
use rayon::prelude::*;
use serde_json::{Map, Value};
use zagg_udfs::cell::Convention;
use zagg_udfs::cell::cover::Numbers;

use crate::{CatalogError, GranuleLink, GridSignature, Region};

/// Key of `metadata` that says which latitude was hashed. zagg does not write it.
const LATITUDE: &str = "latitude";

/// Which granules have rows in which shard.
///
/// Shards ascend by their cells, granules within a shard by id: the order in which rows are read,
/// and so a part of what makes results reproducible.
#[derive(Debug, Clone, PartialEq)]
pub struct ShardMap {
    /// The grid the map is of.
    pub signature: GridSignature,
    /// The granules of all shards, each once, ascending by id. Shards name them by their places here. One that different
    /// shards have with different links or times is there with all of them.
    pub granules: Vec<GranuleLink>,
    /// Shards with at least one granule, each once.
    pub shards: Vec<Shard>,
    /// What the file says about its making, kept as it is.
    pub metadata: Map<String, Value>,
    /// Further keys at the top of the file, kept as they are.
    pub extra: Map<String, Value>,
    /// What was put right while the map was made, one sentence each.
    pub warnings: Vec<String>,
}

/// One shard: a cell at the parent order, or a chunk of a rectilinear grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Shard {
    /// The key that the file has: the packed Morton word of a cell, or the number of a chunk.
    pub key: u64,
    /// NESTED id at the parent order, or the number of a chunk.
    pub cell: u64,
    /// Places of the granules in [`ShardMap::granules`], ascending, each once. A map may have hundreds of millions
    /// of pairs, which take two bytes each if they were found from footprints.
    pub granules: Numbers,
    /// Packed words of the cells within an area of interest, where the map has such a mask. They
    /// are carried along and not used.
    pub aoi_mask: Option<Vec<u64>>,
}

impl ShardMap {
    /// Reads a map from a file: zagg's Parquet form if its name ends in `.parquet`, otherwise JSON as
    /// [`ShardMap::from_json`] has it.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is no Parquet file with the columns of a shard map, and those of
    /// [`ShardMap::from_json`].
    pub fn read(file: impl AsRef<Path>) -> Result<Self, CatalogError> {
        let file = file.as_ref();
        if is_parquet(file) {
            return parquet::read(file);
        }
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
    /// order, a shard twice, a granule with different links in one shard, and maps of an unknown
    /// type of grid. Every error names the place and the value.
    pub fn from_json(name: &str, text: &str) -> Result<Self, CatalogError> {
        read::map(name, text)
    }

    /// Makes a map from pairs of shard (NESTED id at the parent order, or number of a chunk) and granule, in any order.
    /// A pair that is there twice counts once.
    ///
    /// # Errors
    ///
    /// For a cell or chunk that does not exist in the grid, a granule without any link, and a
    /// granule with different links in one shard.
    pub fn from_pairs(
        signature: GridSignature,
        pairs: impl IntoIterator<Item = (u64, GranuleLink)>,
    ) -> Result<Self, CatalogError> {
        build::from_pairs(signature, pairs)
    }

    /// Makes a map from granules and their footprints: every shard that a footprint touches gets the granule, and perhaps
    /// a shard that it nearly touches. With a region, only shards that have something in common with it.
    ///
    /// Footprints are as [`zagg_udfs::cell::cover`] has them: edges are great circles, the smaller side of a ring is inside, and
    /// nothing happens at the antimeridian or a pole. `convention` is that of the grid, and set in the map. On a rectilinear
    /// grid it only says on which sphere great circles are drawn, which makes no difference of more than metres.
    ///
    /// ```
    /// use geo_types::{Geometry, polygon};
    /// use zagg_catalog::{GranuleLink, GridSignature, ShardMap};
    /// use zagg_udfs::cell::Convention;
    ///
    /// let track = polygon![(x: 10.0, y: -70.0), (x: 10.2, y: -70.0), (x: 9.2, y: -75.0), (x: 9.0, y: -75.0)];
    /// let granule = (GranuleLink::from_url("s3://b/a.h5")?, Geometry::from(track));
    /// let grid = GridSignature::new(6, 12)?;
    /// let map = ShardMap::from_footprints(grid, Convention::Authalic, [granule], None)?;
    /// assert!(map.shards.len() > 5 && map.pairs() == map.shards.len());
    /// # Ok::<(), zagg_catalog::CatalogError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// For a granule without any link or with a footprint that is none (the error has its id), a granule with different
    /// links in one shard, and a projection that is not known.
    pub fn from_footprints(
        signature: GridSignature,
        convention: Convention,
        granules: impl IntoIterator<Item = (GranuleLink, Geometry<f64>)>,
        region: Option<&Region>,
    ) -> Result<Self, CatalogError> {
        footprints::map(signature, convention, granules, region)
    }

    /// The granules of a shard of this map, ascending by id.
    pub fn granules_of<'a>(
        &'a self,
        shard: &'a Shard,
    ) -> impl Iterator<Item = &'a GranuleLink> + Clone {
        shard.granules.iter().filter_map(|place| self.granules.get(place as usize))
    }

    /// zagg's JSON form, indented by two.
    pub fn to_json(&self) -> String {
        let mut text = Vec::new();
        #[expect(
            clippy::expect_used,
            reason = "text, numbers and keys of text: all of it is JSON, and memory takes it"
        )]
        write::json(self, &mut text).expect("a shard map is JSON");
        String::from_utf8(text).unwrap_or_default()
    }

    /// Writes the map to a file, whole or not at all, replacing what is there: zagg's Parquet form if the name ends in
    /// `.parquet`, otherwise [`ShardMap::to_json`].
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, file: impl AsRef<Path>) -> Result<(), CatalogError> {
        let file = file.as_ref();
        if is_parquet(file) {
            return parquet::write(self, file);
        }
        write::whole(file, |out| write::json(self, out))
    }

    /// Refuses a map of another grid.
    ///
    /// # Errors
    ///
    /// If the parent orders differ, or the child orders do and the map has one.
    pub fn check_grid(&self, parent_order: u8, child_order: u8) -> Result<(), CatalogError> {
        self.check_signature(&GridSignature::new(parent_order, child_order)?)
    }

    /// Refuses a map of another grid, of any kind.
    ///
    /// # Errors
    ///
    /// If the map's signature does not [serve](GridSignature::serves) the one that is wanted; the error has both.
    pub fn check_signature(&self, wanted: &GridSignature) -> Result<(), CatalogError> {
        if self.signature.serves(wanted) {
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

    /// The map with one shard alone, by its NESTED id at the parent order or its number.
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
                grid: self.signature.to_string(),
                range: range.unwrap_or_default(),
            });
        };
        self.shards.truncate(index + 1);
        self.shards.drain(..index);
        self.drop_unused();
        self.count();
        Ok(self)
    }

    /// The map with its first `n` shards alone.
    #[must_use]
    pub fn truncate(mut self, n: usize) -> Self {
        self.shards.truncate(n);
        self.drop_unused();
        self.count();
        self
    }

    /// How many pairs of shard and granule there are.
    pub fn pairs(&self) -> usize {
        self.shards.iter().map(|s| s.granules.len()).sum()
    }

    /// Takes out granules that no shard has.
    fn drop_unused(&mut self) {
        // A relaxed flag for each granule, since all cores set them.
        let is_used: Vec<AtomicBool> =
            self.granules.iter().map(|_| AtomicBool::new(false)).collect();
        self.shards.par_iter().for_each(|shard| {
            for place in shard.granules.iter() {
                if let Some(used) = is_used.get(place as usize)
                    && !used.load(Relaxed)
                {
                    used.store(true, Relaxed);
                }
            }
        });
        let is_used: Vec<bool> = is_used.into_iter().map(AtomicBool::into_inner).collect();
        // Then all of them keep their places.
        if is_used.iter().all(|used| *used) {
            return;
        }
        let mut next = 0;
        let places: Vec<u32> = is_used
            .iter()
            .map(|used| {
                next += u32::from(*used);
                next.wrapping_sub(1)
            })
            .collect();
        let mut used = is_used.into_iter();
        self.granules.retain(|_| used.next() == Some(true));
        self.renumber(&places);
    }

    /// Gives the granules of all shards other places.
    fn renumber(&mut self, places: &[u32]) {
        self.shards.par_iter_mut().for_each(|shard| {
            let renamed = |place: u32| places.get(place as usize).copied().unwrap_or_default();
            shard.granules = shard.granules.iter().map(renamed).collect();
        });
    }

    /// Keeps the numbers in the metadata true.
    fn count(&mut self) {
        let (shards, pairs) = (self.shards.len(), self.pairs());
        self.metadata.insert("total_shards".to_owned(), shards.into());
        self.metadata.insert("total_pairs".to_owned(), pairs.into());
    }
}

fn is_parquet(file: &Path) -> bool {
    file.extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("parquet"))
}

//! What the index says of itself.

use serde::{Deserialize, Serialize};
use zagg_udfs::cell::Convention;

use crate::config::Grid;
use crate::index::INDEX_VERSION;

/// The grid an index was made for, as JSON in the key-value `zagg:index` of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexInfo {
    /// [`INDEX_VERSION`].
    pub version: u32,
    /// The program that wrote it.
    pub software: String,
    /// Order of the shards.
    pub parent_order: u8,
    /// Order of the cells.
    pub child_order: u8,
    /// Latitude convention of the cells: `authalic` or `sphere`.
    pub convention: String,
}

impl IndexInfo {
    /// Of an index that is made now for `grid`.
    pub fn new(grid: &Grid) -> Self {
        Self {
            version: INDEX_VERSION,
            software: concat!("zagg-sql ", env!("CARGO_PKG_VERSION")).to_owned(),
            parent_order: grid.parent_order,
            child_order: grid.child_order,
            convention: grid.convention.name().to_owned(),
        }
    }

    /// Why an index of this grid is of no use for `grid`, if that is so.
    ///
    /// Orders are left to each beam: its runs serve every parent order up to theirs.
    pub(super) fn misfit(&self, grid: &Grid) -> Option<String> {
        let convention: Option<Convention> = self.convention.parse().ok();
        (convention != Some(grid.convention)).then(|| {
            format!(
                "its cells are of latitude convention {}, those of the grid of {}",
                self.convention, grid.convention
            )
        })
    }
}

//! Shards from what was read: sorted, each once, with granules each once.

use std::collections::BTreeMap;

use serde_json::Map;
use zagg_udfs::cell::morton::{self, Kind};

use super::{Shard, ShardMap};
use crate::{CatalogError, GranuleLink, GridSignature};

/// What errors call a map that is not from a file.
const UNNAMED: &str = "(made from pairs)";

pub(super) fn from_pairs(
    signature: GridSignature,
    pairs: impl IntoIterator<Item = (u64, GranuleLink)>,
) -> Result<ShardMap, CatalogError> {
    let order = signature.parent_order;
    let mut by_cell: BTreeMap<u64, Vec<GranuleLink>> = BTreeMap::new();
    for (cell, link) in pairs {
        if !link.is_readable() {
            let reason = "it has neither an s3 nor an https link, nor a path".to_owned();
            return Err(CatalogError::Url { url: link.id, reason });
        }
        by_cell.entry(cell).or_default().push(link);
    }
    let mut shards = Vec::with_capacity(by_cell.len());
    for (cell, granules) in by_cell {
        let word = morton::from_nested(cell, order, Kind::Area).map_err(|source| {
            CatalogError::NoCell { what: format!("shard {cell} at order {order}"), source }
        })?;
        shards.push(Shard { word, cell, granules, aoi_mask: None });
    }
    let mut map = ShardMap {
        signature,
        shards,
        metadata: Map::new(),
        extra: Map::new(),
        warnings: Vec::new(),
    };
    // The same pair twice is what any walk over rows gives, and worth no warning.
    for shard in &mut map.shards {
        each_once(UNNAMED, shard)?;
    }
    map.count();
    Ok(map)
}

/// Sorts the shards, and the granules within them, and takes out granules that are there twice.
pub(super) fn settle(name: &str, map: &mut ShardMap) -> Result<(), CatalogError> {
    map.shards.sort_by_key(|s| s.cell);
    let mut repeated = 0;
    for shard in &mut map.shards {
        repeated += each_once(name, shard)?;
    }
    if repeated > 0 {
        map.warnings.push(format!("{name}: {repeated} granules were listed twice in their shard"));
    }
    let empty = map.shards.iter().filter(|s| s.granules.is_empty()).count();
    if empty > 0 {
        map.shards.retain(|s| !s.granules.is_empty());
        map.warnings.push(format!("{name}: {empty} shards have no granules and were left out"));
    }
    Ok(())
}

/// Sorts a shard's granules by id; returns how many were there again and taken out.
fn each_once(name: &str, shard: &mut Shard) -> Result<usize, CatalogError> {
    shard.granules.sort_by(|a, b| a.id.cmp(&b.id));
    let conflict = shard.granules.windows(2).find_map(|pair| match pair {
        [a, b] if a.id == b.id && a != b => Some((a, b)),
        _ => None,
    });
    if let Some((a, b)) = conflict {
        return Err(CatalogError::ConflictingGranule {
            file: name.to_owned(),
            cell: shard.cell,
            id: a.id.clone(),
            links: format!("{} and {}", a.links(), b.links()),
        });
    }
    let before = shard.granules.len();
    shard.granules.dedup();
    Ok(before - shard.granules.len())
}

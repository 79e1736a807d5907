//! Shards from what was read: sorted, each once, with granules each once.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::Map;
use zagg_udfs::cell::cover::Numbers;
use zagg_udfs::cell::morton::{self, Kind};

use super::granules::Granules;
use super::{Shard, ShardMap};
use crate::{CatalogError, GranuleLink, GridSignature};

/// What errors call a map that is not from a file.
const UNNAMED: &str = "(made from pairs)";

pub(super) fn from_pairs(
    signature: GridSignature,
    pairs: impl IntoIterator<Item = (u64, GranuleLink)>,
) -> Result<ShardMap, CatalogError> {
    let mut granules = Granules::default();
    let mut by_cell: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for (cell, link) in pairs {
        by_cell.entry(cell).or_default().push(granules.number(readable(link)?));
    }
    // The same pair twice is what any walk over rows gives, and worth no warning.
    assemble(UNNAMED, signature, granules.into_list(), by_cell)
}

/// Refuses a granule without any link.
pub(super) fn readable(link: GranuleLink) -> Result<GranuleLink, CatalogError> {
    if link.is_readable() {
        return Ok(link);
    }
    let reason = "it has neither an s3 nor an https link, nor a path".to_owned();
    Err(CatalogError::Url { url: link.id, reason })
}

/// A map of shards by their cells or chunks.
pub(super) fn assemble(
    name: &str,
    signature: GridSignature,
    granules: Vec<GranuleLink>,
    shards: impl IntoIterator<Item = (u64, impl Into<Numbers>)>,
) -> Result<ShardMap, CatalogError> {
    let mut map = unsettled(signature, granules, shards)?;
    put_in_order(name, &mut map, false)?;
    map.drop_unused();
    map.count();
    Ok(map)
}

/// Likewise, of shards whose granules ascend; every granule may be known to be in one.
pub(super) fn assemble_ascending(
    name: &str,
    signature: GridSignature,
    granules: Vec<GranuleLink>,
    shards: Vec<(u64, Numbers)>,
    all_used: bool,
) -> Result<ShardMap, CatalogError> {
    let mut map = unsettled(signature, granules, shards)?;
    put_in_order(name, &mut map, true)?;
    if !all_used {
        map.drop_unused();
    }
    map.count();
    Ok(map)
}

fn unsettled(
    signature: GridSignature,
    granules: Vec<GranuleLink>,
    shards: impl IntoIterator<Item = (u64, impl Into<Numbers>)>,
) -> Result<ShardMap, CatalogError> {
    let shard = |(cell, granules): (u64, _)| {
        let granules = Into::into(granules);
        Ok(Shard { key: key(&signature, cell)?, cell, granules, aoi_mask: None })
    };
    let shards = shards.into_iter().map(shard).collect::<Result<Vec<_>, CatalogError>>()?;
    let (metadata, extra, warnings) = (Map::new(), Map::new(), Vec::new());
    Ok(ShardMap { signature, granules, shards, metadata, extra, warnings })
}

/// The key that a file has for a shard.
fn key(signature: &GridSignature, cell: u64) -> Result<u64, CatalogError> {
    match signature {
        GridSignature::Healpix(grid) => {
            let order = grid.parent_order;
            morton::from_nested(cell, order, Kind::Area).map_err(|source| CatalogError::NoCell {
                what: format!("shard {cell} at order {order}"),
                source,
            })
        }
        GridSignature::Rectilinear(grid) if cell < grid.chunk_count() => Ok(cell),
        GridSignature::Rectilinear(grid) => Err(CatalogError::Grid {
            grid: grid.to_string(),
            reason: format!("it has no chunk {cell}: there are {}", grid.chunk_count()),
        }),
    }
}

/// Sorts the shards, and the granules within them, and takes out granules that are there twice.
pub(super) fn settle(name: &str, map: &mut ShardMap) -> Result<(), CatalogError> {
    let repeated = put_in_order(name, map, false)?;
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

/// Sorts the granules by id, and with them those of the shards, which may be known to ascend; returns how many of these were
/// taken out because they were there before.
fn put_in_order(name: &str, map: &mut ShardMap, ascend: bool) -> Result<usize, CatalogError> {
    map.shards.sort_by_key(|s| s.cell);
    let pairs = map.granules.par_windows(2);
    // Then no two of them have one id.
    let is_sorted = pairs.all(|pair| matches!(pair, [a, b] if a.id < b.id));
    if is_sorted && ascend {
        return Ok(0);
    }
    if !is_sorted {
        sort_granules(map);
    }
    let repeated = map.shards.par_iter_mut().map(|shard| settle_one(&mut shard.granules)).sum();
    if !is_sorted && map.granules.windows(2).any(|pair| matches!(pair, [a, b] if a.id == b.id)) {
        one_link_each(name, map)?;
    }
    Ok(repeated)
}

/// Sorts the granules of a shard, and says how many of them were there before.
fn settle_one(granules: &mut Numbers) -> usize {
    if granules.iter().is_sorted_by(|a, b| a < b) {
        return 0;
    }
    let mut sorted: Vec<u32> = granules.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let repeated = granules.len() - sorted.len();
    *granules = sorted.into();
    repeated
}

/// Sorts the granules, and makes one of those that are equal. Those of one id that are not have some order of their own.
fn sort_granules(map: &mut ShardMap) {
    let mut old: Vec<(u32, GranuleLink)> = (0..).zip(std::mem::take(&mut map.granules)).collect();
    old.sort_by(|(_, a), (_, b)| order(a, b));
    let mut places = vec![0_u32; old.len()];
    for (number, granule) in old {
        if map.granules.last() != Some(&granule) {
            map.granules.push(granule);
        }
        if let Some(place) = places.get_mut(number as usize) {
            *place = map.granules.len() as u32 - 1;
        }
    }
    map.renumber(&places);
}

fn order(a: &GranuleLink, b: &GranuleLink) -> Ordering {
    let key =
        |g: &GranuleLink| [&g.s3, &g.https, &g.path, &g.time_start, &g.time_end].map(Clone::clone);
    let extra = |g: &GranuleLink| serde_json::to_string(&g.extra).unwrap_or_default();
    a.id.cmp(&b.id).then_with(|| key(a).cmp(&key(b))).then_with(|| extra(a).cmp(&extra(b)))
}

/// Refuses two links of one id in a shard.
fn one_link_each(name: &str, map: &ShardMap) -> Result<(), CatalogError> {
    for shard in &map.shards {
        let next = map.granules_of(shard).skip(1);
        if let Some((a, b)) = map.granules_of(shard).zip(next).find(|(a, b)| a.id == b.id) {
            return Err(CatalogError::ConflictingGranule {
                file: name.to_owned(),
                cell: shard.cell,
                id: a.id.clone(),
                links: format!("{} and {}", a.links(), b.links()),
            });
        }
    }
    Ok(())
}

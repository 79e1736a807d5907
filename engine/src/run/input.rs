//! From a run's input to granules and their shard map.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt};
use zagg_catalog::{GranuleLink, GridSignature, ShardMap};

use crate::config::Driver;
use crate::error::{Error, Result};
use crate::granule::{GranulePool, GranuleRef, Locations};
use crate::run::FailedGranule;
use crate::run::link::LinkChooser;

/// Granules by their links. The last part of the link is the granule's id.
pub(super) fn granules(links: &[String], locations: &Locations) -> Result<Vec<GranuleRef>> {
    if links.is_empty() {
        return Err(Error::Request("no granules: the list of links is empty".into()));
    }
    links.iter().map(|link| GranuleRef::from_link(link, locations)).collect()
}

/// The granules of a shard map, each once.
///
/// # Errors
/// When a granule has no link, or has different ones in different shards.
pub(crate) async fn granules_of(
    map: &ShardMap,
    driver: Driver,
    locations: &Locations,
) -> Result<Vec<GranuleRef>> {
    let mut chooser = LinkChooser::new(driver, locations);
    let mut links: BTreeMap<&str, &str> = BTreeMap::new();
    for granule in &map.granules {
        let id = granule.id.as_str();
        let link = chooser
            .link(granule)
            .await
            .ok_or_else(|| Error::Request(format!("granule {id} has no link")))?;
        if let Some(other) = links.insert(id, link)
            && other != link
        {
            return Err(Error::Request(format!(
                "granule {id} has different links in different shards: {other} and {link}"
            )));
        }
    }
    let granule = |(id, link): (&str, &str)| {
        Ok(GranuleRef { id: id.to_owned(), location: locations.resolve(link)? })
    };
    links.into_iter().map(granule).collect()
}

/// The shard map of granules, from the positions of all their rows, or what an index says of these: exact, where
/// a map from footprints may name granules that turn out to have no rows.
///
/// # Errors
/// When a granule cannot be read; with `allow_partial` it is listed instead.
pub(crate) async fn map_of(
    pool: &GranulePool,
    workers: usize,
    allow_partial: bool,
) -> Result<(ShardMap, Vec<FailedGranule>)> {
    let mut pairs = Vec::new();
    let mut failed = Vec::new();
    let mut indexes = stream::iter(0..pool.granules().len())
        .map(|granule| async move {
            // Of a granule that is in no shard nothing is read, and nobody else would look.
            let index = async {
                pool.confirm(granule).await?;
                pool.index(granule).await
            };
            (granule, index.await)
        })
        .buffered(workers.max(1));
    while let Some((granule, index)) = indexes.next().await {
        let entry = &pool.granules()[granule];
        match index {
            Ok(beams) => {
                let mut shards: Vec<u64> =
                    beams.iter().flat_map(|beam| beam.runs()).map(|run| run.shard).collect();
                shards.sort_unstable();
                shards.dedup();
                let link = GranuleLink::from_url(&entry.location.link)?;
                pairs.extend(shards.into_iter().map(|shard| (shard, link.clone())));
            }
            Err(error) if allow_partial => {
                failed.push(FailedGranule { granule: entry.id.clone(), reason: error.to_string() })
            }
            Err(error) => return Err(error),
        }
    }
    if pairs.is_empty() {
        let reasons: String = failed.iter().map(|f| format!("\n  {}", f.reason)).collect();
        return Err(Error::Request(format!(
            "none of the {} granules has a row with a valid position{reasons}",
            pool.granules().len()
        )));
    }
    let grid = pool.grid();
    let signature = GridSignature::new(grid.parent_order, grid.child_order)?;
    let mut map = ShardMap::from_pairs(signature, pairs)?;
    map.set_convention(grid.convention);
    Ok((map, failed))
}

//! Shards from the footprints of granules.

use geo_types::Geometry;
use zagg_udfs::cell::Convention;
use zagg_udfs::cell::cover::{Assigner, Cover};

use super::chunks::Chunks;
use super::{ShardMap, build};
use crate::{CatalogError, GranuleLink, GridSignature, Region};

/// What errors call the map.
const UNNAMED: &str = "(made from footprints)";

/// Footprints whose tiles are found at a time.
const BATCH: usize = 1 << 13;

pub(super) fn map(
    signature: GridSignature,
    convention: Convention,
    granules: impl IntoIterator<Item = (GranuleLink, Geometry<f64>)>,
    region: Option<&Region>,
) -> Result<ShardMap, CatalogError> {
    let (links, shards, all_used) = match &signature {
        GridSignature::Healpix(grid) => {
            let order = grid.parent_order;
            let cover = region.map(|region| region.cover(order, convention)).transpose()?;
            let mut assigner = assigner(order, convention, cover.as_ref())?;
            let links = assign(&mut assigner, granules)?;
            // A footprint touches a cell, but perhaps none of the region.
            (links, assigner.finish(), region.is_none())
        }
        GridSignature::Rectilinear(grid) => {
            let chunks = Chunks::new(grid, convention, region)?;
            let mut assigner = assigner(chunks.order(), convention, Some(chunks.all()))?;
            let links = assign(&mut assigner, granules)?;
            (links, chunks.shards(&assigner.finish()), false)
        }
    };
    let total = links.len();
    let mut map = build::assemble_ascending(UNNAMED, signature, links, shards, all_used)?;
    map.set_convention(convention);
    let assigned = map.granules.len();
    let mut note = |key: &str, value: serde_json::Value| map.metadata.insert(key.to_owned(), value);
    note("footprint", "polygon".into());
    note("total_granules", total.into());
    note("granules_assigned", assigned.into());
    if let Some(region) = region {
        note("region", region.name().into());
    }
    Ok(map)
}

fn assigner(
    order: u8,
    convention: Convention,
    within: Option<&Cover>,
) -> Result<Assigner, CatalogError> {
    let assigner = Assigner::new(order, convention).and_then(|assigner| match within {
        Some(cover) => assigner.within(cover),
        None => Ok(assigner),
    });
    assigner
        .map_err(|source| CatalogError::NoCell { what: format!("shards at order {order}"), source })
}

/// Adds the footprints of all granules, and gives the links of them in the same order. While some are drawn, by all cores, the
/// next ones are taken, which may mean that they are parsed.
fn assign(
    assigner: &mut Assigner,
    granules: impl IntoIterator<Item = (GranuleLink, Geometry<f64>)>,
) -> Result<Vec<GranuleLink>, CatalogError> {
    let mut granules = granules.into_iter();
    let (mut drawn, mut next) = (Vec::new(), Vec::with_capacity(BATCH));
    let mut links = Vec::with_capacity(granules.size_hint().0);
    take(&mut granules, &mut links, &mut next)?;
    while !next.is_empty() {
        std::mem::swap(&mut drawn, &mut next);
        let (first, footprints, mut added) = (assigner.len(), &drawn, Ok(()));
        let taken = rayon::in_place_scope(|scope| {
            scope.spawn(|_| added = assigner.add(footprints));
            take(&mut granules, &mut links, &mut next)
        });
        // What is wrong with the granules before comes first.
        added.map_err(|(place, source)| {
            let id = links.get(first + place).map(|link| link.id.clone()).unwrap_or_default();
            CatalogError::Footprint { id, source }
        })?;
        taken?;
    }
    Ok(links)
}

/// Takes a batch of granules, or what is left.
fn take(
    granules: &mut impl Iterator<Item = (GranuleLink, Geometry<f64>)>,
    links: &mut Vec<GranuleLink>,
    footprints: &mut Vec<Geometry<f64>>,
) -> Result<(), CatalogError> {
    footprints.clear();
    for (link, footprint) in granules.take(BATCH) {
        links.push(build::readable(link)?);
        footprints.push(footprint);
    }
    Ok(())
}

//! From granules to shards.

use std::path::PathBuf;

use zagg_catalog::{Catalog, CatalogMeta, GridSignature, Region, ShardMap};
use zagg_engine::config::Config;

use crate::error::CliError;

/// `shardmap_ATL06_2024-01-06_2024-04-05.json`, with what the catalog says of itself.
pub(super) fn default_name(meta: &CatalogMeta) -> PathBuf {
    let name = meta.short_name.as_ref().or(meta.collection.as_ref());
    let parts = [name, meta.start_date.as_ref(), meta.end_date.as_ref()];
    let mut text = "shardmap".to_owned();
    for part in parts.into_iter().flatten() {
        text.push('_');
        // A collection of another API may have any character.
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
        text.extend(part.chars().map(plain));
    }
    text.push_str(".json");
    text.into()
}

/// The shard map of the granules within the area, on the grid of the configuration.
pub(super) fn make(
    config: &Config,
    catalog: &Catalog,
    area: Option<&Region>,
) -> Result<ShardMap, CliError> {
    let grid = &config.grid;
    let signature = GridSignature::new(grid.parent_order, grid.child_order)?;
    let granules =
        catalog.granules()?.into_iter().map(|granule| (granule.link(), granule.footprint));
    let mut map = ShardMap::from_footprints(signature, grid.convention, granules, area)?;
    if map.shards.is_empty() {
        let area = area.map_or_else(|| "the grid".to_owned(), |area| area.name().to_owned());
        let reason = format!("none of the {} granules touches {area}", catalog.len());
        return Err(CliError::Option { option: "--config", reason });
    }
    for (key, value) in catalog.meta()?.unwrap_or_default().to_map() {
        map.metadata.entry(key).or_insert(value);
    }
    Ok(map)
}

/// `1,204 shards of order 6, 33 granules, 5,310 pairs`
pub(super) fn summary(map: &ShardMap) -> String {
    let order = map.signature.parent_order().unwrap_or_default();
    let shards = map.shards.len();
    format!(
        "{shards} shards of order {order}, {} granules, {} pairs",
        map.granules.len(),
        map.pairs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_in_the_map() {
        let text = |text: &str| Some(text.to_owned());
        let mut meta = CatalogMeta {
            collection: text("ATL06_007"),
            short_name: text("ATL06"),
            start_date: text("2024-01-06"),
            end_date: text("2024-04-05"),
            ..CatalogMeta::default()
        };
        let name = |meta: &CatalogMeta| default_name(meta).display().to_string();
        assert_eq!(name(&meta), "shardmap_ATL06_2024-01-06_2024-04-05.json");
        meta.short_name = None;
        meta.collection = text("a/b c");
        assert_eq!(name(&meta), "shardmap_a_b_c_2024-01-06_2024-04-05.json");
        assert_eq!(name(&CatalogMeta::default()), "shardmap.json");
    }
}

//! From granules to shards.

use std::path::{Path, PathBuf};

use zagg_catalog::{Catalog, CatalogMeta};
use zagg_engine::config::Config;

use super::area::Area;
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

/// Writes the shard map of the granules within the area, on the grid of the configuration.
pub(super) fn write(
    config: &Config,
    catalog: &Catalog,
    area: &Area,
    file: &Path,
) -> Result<(), CliError> {
    let granules = catalog.granules()?;
    let reason = format!(
        "{} is not written: shard maps from the footprints of {} granules at order {} in {:?} are not \
         supported yet. --catalog-out alone saves the granules",
        file.display(),
        granules.len(),
        config.grid.parent_order,
        area.bbox,
    );
    Err(CliError::Option { option: "--config", reason })
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

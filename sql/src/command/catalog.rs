//! `zagg-sql catalog`

mod area;
mod find;
mod shard_map;

use std::io::{self, Write};

use zagg_catalog::{Catalog, CatalogMeta};
use zagg_engine::config::Config;
use zagg_udfs::cell::Convention;

use crate::args::CatalogArgs;
use crate::error::CliError;
use crate::output;

pub(crate) fn catalog(args: CatalogArgs) -> Result<bool, CliError> {
    // All that can be wrong is found before the search, which may take long.
    let config = args.config.as_deref().map(Config::load).transpose();
    let config = config.map_err(zagg_engine::Error::from)?;
    if config.is_none() && args.catalog_out.is_none() {
        let reason = "say what to write: --config for a shard map, --catalog-out for a catalog";
        return Err(CliError::Option { option: "--config", reason: reason.to_owned() });
    }
    let area = area::area(&args)?;
    let (mut catalog, unlinked) = match &args.catalog {
        Some(file) => (Catalog::read(file)?, Vec::new()),
        None => find::find(&args, area.as_ref())?,
    };
    for id in &unlinked {
        output::warning(&format!("{id} has no data link and is left out"))?;
    }
    let meta = catalog.meta()?.unwrap_or_default();
    let out = &mut io::stdout().lock();
    if let Some(file) = &args.catalog_out {
        let mut text = summary(&catalog, &meta);
        if let Some(order) = args.footprint_cells {
            let convention = config.as_ref().map_or(Convention::default(), |c| c.grid.convention);
            catalog = catalog.find_footprint_cells(order, convention)?;
            text += &format!(", with cells of order {order}");
        }
        catalog.write(file)?;
        writeln!(out, "{}  {text}", file.display())?;
    }
    if let Some(config) = &config {
        let file = args.out.clone().unwrap_or_else(|| shard_map::default_name(&meta));
        let map = shard_map::make(config, &catalog, area.as_ref())?;
        map.write(&file)?;
        writeln!(out, "{}  {}", file.display(), shard_map::summary(&map))?;
    }
    Ok(unlinked.is_empty())
}

/// `33 granules of ATL06_007, 2024-01-06 to 2024-04-05`
fn summary(catalog: &Catalog, meta: &CatalogMeta) -> String {
    let mut text = format!("{} granules", catalog.len());
    if let Some(collection) = &meta.collection {
        text += &format!(" of {collection}");
    }
    if let (Some(first), Some(last)) = (&meta.start_date, &meta.end_date) {
        text += &format!(", {first} to {last}");
    }
    text
}

//! `STORED AS GRANULES`

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider, TableProviderFactory};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::CreateExternalTable;
use zagg_catalog::{Catalog, GridSignature, ShardMap};

use super::options::Options;
use super::{Settings, locations};
use crate::config::{Config, Grid};
use crate::error::Error;
use crate::granule::{GranulePool, GranuleRef, Locations, PoolOptions, links};
use crate::index::GranuleIndex;
use crate::run::input::{granules_of, map_of};
use crate::table::{GranuleTable, ScanOptions};

const OF: &str = "STORED AS GRANULES";
pub(super) const OPTIONS: [&str; 7] =
    ["config", "shard_map", "shards", "index", "allow_partial", "prefetch", "cache_mb"];

/// Makes tables of observations.
#[derive(Debug)]
pub(super) struct Factory;

#[async_trait]
impl TableProviderFactory for Factory {
    async fn create(
        &self,
        session: &dyn Session,
        statement: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        let options = Options::new(OF, &statement.options, &OPTIONS)?;
        let Some(config) = options.text("config") else {
            let known = Config::builtin_names().join("', '");
            return plan_err!(
                "{OF}: say what the granules hold: OPTIONS (config 'FILE.yaml'), or one of '{known}'"
            );
        };
        let config = Config::load(config).map_err(Error::from)?;
        if !statement.schema.fields().is_empty() {
            return plan_err!("{OF}: the columns are those of the config; leave them out here");
        }
        let locations = locations(session);
        let input = Input::of(statement, &options, &locations, &config.grid).await?;
        let settings = session.config_options().extensions.get::<Settings>().cloned();
        let settings = settings.unwrap_or_default();
        let scan = ScanOptions {
            prefetch: options.parse("prefetch", "a number")?.unwrap_or(settings.prefetch),
            allow_partial: options.flag("allow_partial")?.unwrap_or(settings.allow_partial),
        };
        let cache: Option<usize> = options.parse("cache_mb", "a number of MiB")?;
        let index = match options.text("index").or(config.index.as_deref()) {
            Some(link) => Some(Arc::new(GranuleIndex::open(&locations.resolve(link)?).await?)),
            None => None,
        };
        let pool = PoolOptions { cache_bytes: cache.unwrap_or(settings.cache_mb) << 20, index };
        let granules = match &input {
            Input::Map(map) => granules_of(map, config.source.driver, &locations).await?,
            Input::Links(links) => {
                let granule = |link: &String| GranuleRef::from_link(link, &locations);
                links.iter().map(granule).collect::<Result<_, Error>>()?
            }
        };
        let memory = &session.runtime_env().memory_pool;
        let pool = GranulePool::try_new(config.source, config.grid, granules, None, memory, &pool)?;
        let (pool, name) = (Arc::new(pool), statement.name.table());
        let positions = options.choice("shards", &["positions", "none"])? != Some("none");
        let table = match input {
            Input::Map(map) => GranuleTable::by_shard(name, pool, &map, scan).await?,
            Input::Links(_) if positions => {
                let workers = session.config().target_partitions();
                let (map, failed) = map_of(&pool, workers, scan.allow_partial).await?;
                GranuleTable::by_shard(name, pool, &map, scan).await?.with_failed(failed)
            }
            Input::Links(_) => GranuleTable::by_granule(name, pool, scan).await?,
        };
        Ok(Arc::new(table))
    }
}

/// What the location and the options say where the granules are.
enum Input {
    Map(Box<ShardMap>),
    Links(Vec<String>),
}

impl Input {
    async fn of(
        statement: &CreateExternalTable,
        options: &Options,
        locations: &Locations,
        grid: &Grid,
    ) -> Result<Self> {
        let is_map = |place: &str| place.ends_with(".json") || place.ends_with(".parquet");
        let places = statement.locations.as_slice();
        let map = match (options.text("shard_map"), places) {
            (Some(map), _) => Some(map),
            (None, [place]) if is_map(place) => Some(place.as_str()),
            _ => None,
        };
        if let Some(map) = map {
            return Ok(Self::Map(Box::new(shard_map(map, grid)?)));
        }
        let mut all = Vec::new();
        for place in places {
            if is_map(place) {
                return plan_err!(
                    "{OF}: the catalog or shard map {place} has to be the only location"
                );
            }
            all.extend(links(place, locations).await?);
        }
        all.dedup();
        Ok(Self::Links(all))
    }
}

/// A shard map from its file, or made from the footprints in a catalog.
fn shard_map(place: &str, grid: &Grid) -> Result<ShardMap, Error> {
    let catalog = match (place.ends_with(".parquet"), ShardMap::read(place)) {
        (_, Ok(map)) => return Ok(map),
        (false, Err(error)) => return Err(error.into()),
        (true, Err(_)) => Catalog::read(place)?,
    };
    let signature = GridSignature::new(grid.parent_order, grid.child_order)?;
    let granules =
        catalog.granules()?.into_iter().map(|granule| (granule.link(), granule.footprint));
    Ok(ShardMap::from_footprints(signature, grid.convention, granules, None)?)
}

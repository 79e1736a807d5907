//! What the engine knows of granules: their shards and their chunks.

use std::path::{Path, PathBuf};

use datafusion::execution::runtime_env::RuntimeEnv;
use zagg::{Config, GranulePool, GranuleRef, Locations, PoolOptions};
use zagg_catalog::{GranuleLink, GridSignature, ShardMap};

use crate::error::{BenchError, Result};

/// Writes which shards granules touch, by the positions of all their rows. The links are file names: the map
/// stays true when the folder moves, and is for those who run in it.
pub(crate) fn write_shard_map(paths: &[PathBuf], file: &Path) -> Result<()> {
    let pool = pool(paths)?;
    let grid = pool.grid();
    let map = block_on(async {
        let mut pairs = Vec::new();
        for (number, granule) in pool.granules().iter().enumerate() {
            let link = GranuleLink::from_url(&granule.id)?;
            let beams = pool.index(number).await?;
            let mut shards: Vec<u64> =
                beams.iter().flat_map(|beam| beam.runs()).map(|run| run.shard).collect();
            shards.sort_unstable();
            shards.dedup();
            pairs.extend(shards.into_iter().map(|shard| (shard, link.clone())));
        }
        let signature = GridSignature::new(grid.parent_order, grid.child_order)?;
        let mut map = ShardMap::from_pairs(signature, pairs)?;
        map.set_convention(grid.convention);
        Ok::<_, zagg::Error>(map)
    })??;
    Ok(map.write(file).map_err(zagg::Error::from)?)
}

/// HDF5 chunks of all datasets that `atl06` reads.
pub(crate) fn chunks(paths: &[PathBuf]) -> Result<u64> {
    let pool = pool(paths)?;
    block_on(async {
        let mut chunks = 0;
        for granule in 0..pool.granules().len() {
            let opened = pool.open(granule).await?;
            let datasets = opened.beams.iter().flat_map(|beam| &beam.datasets);
            chunks += datasets.map(zagg::hdf5::Dataset::blocks).sum::<u64>();
        }
        Ok(chunks)
    })?
}

fn pool(paths: &[PathBuf]) -> Result<GranulePool> {
    let config = Config::load("atl06").map_err(zagg::Error::from)?;
    let runtime = RuntimeEnv::default();
    let locations = Locations::new(runtime.object_store_registry);
    let granules: Result<_, zagg::Error> = paths
        .iter()
        .map(|path| GranuleRef::from_link(&path.to_string_lossy(), &locations))
        .collect();
    let options = PoolOptions::default();
    let (source, grid, memory) = (config.source, config.grid, &runtime.memory_pool);
    Ok(GranulePool::try_new(source, grid, granules?, None, memory, &options)?)
}

/// Runs to its end what reads granules or stores.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|e| BenchError::io("start", "the threads", e))?;
    Ok(runtime.block_on(future))
}

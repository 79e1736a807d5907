//! What SQL says about granules, HDF5 files and stores.
//!
//! | statement | what |
//! |---|---|
//! | `CREATE EXTERNAL TABLE t STORED AS GRANULES LOCATION '…' OPTIONS (config 'atl06', …)` | observations: one row each |
//! | `CREATE EXTERNAL TABLE t STORED AS HDF5 LOCATION 'f.h5' OPTIONS (group 'gt1l/…')` | the datasets of one group as they are |
//! | `CREATE EXTERNAL TABLE t STORED AS ZARR LOCATION 'x.zarr'` | a store: one row per cell |
//! | `COPY (SELECT cell, … GROUP BY cell) TO 'x.zarr' STORED AS ZARR OPTIONS (…)` | a store is written |
//! | `COPY (SELECT healpix_boundary(cell, 12) AS geometry, …) TO 'x.parquet'` | GeoParquet, where there is a geometry |
//! | `hdf5('f.h5', 'group')`, `hdf5_tree('f.h5')`, `hdf5_attributes('f.h5', '/path')`, `zarr('x.zarr')` | the same for a single query |
//! | `healpix_cover('POLYGON(…)', order)`, `healpix_children(cell, order, child_order)` | cells of a region, or of a cell |
//! | `granules('catalog.parquet')`, `shards('shardmap.json')` | the granules of a catalog, the pairs of a shard map |
//! | `SELECT … FROM zagg.granules`, `zagg.shards`, `zagg.requests`, `zagg.queries` | what the session did, see [`journal`](crate::journal) |
//!
//! [`session_with`](crate::session_with) registers all of it. Locations are plain paths, `file://` and `s3://`.

mod arguments;
mod catalog;
mod cell_runs;
mod copy;
mod geoparquet;
mod granules;
mod hdf5;
mod healpix_children;
mod healpix_cover;
mod options;
mod place;
mod settings;
mod shard_map;
mod statement;
mod wait;
mod zarr;

use std::sync::Arc;

use datafusion::catalog::{Session, TableFunctionImpl, TableProviderFactory};
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

use crate::granule::Locations;

pub use copy::ZarrSinkExec;
pub use hdf5::Hdf5Table;
pub use settings::Settings;
pub use statement::{StatementText, execute, query};

/// The names that `OPTIONS (…)` can have: of a table `STORED AS` a format of this module, or, with `written`, of a store that
/// the statement writes or declares. Those of a column begin with `*.`. None for formats from elsewhere.
///
/// ```
/// assert!(zagg_engine::sql::option_names("granules", false).contains(&"config"));
/// assert!(zagg_engine::sql::option_names("ZARR", true).contains(&"parent_order"));
/// ```
pub fn option_names(stored_as: &str, written: bool) -> &'static [&'static str] {
    match (stored_as.to_ascii_uppercase().as_str(), written) {
        ("GRANULES", false) => &granules::OPTIONS,
        ("HDF5", false) => &hdf5::OPTIONS,
        ("ZARR", false) => &zarr::OPTIONS,
        ("ZARR", true) => &copy::OPTIONS,
        _ => &[],
    }
}

/// Makes the statements and table functions of this module known to a session.
pub(crate) fn register(context: &SessionContext) -> Result<()> {
    let factories: [(&str, Arc<dyn TableProviderFactory>); 3] = [
        ("GRANULES", Arc::new(granules::Factory)),
        ("HDF5", Arc::new(hdf5::Factory)),
        ("ZARR", Arc::new(zarr::Factory)),
    ];
    let state = context.state_ref();
    let mut state = state.write();
    for (name, factory) in factories {
        state.table_factories_mut().insert(name.to_owned(), factory);
    }
    state.register_file_format(Arc::new(copy::ZarrFormatFactory), true)?;
    let parquet = geoparquet::GeoParquetFormatFactory::default();
    state.register_file_format(Arc::new(parquet), true)?;
    drop(state);
    let functions: [(&str, Arc<dyn TableFunctionImpl>); 8] = [
        ("granules", Arc::new(catalog::Table)),
        ("hdf5", Arc::new(hdf5::Table)),
        ("hdf5_tree", Arc::new(hdf5::Tree)),
        ("hdf5_attributes", Arc::new(hdf5::Attributes)),
        ("healpix_children", Arc::new(healpix_children::Table)),
        ("healpix_cover", Arc::new(healpix_cover::Table)),
        ("shards", Arc::new(shard_map::Table)),
        ("zarr", Arc::new(zarr::Table)),
    ];
    for (name, function) in functions {
        context.register_udtf(name, function);
    }
    Ok(())
}

/// The places that a session can reach: one set of connections for all its tables.
fn locations(session: &dyn Session) -> Arc<Locations> {
    session.config().get_extension::<Locations>().unwrap_or_else(|| {
        Arc::new(Locations::new(Arc::clone(&session.runtime_env().object_store_registry)))
    })
}

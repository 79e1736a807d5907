//! Sparse satellite point observations to HEALPix grids, by SQL.
//!
//! `zagg` is what a program needs to embed the engine: granules (ICESat-2, GEDI, any HDF5 point product)
//! as DataFusion tables, cell functions and aggregates, runs into Zarr v3 stores that xarray and xdggs open.
//! The command line on top of it is `zagg-sql`.
//!
//! | to | use |
//! |---|---|
//! | query granules by SQL | [`session`], [`GranuleTable`] |
//! | have only the functions, in a session of your own | [`register_all`] |
//! | run a configuration from granules to a store | [`run::run`] |
//! | read a store by SQL | [`StoreTable`] |
//! | read HDF5 by byte range | [`hdf5`] |
//!
//! The repository's `examples/` show the first two as whole programs.

pub use zagg_engine::config::Config;
pub use zagg_engine::granule::{GranulePool, GranuleRef, Locations, PoolOptions};
pub use zagg_engine::store_table::StoreTable;
pub use zagg_engine::table::{GranuleTable, ScanOptions};
pub use zagg_engine::{Error, Result, run, session, session_with, store};
pub use zagg_hdf5 as hdf5;
pub use zagg_udfs::{aggregate, cell, register_all, scalar};

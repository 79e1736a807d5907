//! Granules of satellite point observations as SQL tables, aggregated by HEALPix cell into Zarr.
//!
//! | to | use |
//! |---|---|
//! | run a configuration from granules to a store | [`run::run`] |
//! | query granules by SQL | [`session`], [`table::GranuleTable`] |
//! | read a store by SQL | [`store_table::StoreTable`] |
//! | write cells of your own to a store | [`store::StoreWriter`] |
//! | see whether granules can be read from here | [`access::check`] |
//! | know what a run will cost | [`run::Job::estimate`], [`cost::Estimate`] |
//! | know what queries and runs did | [`journal`] |
//! | know once and for all where the rows of granules lie | [`run::make_index`], [`index::GranuleIndex`] |
//! | run shards elsewhere | [`run::ShardRunner`], [`run::ShardJob`] |

pub use zagg_catalog as catalog;
pub use zagg_hdf5 as hdf5;
pub use zagg_udfs::cell;

pub mod access;
pub mod cell_aggregate;
pub mod config;
pub mod cost;
pub mod error;
pub mod granule;
pub mod index;
pub mod journal;
pub mod rewrite;
pub mod run;
mod session;
pub mod sql;
pub mod store;
pub mod store_table;
pub mod synthetic;
pub mod table;

pub use error::{Error, Result};
pub use session::{session, session_with};

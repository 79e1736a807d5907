//! Which granules there are, and which shards they touch.
//!
//! A [`search`] of a STAC API gives a [`Catalog`]: granules with footprint, times and links, in a file that
//! geopandas and zagg read.
//!
//! A [`ShardMap`] lists, for each shard (a HEALPix cell at the parent order, or a chunk of a rectilinear grid), the granules
//! that have rows in it. It is read from the JSON or Parquet that zagg writes, or from the two older forms of the JSON; made
//! from pairs of shard and granule; or found from the granules' footprints, within a [`Region`] if one is given.
//!
//! ```
//! use zagg_catalog::{GranuleLink, GridSignature, ShardMap};
//!
//! let signature = GridSignature::new(6, 12)?;
//! let link = GranuleLink::from_url("s3://bucket/ATL06_x.h5")?;
//! let map = ShardMap::from_pairs(signature, [(1234, link)])?;
//! let again = ShardMap::from_json("map.json", &map.to_json())?;
//! assert_eq!(again.shards[0].cell, 1234);
//! assert_eq!(again.granules_of(&again.shards[0]).next().map(|g| g.id.as_str()), Some("ATL06_x.h5"));
//! # Ok::<(), zagg_catalog::CatalogError>(())
//! ```

mod catalog;
mod error;
pub mod geoparquet;
mod granule_link;
mod item;
pub mod login;
mod projection;
#[cfg(test)]
mod real_data;
mod region;
pub mod search;
mod shard_map;
mod signature;
mod whole_file;

pub use catalog::{Catalog, CatalogBuilder, CatalogFileError, CatalogMeta, Granule};
pub use error::CatalogError;
pub use granule_link::GranuleLink;
pub use item::{Item, ItemError};
pub use projection::Projection;
pub use region::Region;
pub use shard_map::{Shard, ShardMap};
pub use signature::{GridSignature, HealpixGrid, RectilinearGrid};

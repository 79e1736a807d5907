//! Which granules touch which shards.
//!
//! A [`ShardMap`] lists, for each shard (a HEALPix cell at the parent order), the granules that
//! have rows in it. It is read from the JSON that zagg writes, from the two older forms of that
//! file, or made from pairs of shard and granule.
//!
//! ```
//! use zagg_catalog::{GranuleLink, GridSignature, ShardMap};
//!
//! let signature = GridSignature::new(6, 12)?;
//! let link = GranuleLink::from_url("s3://bucket/ATL06_x.h5")?;
//! let map = ShardMap::from_pairs(signature, [(1234, link)])?;
//! let again = ShardMap::from_json("map.json", &map.to_json())?;
//! assert_eq!(again.shards[0].cell, 1234);
//! assert_eq!(again.shards[0].granules[0].id, "ATL06_x.h5");
//! # Ok::<(), zagg_catalog::CatalogError>(())
//! ```

mod error;
mod granule_link;
pub mod login;
mod shard_map;
mod signature;

pub use error::CatalogError;
pub use granule_link::GranuleLink;
pub use shard_map::{Shard, ShardMap};
pub use signature::GridSignature;

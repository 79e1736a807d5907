//! Granules: where they lie, what is in them, which of their rows fall into which shard.
//!
//! ```text
//! link ─► Locations ─► zagg_hdf5::File ─► OpenGranule + RunIndex ─► Segments
//!                                              GranulePool keeps these, and decoded blocks in BlockCache
//! ```

mod cache;
mod cells;
mod described;
mod foreseen;
mod index;
mod links;
mod location;
mod open;
mod pool;
mod positions;
mod segment;
mod types;

pub use cache::BlockCache;
pub(crate) use foreseen::{Asked, Foreseen, Whole};
pub use index::{Run, RunIndex};
pub use links::links;
pub(crate) use location::Meter;
pub use location::{Location, Locations, Traffic};
pub(crate) use open::{COLUMNS, LATITUDE, LONGITUDE};
pub use open::{OpenBeam, OpenGranule};
pub use pool::{GranulePool, GranuleRef, PoolOptions};
pub use segment::{Cells, GranuleRows, Rows, Segment, Wanted};

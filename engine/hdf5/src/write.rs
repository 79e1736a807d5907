//! Writing granule-like HDF5 files, in memory and without a C library.
//!
//! What instruments' granules hold can be written: nested groups, datasets of numbers or of
//! fixed-length strings in any number of dimensions, contiguous or chunked with shuffle, deflate
//! and fletcher32, fill values, attributes and soft links. The result is meant for demonstrations
//! and tests; it keeps to the format of libhdf5 1.8, so that what is built on that opens it (h5py,
//! netCDF-4).
//!
//! The file has a superblock of version 2, object headers of version 2 with checksums, links and
//! attributes inside the headers, and a version 1 B-tree over the chunks of a dataset. Groups list
//! their members by name. The same calls give the same bytes: no time or random value is stored.
//!
//! ```
//! use zagg_hdf5::write::{Data, FileBuilder};
//!
//! let mut file = FileBuilder::new();
//! file.group("/")?.attribute("short_name", "ATL06");
//! file.dataset("/gt1l/land_ice_segments/h_li", Data::F32(&[12.5, 13.0, f32::MAX]))?
//!     .chunk(10_000)
//!     .shuffle(true)
//!     .deflate(6)
//!     .fill(f32::MAX)
//!     .attribute("units", "meters");
//! file.soft_link("/heights", "/gt1l/land_ice_segments/h_li")?;
//! let bytes = file.finish()?;
//! assert_eq!(&bytes[1..4], b"HDF");
//! # Ok::<(), zagg_hdf5::write::WriteError>(())
//! ```

mod attribute;
mod btree;
mod chunk;
mod dataset;
mod dims;
mod element;
mod error;
mod file;
mod filter;
mod group;
mod header;

pub use attribute::AttributeValue;
pub use dataset::DatasetBuilder;
pub use dims::Dims;
pub use element::{Data, Scalar};
pub use error::WriteError;
pub use file::FileBuilder;
pub use group::GroupBuilder;

//! HDF5 by byte range: an asynchronous reader over object_store.
//!
//! Files in S3 and on disk are read by the same code, in a few requests, many at once, and without
//! a C library. [`File::open`] makes one request; [`File::locate`] finds any number of datasets in
//! one walk whose requests they share; [`File::load_chunk_indexes`] does the same for the places of
//! their chunks; [`fetch_blocks`] fetches blocks of many datasets as one coalesced batch; and
//! [`RawBlock::decode`] turns the bytes of a block into an Arrow array, on any thread.
//!
//! What was found out about datasets once need not be found out again: [`describe`] gives it, chunks
//! included, and [`KnownFile::dataset`] reads by it, without a request for metadata.
//!
//! # What is read
//!
//! | | read | refused by name |
//! |---|---|---|
//! | superblock | versions 0 to 3, user block | files in several parts (family, multi) |
//! | groups | symbol tables, links in headers, dense links | |
//! | links | hard, soft | external, user-defined (listed, not followed) |
//! | object headers | versions 1 and 2 | messages that readers must know and this one does not |
//! | shared messages | committed datatypes | the table of shared messages |
//! | layouts | versions 1 to 4: compact, contiguous, chunked | version 5, virtual, external files |
//! | chunk indexes | version 1 B-tree, single chunk, implicit, fixed array, extensible array, version 2 B-tree | |
//! | filters | deflate, shuffle, fletcher32, in any order and number | all others |
//! | types | integers of 1 to 8 bytes, IEEE floats of 2 to 8, both byte orders, enumerations as their integers, fixed-length text as bytes | variable-length, compound, array, reference, opaque, bitfield, n-bit |
//! | shapes | scalar, 1-D, 2-D (whole rows or one column) | 3-D and more |
//! | attributes | numbers, fixed and variable-length text; in the header or dense | others are listed by type |
//!
//! What is refused is an [`Error::Unsupported`] that names file, object and cause, raised when that
//! dataset is read and not when its neighbours are.
//!
//! # What cannot happen
//!
//! A truncated or altered file gives an error that names file, object and offset, or values; never
//! a panic, an endless loop or an unbounded allocation. Every length is checked against the size of
//! the file before it is allocated, no block of one structure is visited twice, arithmetic is
//! checked, a compressed chunk is given no more memory than its bytes could expand to, and no chunk
//! or block larger than 256 MiB is decoded.
//!
//! # Nulls
//!
//! The null value of a dataset is its `_FillValue` attribute, else its own fill value unless that
//! is zero. Elements with exactly its bits are null, and so is every float NaN.

#![deny(unsafe_code)]

mod attribute;
mod checksum;
mod dataset;
mod decode;
mod error;
mod extents;
mod fault;
mod file;
mod format;
mod source;
mod version;
mod view;
mod walk;
pub mod write;

pub use attribute::{Attribute, AttributeValue};
pub use dataset::{
    BlockRequest, ChunkPlace, Dataset, DatasetLayout, DatasetParts, RawBlock, describe,
    fetch_blocks, foreseen_requests,
};
pub use decode::element::Number;
pub use error::{Error, Result};
pub use file::{File, KnownFile, Member, MemberKind};
pub use source::Purpose;
pub use version::FileVersion;

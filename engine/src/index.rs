//! The granule index: where in each granule the rows of each shard lie, and where its HDF5 chunks lie.
//!
//! What a scan must find out of a granule before it can read a row, it finds out once: which rows fall into
//! which cell, and the place, type and filters of every chunk. A [`GranuleIndex`] gives it back, so that a
//! shard reads its own rows, makes no request for metadata, and reads no positions.
//!
//! ```text
//! granule ─► OpenGranule + RunIndex ─► GranuleEntry ─► IndexWriter ─► index.parquet
//!                ▲                          ▲                              │
//!                └──────────────────────────┴──────── GranuleIndex ◄───────┘
//! ```
//!
//! The file is Parquet, one row for each granule and beam, for other programs to read too. Its columns are in
//! [`schema()`]. A checksum over the whole file stands in its footer, so that damage is found before
//! anything is believed.

mod decode;
mod encode;
mod entry;
mod info;
mod read;
mod schema;
mod seal;
mod write;

#[cfg(test)]
mod tests;

pub use entry::{BeamEntry, BeamRows, CellRun, GranuleEntry};
pub use info::IndexInfo;
pub use read::GranuleIndex;
pub use schema::schema;
pub use write::IndexWriter;

/// The version of the file's form. A file of another version is refused.
pub const INDEX_VERSION: u32 = 1;

//! The product: cells on a HEALPix grid, in Zarr v3.
//!
//! A store holds one group per HEALPix order, named by the order in decimal. Along its one axis, `cells`, lie all
//! children of each covered parent cell, parents ascending by nested id, so that
//!
//! ```text
//! cell_ids[i * k + j] = parents[i] * k + j        k = 4^(child order - parent order)
//! ```
//!
//! and chunk *i* of every array belongs to parent (shard) *i* alone. That is what lets any number of workers fill a
//! store without a lock: [`StoreWriter::create`] writes the template once, every shard is written by whoever owns it with
//! [`StoreWriter::write_shard`], and [`StoreWriter::finish`] writes the completion mark once, last.
//!
//! xarray and xdggs open a finished store as it stands; [`three_lines`] says how. [`StoreReader`] reads it back as Arrow.
//!
//! ```
//! # use std::sync::Arc;
//! # use arrow::array::{Float64Array, RecordBatch, UInt64Array};
//! # use zagg_engine::store::*;
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let bucket = Arc::new(object_store::memory::InMemory::new());
//! let target = Target::new(bucket, "heights.zarr".into());
//! let spec = StoreSpec {
//!     child_order: 12,
//!     parent_order: 6,
//!     ellipsoid: Ellipsoid::Wgs84,
//!     parents: vec![17, 42],
//!     variables: vec![VariableSpec::new("h_mean", StoreDtype::Float32).units("m")],
//!     morton: false,
//!     provenance: Default::default(),
//! };
//! let writer = StoreWriter::create(target.clone(), spec, false).await?;
//! let mut shard = writer.shard(1);
//! shard.push(&RecordBatch::try_from_iter([
//!     ("cell", Arc::new(UInt64Array::from(vec![42 * 4096 + 7])) as _),
//!     ("h_mean", Arc::new(Float64Array::from(vec![1234.5])) as _),
//! ])?)?;
//! assert_eq!(writer.write_shard(shard).await?.cells, 1);
//! writer.finish(Default::default()).await?;
//!
//! let reader = StoreReader::open(target).await?;
//! let batch = reader.read_shard(1, &["h_mean"], Rows::Occupied).await?;
//! assert_eq!(batch.num_rows(), 1);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod axis;
mod chunk;
mod column;
mod dtype;
mod element;
mod error;
mod frame;
mod grid;
mod layout;
mod local;
mod metadata;
mod morton;
mod open;
mod parents;
mod python;
mod reader;
mod rows;
mod shard;
mod spec;
mod target;
#[cfg(test)]
mod tests;
mod variable;
mod writer;

pub use dtype::StoreDtype;
pub use error::StoreError;
pub use open::ReadOptions;
pub use python::three_lines;
pub use reader::StoreReader;
pub use rows::Rows;
pub use shard::{EncodedShard, ShardBuffer, ShardWritten};
pub use spec::{Ellipsoid, StoreSpec, VariableSpec};
pub use target::Target;
pub use variable::StoreVariable;
pub use writer::StoreWriter;

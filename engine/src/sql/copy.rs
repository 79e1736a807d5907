//! `COPY (SELECT cell, …) TO 'x.zarr' STORED AS ZARR OPTIONS (…)`

mod format;
mod layout;
mod shards;
mod sink;

pub(super) use format::ZarrFormatFactory;
pub(super) use layout::{OPTIONS, ZarrOptions};
pub(super) use shards::Statement;
pub use sink::ZarrSinkExec;

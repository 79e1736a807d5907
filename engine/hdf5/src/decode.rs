//! From stored bytes to Arrow arrays. Synchronous, without I/O.

pub(crate) mod element;
pub(crate) mod filters;
pub(crate) mod nulls;
pub(crate) mod place;
pub(crate) mod shuffle;
pub(crate) mod swap;

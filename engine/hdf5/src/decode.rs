//! From stored bytes to Arrow arrays. Synchronous, without I/O.
//!
//! A chunk passes through little memory: deflate writes into a buffer of the thread, from which the
//! elements go to the array in tiles that are unshuffled, put in this machine's byte order and
//! looked through for nulls while they are in the cache. Deflate that nothing else follows writes
//! into the array.

pub(crate) mod element;
pub(crate) mod elements;
pub(crate) mod filters;
mod inflate;
pub(crate) mod nulls;
mod output;
pub(crate) mod place;
pub(crate) mod scratch;
mod shuffle;
mod swap;

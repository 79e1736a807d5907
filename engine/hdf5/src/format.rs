//! The structures of the file format, each in its own file. Everything here is synchronous and
//! reads through a [`View`](crate::view::View).

pub(crate) mod attributes;
pub(crate) mod btree2;
pub(crate) mod chunk_index;
pub(crate) mod cursor;
pub(crate) mod group;
pub(crate) mod heap;
pub(crate) mod message;
pub(crate) mod object_header;
pub(crate) mod resolve;
pub(crate) mod superblock;

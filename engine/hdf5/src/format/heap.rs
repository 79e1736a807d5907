//! The heaps: names of old groups (local), members and attributes of new ones (fractal), values of
//! variable length (global).

pub(crate) mod fractal;
mod fractal_table;
pub(crate) mod global;
pub(crate) mod local;

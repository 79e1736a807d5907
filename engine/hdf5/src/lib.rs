//! HDF5 by byte range: an asynchronous reader over object_store.

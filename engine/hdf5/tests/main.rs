//! Tests of the reader and the writer against libhdf5, on real and on damaged files.

mod mutations;
mod real_files;
mod requests;
mod support;
mod write_by_libhdf5;
mod written;

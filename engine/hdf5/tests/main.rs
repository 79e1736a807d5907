//! Tests of the reader and the writer against libhdf5, on real and on damaged files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what a helper of a test finds wrong fails the test, and figures are printed"
)]

mod known;
mod limits;
mod mutations;
mod peer;
mod real_files;
mod requests;
mod seeds;
mod support;
mod write_by_libhdf5;
mod written;

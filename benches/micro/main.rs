//! Micro-benchmarks of the hot paths: `cargo bench -p zagg-bench`.
//!
//! Everything is made from synthetic granules and stays in memory, so that a figure says nothing about
//! disks. Cores are shared and clocks differ: compare figures of one run with each other, not with those
//! of another day. That is why what we compare ourselves with runs beside us: `cdshealpix` for cells
//! and, with `--features hdf5` (needs cmake), libhdf5 for decoding.

#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up may panic")]

mod aggregate;
mod cells;
mod decode;

use criterion::Criterion;

/// Segments of one beam.
const SEGMENTS: usize = 100_000;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    cells::benchmark(&mut criterion);
    decode::benchmark(&mut criterion);
    aggregate::benchmark(&mut criterion);
    criterion.final_summary();
}

//! Micro-benchmarks of the hot paths: `cargo bench`.
//!
//! Everything is made in memory from synthetic granules, so that a figure says nothing about disks. Cores
//! are shared and clocks differ: compare figures of one run with each other, not with those of another day.

#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up may panic")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput};
use datafusion::arrow::array::{Float32Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use zagg::cell::{Convention, Hasher};
use zagg::hdf5::{BlockRequest, File, fetch_blocks};
use zagg_engine::synthetic::Synthetic;

/// Segments of one beam.
const SEGMENTS: usize = 100_000;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}

/// Positions along a track to cells.
fn cells(c: &mut Criterion) {
    let n = SEGMENTS;
    let lat: Vec<f64> = (0..n).map(|i| -88.0 + i as f64 * 20.0 / 111_000.0).collect();
    let lon: Vec<f64> = (0..n).map(|i| (i as f64 * 0.01) % 360.0 - 180.0).collect();
    let mut out = vec![0; n];
    let mut group = c.benchmark_group("cells");
    group.throughput(Throughput::Elements(n as u64));
    for (name, convention) in [("authalic", Convention::Authalic), ("sphere", Convention::Sphere)] {
        let hasher = Hasher::new(12, convention).expect("an order");
        group.bench_function(name, |b| {
            b.iter(|| hasher.cells(black_box(&lon), black_box(&lat), &mut out).expect("cells"));
        });
    }
    group.finish();
}

/// Chunks of one beam to Arrow arrays: inflate, unshuffle, fill to NULL.
fn decode(c: &mut Criterion) {
    let one = Synthetic {
        granules: 1,
        segments_per_beam: SEGMENTS,
        missing_beams: false,
        ..Synthetic::default()
    };
    let (name, bytes) = one.granule(0).expect("a granule");
    let runtime = runtime();
    let mut group = c.benchmark_group("decode");
    for dataset in ["latitude", "h_li", "segment_id"] {
        let path = format!("/gt1l/land_ice_segments/{dataset}");
        let blocks = runtime.block_on(async {
            let store = Arc::new(object_store::memory::InMemory::new());
            let location = object_store::path::Path::from(name.as_str());
            object_store::ObjectStoreExt::put(&*store, &location, bytes.clone().into())
                .await
                .expect("stored");
            let file = File::open(store, location).await.expect("opened");
            let found =
                file.locate(&[path.as_str()]).await.expect("located").remove(0).expect("there");
            let wanted: Vec<BlockRequest<'_>> = (0..found.blocks())
                .map(|block| BlockRequest { dataset: &found, block, column: None })
                .collect();
            fetch_blocks(&wanted).await.expect("fetched")
        });
        let width = blocks[0].decode().expect("decoded").data_type().primitive_width().unwrap_or(1);
        group.throughput(Throughput::Bytes((SEGMENTS * width) as u64));
        group.bench_function(dataset, |b| {
            b.iter(|| {
                blocks.iter().map(|block| block.decode().expect("decoded").len()).sum::<usize>()
            });
        });
    }
    group.finish();
}

/// The statistics of `atl06` over cells that come in runs, as a track visits them.
fn aggregate(c: &mut Criterion) {
    let n = 1_000_000;
    let cells = UInt64Array::from_iter_values((0..n).map(|i| i / 130));
    let noise = |i: u64| (i.wrapping_mul(6_364_136_223_846_793_005) >> 40) as f32 / 1e5;
    let heights = Float32Array::from_iter_values((0..n).map(noise));
    let sigmas = Float32Array::from_iter_values((0..n).map(|i| 0.01 + noise(i + 7) / 1e3));
    let columns = [
        ("cell", Arc::new(cells) as _),
        ("h_li", Arc::new(heights) as _),
        ("s_li", Arc::new(sigmas) as _),
        ("atl06_quality_summary", Arc::new(UInt64Array::from(vec![0; n as usize])) as _),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let context = zagg::session().expect("a session");
    context.register_batch("atl06", batch).expect("registered");
    let sql = zagg::Config::load("atl06").expect("a configuration").sql();
    let runtime = runtime();
    let mut group = c.benchmark_group("aggregate");
    group.throughput(Throughput::Elements(n)).sample_size(10);
    group.bench_function("atl06", |b| {
        b.iter(|| {
            runtime.block_on(async {
                context.sql(&sql).await.expect("planned").collect().await.expect("run").len()
            })
        });
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    cells(&mut criterion);
    decode(&mut criterion);
    aggregate(&mut criterion);
    criterion.final_summary();
}

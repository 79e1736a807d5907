//! The statistics of `atl06` over cells that come in runs, as a track visits them.

use std::sync::Arc;

use criterion::{Criterion, Throughput};
use datafusion::arrow::array::{Float32Array, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;

use crate::runtime;

/// Rows in all, and in a cell: a track spends some 80 segments in a cell of order 12, and beams share it.
const ROWS: u64 = 1_000_000;
const ROWS_OF_CELL: u64 = 130;

pub(crate) fn benchmark(c: &mut Criterion) {
    let context = zagg::session().expect("a session");
    context.register_batch("atl06", rows()).expect("registered");
    let sql = zagg::Config::load("atl06").expect("a configuration").sql();
    let runtime = runtime();
    let mut group = c.benchmark_group("aggregate");
    group.throughput(Throughput::Elements(ROWS)).sample_size(10);
    group.bench_function("atl06", |b| {
        b.iter(|| {
            runtime.block_on(async {
                context.sql(&sql).await.expect("planned").collect().await.expect("run").len()
            })
        });
    });
    group.finish();
}

fn rows() -> RecordBatch {
    let cells = UInt64Array::from_iter_values((0..ROWS).map(|i| i / ROWS_OF_CELL));
    let noise = |i: u64| (i.wrapping_mul(6_364_136_223_846_793_005) >> 40) as f32 / 1e5;
    let heights = Float32Array::from_iter_values((0..ROWS).map(noise));
    let sigmas = Float32Array::from_iter_values((0..ROWS).map(|i| 0.01 + noise(i + 7) / 1e3));
    let quality = UInt64Array::from_iter_values((0..ROWS).map(|_| 0));
    let columns = [
        ("cell", Arc::new(cells) as _),
        ("h_li", Arc::new(heights) as _),
        ("s_li", Arc::new(sigmas) as _),
        ("atl06_quality_summary", Arc::new(quality) as _),
    ];
    RecordBatch::try_from_iter(columns).expect("a batch")
}

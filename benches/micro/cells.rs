//! Positions along a track to cells.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use zagg::cell::{Convention, Hasher, geodetic_to_authalic};

use crate::SEGMENTS;

const ORDER: u8 = 12;

pub(crate) fn benchmark(c: &mut Criterion) {
    let n = SEGMENTS;
    let lat: Vec<f64> = (0..n).map(|i| -88.0 + i as f64 * 20.0 / 111_000.0).collect();
    let lon: Vec<f64> = (0..n).map(|i| (i as f64 * 0.01) % 360.0 - 180.0).collect();
    let mut out = vec![0; n];
    let mut group = c.benchmark_group("cells");
    group.throughput(Throughput::Elements(n as u64));
    for (name, convention) in [("authalic", Convention::Authalic), ("sphere", Convention::Sphere)] {
        let hasher = Hasher::new(ORDER, convention).expect("an order");
        group.bench_function(name, |b| {
            b.iter(|| hasher.cells(black_box(&lon), black_box(&lat), &mut out).expect("cells"));
        });
    }
    // The same positions as one would give them to the library alone, with and without our latitudes.
    let layer = cdshealpix::nested::get(ORDER);
    group.bench_function("authalic, cdshealpix alone", |b| {
        b.iter(|| {
            for ((out, lon), lat) in out.iter_mut().zip(black_box(&lon)).zip(black_box(&lat)) {
                *out = layer.hash(lon.to_radians(), geodetic_to_authalic(*lat).to_radians());
            }
        });
    });
    group.bench_function("sphere, cdshealpix alone", |b| {
        b.iter(|| {
            for ((out, lon), lat) in out.iter_mut().zip(black_box(&lon)).zip(black_box(&lat)) {
                *out = layer.hash(lon.to_radians(), lat.to_radians());
            }
        });
    });
    group.finish();
}

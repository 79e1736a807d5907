//! Chunks of one beam to Arrow arrays: inflate, unshuffle, fill to NULL.

use std::sync::Arc;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use zagg::hdf5::{BlockRequest, File, RawBlock, fetch_blocks};
use zagg_engine::synthetic::Synthetic;

use crate::{SEGMENTS, runtime};

pub(crate) fn benchmark(c: &mut Criterion) {
    let one = Synthetic {
        granules: 1,
        segments_per_beam: SEGMENTS,
        missing_beams: false,
        ..Synthetic::default()
    };
    let (name, bytes) = one.granule(0).expect("a granule");
    let mut group = c.benchmark_group("decode");
    // Doubles and floats are deflated, integers shuffled before that.
    for dataset in ["latitude", "h_li", "segment_id"] {
        let path = format!("/gt1l/land_ice_segments/{dataset}");
        let blocks = fetch(&name, &bytes, &path);
        let width = blocks[0].decode().expect("decoded").data_type().primitive_width().unwrap_or(1);
        group.throughput(Throughput::Bytes((SEGMENTS * width) as u64));
        group.bench_function(dataset, |b| {
            b.iter(|| {
                blocks.iter().map(|block| block.decode().expect("decoded").len()).sum::<usize>()
            });
        });
        by_libhdf5(&mut group, &bytes, &path);
    }
    group.finish();
}

/// All chunks of a dataset, as they are stored.
fn fetch(name: &str, bytes: &[u8], path: &str) -> Vec<RawBlock> {
    runtime().block_on(async {
        let store = Arc::new(object_store::memory::InMemory::new());
        let location = object_store::path::Path::from(name);
        object_store::ObjectStoreExt::put(&*store, &location, bytes.to_vec().into())
            .await
            .expect("stored");
        let file = File::open(store, location).await.expect("opened");
        let found = file.locate(&[path]).await.expect("located").remove(0).expect("there");
        let wanted: Vec<BlockRequest<'_>> = (0..found.blocks())
            .map(|block| BlockRequest { dataset: &found, block, column: None })
            .collect();
        fetch_blocks(&wanted).await.expect("fetched")
    })
}

/// The same dataset by libhdf5, from a file in the page cache and without its cache of decoded chunks.
#[cfg(feature = "hdf5")]
fn by_libhdf5(group: &mut BenchmarkGroup<'_, WallTime>, bytes: &[u8], path: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let granule = folder.path().join("granule.h5");
    std::fs::write(&granule, bytes).expect("written");
    let file = hdf5_metno::File::with_options()
        .with_fapl(|properties| properties.chunk_cache(1, 0, 1.0))
        .open(&granule)
        .expect("opened");
    let dataset = file.dataset(path).expect("there");
    let name = path.rsplit('/').next().unwrap_or(path);
    let width = dataset.dtype().expect("a type").size();
    group.bench_function(format!("{name}, libhdf5"), |b| match (name, width) {
        (_, 8) => b.iter(|| dataset.read_raw::<f64>().expect("read").len()),
        ("segment_id", _) => b.iter(|| dataset.read_raw::<i32>().expect("read").len()),
        _ => b.iter(|| dataset.read_raw::<f32>().expect("read").len()),
    });
}

#[cfg(not(feature = "hdf5"))]
fn by_libhdf5(_: &mut BenchmarkGroup<'_, WallTime>, _: &[u8], _: &str) {}

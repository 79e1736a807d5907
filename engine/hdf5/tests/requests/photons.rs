//! A slice of photons out of a beam of millions.

use std::path::Path;

use hdf5_metno::file::LibraryVersion;
use hdf5_metno::{File, H5Type};

use super::{Counted, fetch};
use crate::support::counting::Count;
use crate::support::{block_on, data_folder};
use crate::written::Style;
use crate::written::build::{chunked, fill, scrambled};

/// Photons of the beam that is read; `ZAGG_PHOTONS` asks for another number.
const PHOTONS: usize = 2_000_000;

/// Photons of the other beams, whose metadata is there all the same.
const OTHERS: usize = 20_000;

const SLICE: u64 = 100_000;
const COLUMNS: [&str; 3] = ["lat_ph", "lon_ph", "h_ph"];

fn photons() -> usize {
    let asked = std::env::var("ZAGG_PHOTONS").ok().and_then(|asked| asked.parse().ok());
    asked.unwrap_or(PHOTONS)
}

fn column<T: H5Type>(file: &File, path: &str, values: &[T]) {
    let dataset = chunked(file, path, values.len().., [10_000]);
    fill(&dataset.create::<T>(|it| it.shuffle().deflate(1)), values);
}

/// Positions along a track with the scatter that photons have.
fn track(count: usize, start: f64, step: f64) -> Vec<f64> {
    let noise = |at| {
        let mixed = (scrambled(at) ^ scrambled(at) >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    (0..count).map(|at| start + step * (at as f64 + 3.0 * noise(at))).collect()
}

fn write(file: &File, photons: usize) {
    for (number, beam) in ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"].into_iter().enumerate() {
        let count = if number == 2 { photons } else { OTHERS };
        let path = |name: &str| format!("{beam}/heights/{name}");
        let heights: Vec<f32> = track(count, 100.0, 1e-3).iter().map(|&it| it as f32).collect();
        let confidence: Vec<i8> = (0..count * 5).map(|at| (scrambled(at) % 5) as i8).collect();
        column(file, &path("delta_time"), &track(count, 5e7, 1e-4 / 7.0));
        column(file, &path("h_ph"), &heights);
        column(file, &path("lat_ph"), &track(count, -70.0, 1e-7));
        column(file, &path("lon_ph"), &track(count, 30.0, 1e-7));
        let path = path("signal_conf_ph");
        let dataset = chunked(file, &path, (count.., 5), [10_000, 5]);
        let dataset = dataset.create::<i8>(|it| it.shuffle().deflate(1));
        dataset.write_raw(&confidence).unwrap();
        for name in ["ph_index_beg", "segment_id", "segment_ph_cnt", "reference_photon_lat"] {
            let values: Vec<i64> = (0..count as i64 / 100).collect();
            column(file, &format!("{beam}/geolocation/{name}"), &values);
        }
    }
}

/// Finds the columns and the places of the chunks of a slice, and fetches it.
fn slice(path: &Path, beam: &str, first: u64) -> Count {
    block_on(async {
        let counted = Counted::open_path(path).await;
        let paths = COLUMNS.map(|name| format!("{beam}/heights/{name}"));
        let datasets = counted.locate(&paths).await;
        let locate = counted.store.take();
        let rows = first..(first + SLICE).min(datasets[0].rows());
        let parts: Vec<_> = datasets.iter().map(|dataset| (dataset, rows.clone())).collect();
        counted.file.load_chunk_indexes(&parts).await.unwrap();
        let index = counted.store.take();
        let blocks = fetch(&datasets, rows).await;
        let read = counted.store.take();
        let stored: usize = blocks.iter().map(|block| block.stored_bytes()).sum();
        for block in &blocks {
            block.decode().unwrap();
        }
        for (step, count) in [("locate", locate), ("index", index), ("fetch", read)] {
            let Count { requests, bytes, rounds } = count;
            println!("  {step:<7} {requests:>3} requests {bytes:>9} bytes {rounds:>2} rounds");
        }
        println!("  {} blocks of {stored} stored bytes", blocks.len());
        Count {
            requests: locate.requests + index.requests + read.requests,
            bytes: locate.bytes + index.bytes + read.bytes,
            rounds: locate.rounds + index.rounds + read.rounds,
        }
    })
}

#[test]
fn a_slice_of_photons_costs_few_requests() {
    let photons = photons();
    for (name, low) in
        [("earliest format", LibraryVersion::Earliest), ("1.14 format", LibraryVersion::V114)]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("photons.h5");
        write(&Style { low, ..Style::default() }.create(&path), photons);
        println!("{name}, {photons} photons:");
        let count = slice(&path, "gt2l", photons as u64 / 2 + 4321);
        assert!(count.requests <= 20 && count.bytes <= 4_000_000, "{name}: {count:?}");
    }
}

#[test]
fn all_photons_of_a_real_subset() {
    let Some(folder) = data_folder() else { return };
    let name = "ATL03_gt1l.h5";
    println!("{name}:");
    let count = slice(&folder.join(name), "gt1l", 0);
    assert!(count.requests <= 20 && count.bytes <= 4_000_000, "{name}: {count:?}");
}

//! Datasets and their chunk indexes: all of each, and a part.
#![no_main]

use futures::executor::block_on;
use libfuzzer_sys::fuzz_target;
use zagg_hdf5_fuzz::{find, locate, open};

fuzz_target!(|bytes: &[u8]| {
    let Some(file) = open(bytes) else { return };
    let found = find(&file);
    let paths: Vec<&str> = found.datasets.iter().map(String::as_str).collect();
    let _ = block_on(file.locate(&paths));
    for dataset in locate(&file, &found.datasets) {
        let _ = (dataset.null_value(), dataset.storage_summary(), dataset.chunk_shape().is_some());
        // A part first: what is loaded already is not read again.
        let rows = dataset.rows();
        let part = rows / 3..rows - rows / 3;
        for rows in [part, 0..rows] {
            let _ = block_on(file.load_chunk_indexes(&[(&dataset, rows)]));
        }
        for block in [0, dataset.blocks() / 2, dataset.blocks().saturating_sub(1)] {
            for range in dataset.stored_ranges(block).into_iter().flatten() {
                assert!(range.start <= range.end && range.end <= file.size());
            }
        }
    }
});

//! Any pipeline over any chunk bytes, into any type.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zagg_hdf5_fuzz::{Chunk, locate, open, read};

fuzz_target!(|chunk: Chunk| {
    let Some(file) = open(&chunk.file()) else { panic!("the file around a chunk is valid") };
    for dataset in locate(&file, &["/x".to_owned()]) {
        read(&dataset, 0, None);
        if let [_, columns] = *dataset.shape() {
            read(&dataset, 0, Some(columns / 2));
        }
    }
});

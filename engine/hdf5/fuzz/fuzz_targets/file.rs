//! Superblock, groups, links and attributes, over all of the tree.
#![no_main]

use futures::executor::block_on;
use libfuzzer_sys::fuzz_target;
use zagg_hdf5_fuzz::{find, open};

fuzz_target!(|bytes: &[u8]| {
    let Some(file) = open(bytes) else { return };
    let found = find(&file);
    for path in found.groups.iter().chain(&found.datasets).chain(&found.others) {
        let _ = block_on(file.attributes(path));
    }
});

//! Everything: the first and last blocks of all datasets, by rows and by column.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zagg_hdf5_fuzz::{find, locate, open, read};

fuzz_target!(|bytes: &[u8]| {
    let Some(file) = open(bytes) else { return };
    for dataset in locate(&file, &find(&file).datasets) {
        let last = dataset.blocks().saturating_sub(1);
        read(&dataset, 0, None);
        if last > 0 {
            read(&dataset, last, None);
        }
        if let [_, columns] = *dataset.shape() {
            read(&dataset, last / 2, columns.checked_sub(1));
        }
    }
});

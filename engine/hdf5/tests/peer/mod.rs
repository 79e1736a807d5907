//! Every numeric dataset, byte for byte as a reader of other authors reads it that is not libhdf5
//! either. What it does not read is printed, and no failure.

use std::path::Path;

use hdf5_reader::{Datatype, Hdf5File};

use crate::support::{block_on, data_folder, dataset_paths, files_of, flatten, open, read};
use crate::written;

#[derive(Debug, Default)]
struct Tally {
    equal: usize,
    elements: usize,
    /// What the other reader does not read, by its own words.
    unread: Vec<String>,
}

fn compare(path: &Path) -> Tally {
    let mut tally = Tally::default();
    let theirs = match Hdf5File::open(path) {
        Ok(file) => file,
        Err(error) => {
            tally.unread.push(format!("the file: {error}"));
            return tally;
        }
    };
    block_on(async {
        let file = open(path).await.unwrap();
        for path in dataset_paths(&file).await.unwrap() {
            let located = file.locate(&[&path]).await.unwrap();
            let dataset = located[0].as_ref().unwrap();
            let Ok(blocks) = read(dataset, None).await else { continue };
            let peer = match theirs.dataset(&path) {
                Ok(peer) => peer,
                Err(error) => {
                    tally.unread.push(format!("{path}: {error}"));
                    continue;
                }
            };
            let numeric = matches!(
                peer.dtype(),
                Datatype::FixedPoint { .. } | Datatype::FloatingPoint { .. }
            );
            if !numeric {
                continue;
            }
            match peer.read_native_bytes() {
                Ok(expected) => {
                    let (bytes, nulls) = flatten(&blocks);
                    let summary = dataset.storage_summary();
                    assert!(bytes == expected, "{path} ({summary}) differs from the other reader");
                    tally.equal += 1;
                    tally.elements += nulls.len();
                }
                Err(error) => tally.unread.push(format!("{path}: {error}")),
            }
        }
    });
    tally
}

fn report(name: &str, tally: &Tally) {
    let Tally { equal, elements, unread } = tally;
    println!("{name}: {equal} datasets equal, {elements} elements; {} not read", unread.len());
    for what in unread {
        println!("  {what}");
    }
}

#[test]
fn written_files() {
    let mut equal = 0;
    for style in written::styles() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("written.h5");
        written::write_all_kinds(&style, &path);
        let tally = compare(&path);
        report(style.name, &tally);
        equal += tally.equal;
    }
    assert!(equal > 1000, "too little to compare: {equal}");
}

#[test]
fn real_files() {
    let Some(folder) = data_folder() else { return };
    for path in files_of(&folder) {
        let tally = compare(&path);
        report(&path.file_name().unwrap().to_string_lossy(), &tally);
        assert!(tally.equal > 0);
    }
}

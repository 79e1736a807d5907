//! Locating the columns of a granule.

use std::path::Path;

use super::{Counted, fetch, granule};
use crate::support::counting::Count;
use crate::support::{block_on, data_folder};

/// What is asked of a file of one kind, at most.
#[derive(Debug, Clone, Copy)]
struct Limits {
    requests: u64,
    bytes: u64,
    rounds: u64,
}

/// Metadata in pages of its own.
const PAGED: Limits = Limits { requests: 3, bytes: 1_500_000, rounds: 3 };

/// In this file the thirty columns are spread over 1.85 MB of metadata: whoever knew all places in
/// advance would still need 1,514,727 bytes for three requests.
const SPREAD: Limits = Limits { requests: 3, bytes: 1_950_000, rounds: 3 };

/// Metadata among the data.
const SCATTERED: Limits = Limits { requests: 120, bytes: 2_500_000, rounds: 10 };

#[derive(Debug)]
struct Costs {
    locate: Count,
    index: Count,
    read: Count,
}

/// Finds thirty columns, the places of all their chunks, and reads them.
fn costs(path: &Path) -> Costs {
    block_on(async {
        let counted = Counted::open_path(path).await;
        let datasets = counted.locate(&granule::columns()).await;
        assert_eq!(datasets.len(), 30, "{}", path.display());
        let locate = counted.store.take();
        let all: Vec<_> = datasets.iter().map(|dataset| (dataset, 0..dataset.rows())).collect();
        counted.file.load_chunk_indexes(&all).await.unwrap();
        let index = counted.store.take();
        counted.file.forget_metadata();
        for block in fetch(&datasets, 0..u64::MAX).await {
            block.decode().unwrap();
        }
        Costs { locate, index, read: counted.store.take() }
    })
}

fn check(path: &Path, name: &str, limits: Limits) {
    let costs = costs(path);
    let Costs { locate, index, read } = costs;
    println!("{name}\n  locate {locate:?}\n  index {index:?}\n  read {read:?}");
    assert!(locate.requests <= limits.requests, "{name}: {locate:?} of {limits:?}");
    assert!(locate.bytes <= limits.bytes, "{name}: {locate:?} of {limits:?}");
    assert!(locate.rounds <= limits.rounds, "{name}: {locate:?} of {limits:?}");
}

#[test]
fn thirty_columns_of_written_granules() {
    for (name, style, limits) in granule::styles(PAGED, SCATTERED) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("granule.h5");
        granule::write(&style.create(&path), 20_000);
        check(&path, name, limits);
    }
}

#[test]
fn thirty_columns_of_real_granules() {
    let Some(folder) = data_folder() else { return };
    for (name, limits) in [
        ("DERIVED_ATL06_20190101003047_00540212.multichunk.paged8MiB.h5", PAGED),
        ("DERIVED_ATL06_20230816161508_08782002_006_02.paged8MiB.h5", SPREAD),
        ("DERIVED_ATL06_20190101003047_00540212.multichunk.h5", SCATTERED),
        ("ATL06_20230816161508_08782002_006_02.h5", SCATTERED),
        ("processed_ATL06_20190222155947_08580212_001_01.h5", SCATTERED),
    ] {
        check(&folder.join(name), name, limits);
    }
}

//! How many requests and bytes it takes to locate the columns of a granule.

use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use zagg_hdf5::{BlockRequest, File, fetch_blocks};

use crate::support::counting::{Count, Counting};
use crate::support::{block_on, data_folder};

const BEAMS: [&str; 6] = ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"];
const COLUMNS: [&str; 5] = ["latitude", "longitude", "h_li", "h_li_sigma", "atl06_quality_summary"];

/// Thirty columns: five of each of six beams.
fn columns() -> Vec<String> {
    let group = |beam| COLUMNS.map(|column| format!("/{beam}/land_ice_segments/{column}"));
    BEAMS.into_iter().flat_map(group).collect()
}

struct Costs {
    locate: Count,
    index: Count,
    read: Count,
    located: usize,
}

fn costs(path: &Path, columns: &[String]) -> Costs {
    block_on(async {
        let memory = InMemory::new();
        memory.put(&"file.h5".into(), std::fs::read(path).unwrap().into()).await.unwrap();
        let store = Arc::new(Counting::new(memory));
        let file = File::open(store.clone(), "file.h5".into()).await.unwrap();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let located = file.locate(&columns).await.unwrap();
        let locate = store.take();
        let found: Vec<_> = located.iter().flatten().collect();
        let all: Vec<_> = found.iter().map(|&dataset| (dataset, 0..dataset.rows())).collect();
        file.load_chunk_indexes(&all).await.unwrap();
        let index = store.take();
        file.forget_metadata();
        let requests: Vec<_> = found
            .iter()
            .flat_map(|&dataset| {
                let blocks = 0..dataset.blocks();
                blocks.map(move |block| BlockRequest { dataset, block, column: None })
            })
            .collect();
        for block in fetch_blocks(&requests).await.unwrap() {
            block.decode().unwrap();
        }
        Costs { locate, index, read: store.take(), located: found.len() }
    })
}

#[test]
fn locating_thirty_columns_costs_few_requests() {
    let Some(folder) = data_folder() else { return };
    for name in [
        "DERIVED_ATL06_20190101003047_00540212.multichunk.paged8MiB.h5",
        "DERIVED_ATL06_20230816161508_08782002_006_02.paged8MiB.h5",
        "DERIVED_ATL06_20190101003047_00540212.multichunk.h5",
        "ATL06_20230816161508_08782002_006_02.h5",
        "processed_ATL06_20190222155947_08580212_001_01.h5",
    ] {
        let Costs { locate, index, read, located } = costs(&folder.join(name), &columns());
        println!(
            "{name}: {located} columns\n  locate {locate:?}\n  index {index:?}\n  read {read:?}"
        );
        assert_eq!(located, 30, "{name}");
        let both = (locate.requests + index.requests, locate.bytes + index.bytes);
        if name.contains("paged8MiB") {
            assert!(locate.requests <= 3 && locate.bytes <= 2_200_000, "{name}: {locate:?}");
            assert!(both.0 <= 3 && both.1 <= 2_200_000, "{name}: {both:?}");
        } else {
            assert!(locate.requests <= 120 && locate.bytes <= 2_500_000, "{name}: {locate:?}");
            assert!(locate.rounds <= 10, "{name}: {locate:?}");
        }
    }
}

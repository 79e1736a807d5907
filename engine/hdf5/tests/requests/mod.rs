//! How many requests, bytes and rounds reading takes.

mod failing;
mod granule;
mod held;
mod locating;
mod photons;

use std::path::Path;
use std::sync::Arc;

use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use zagg_hdf5::{BlockRequest, Dataset, File, RawBlock, fetch_blocks};

use crate::support::counting::Counting;

/// A file whose store counts.
struct Counted {
    store: Arc<Counting<InMemory>>,
    file: File,
}

impl Counted {
    async fn open(bytes: Vec<u8>) -> Self {
        let memory = InMemory::new();
        memory.put(&"file.h5".into(), bytes.into()).await.unwrap();
        let store = Arc::new(Counting::new(memory));
        let file = File::open(store.clone(), "file.h5".into()).await.unwrap();
        Self { store, file }
    }

    async fn open_path(path: &Path) -> Self {
        Self::open(std::fs::read(path).unwrap()).await
    }

    async fn locate(&self, paths: &[String]) -> Vec<Dataset> {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        self.file.locate(&paths).await.unwrap().into_iter().flatten().collect()
    }
}

/// The blocks of some rows of several datasets.
async fn fetch(datasets: &[Dataset], rows: std::ops::Range<u64>) -> Vec<RawBlock> {
    let requests: Vec<_> = datasets
        .iter()
        .flat_map(|dataset| {
            let blocks = dataset.blocks_of(&rows);
            blocks.map(move |block| BlockRequest { dataset, block, column: None })
        })
        .collect();
    fetch_blocks(&requests).await.unwrap()
}

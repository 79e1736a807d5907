//! What the targets share: opening bytes as a file, finding everything in it, and reading it.

mod build;
mod limit;

use std::sync::Arc;

use futures::executor::block_on;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use zagg_hdf5::{BlockRequest, Dataset, File, MemberKind, fetch_blocks};

pub use build::Chunk;

/// Groups that are listed: a damaged file may link a group into itself.
const MOST_GROUPS: usize = 48;

/// Objects that are looked at.
const MOST_OBJECTS: usize = 96;

/// Blocks that were never written have any size that the file says, and cost time and nothing else
/// that is worth finding.
const LARGEST_UNSTORED: u64 = 1 << 20;

/// The file with these bytes, if it opens.
pub fn open(bytes: &[u8]) -> Option<File> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let location = object_store::path::Path::from("fuzzed.h5");
    block_on(async {
        store.put(&location, bytes.to_vec().into()).await.ok()?;
        File::open(store, location).await.ok()
    })
}

/// What a walk over the groups found.
#[derive(Debug, Default)]
pub struct Found {
    pub groups: Vec<String>,
    pub datasets: Vec<String>,
    pub others: Vec<String>,
}

/// Lists the groups, from the root.
pub fn find(file: &File) -> Found {
    let mut found = Found::default();
    let mut waiting = vec![String::from("/")];
    while let Some(group) = waiting.pop() {
        found.groups.push(group.clone());
        let objects = found.datasets.len() + found.others.len();
        if found.groups.len() > MOST_GROUPS || objects > MOST_OBJECTS {
            break;
        }
        let Ok(Some(members)) = block_on(file.members(&group)) else { continue };
        for member in members.into_iter().take(MOST_OBJECTS) {
            let path = format!("{}/{}", group.trim_end_matches('/'), member.name);
            match member.kind {
                MemberKind::Group => waiting.push(path),
                MemberKind::Dataset => found.datasets.push(path),
                _ => found.others.push(path),
            }
        }
    }
    found
}

/// The datasets at these paths, each located for itself, as one fault fails a whole call.
pub fn locate(file: &File, paths: &[String]) -> Vec<Dataset> {
    let located = paths.iter().filter_map(|path| block_on(file.locate(&[path])).ok());
    located.flatten().flatten().collect()
}

/// Reads one block and checks what every block must be.
pub fn read(dataset: &Dataset, block: u64, column: Option<u64>) {
    let rows = dataset.rows_of_block(block);
    let rows = rows.end - rows.start;
    let Ok(block_type) = dataset.block_type(column) else { return };
    let columns = if column.is_some() { 1 } else { dataset.shape().get(1).copied().unwrap_or(1) };
    let elements = rows.saturating_mul(columns);
    let Ok(raw) = block_on(fetch_blocks(&[BlockRequest { dataset, block, column }])) else {
        return;
    };
    for block in raw {
        if block.stored_bytes() == 0 && elements > LARGEST_UNSTORED {
            continue;
        }
        if let Ok(array) = block.decode() {
            assert_eq!(array.len() as u64, rows);
            assert_eq!(array.data_type(), &block_type);
            array.to_data().validate_full().expect("a valid array");
        }
    }
}

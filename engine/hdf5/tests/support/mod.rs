//! What the tests share: opening files, walking all of a file, and reading whole datasets.

pub(crate) mod counting;
pub(crate) mod oracle;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayData, ArrayRef};
use arrow::datatypes::DataType;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use zagg_hdf5::{BlockRequest, Dataset, File, MemberKind, Result, fetch_blocks};

/// Runs a future to its end.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}

/// The folder of real granules, if it is there.
pub(crate) fn data_folder() -> Option<PathBuf> {
    let folder = match std::env::var_os("ZAGG_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let folder = folder.join("h5");
    if !folder.is_dir() {
        println!("skipped: no folder of real granules (set ZAGG_DATA)");
        return None;
    }
    Some(folder)
}

/// The HDF5 files of a folder, by name.
pub(crate) fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "h5"));
    files.sort();
    files
}

/// A file on disk.
pub(crate) async fn open(path: &Path) -> Result<File> {
    let (folder, name) = (path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap());
    let store = Arc::new(LocalFileSystem::new_with_prefix(folder).unwrap());
    File::open(store, name.into()).await
}

/// A file in memory.
pub(crate) async fn open_bytes(bytes: Vec<u8>) -> Result<File> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    store.put(&"bytes.h5".into(), bytes.into()).await.unwrap();
    File::open(store, "bytes.h5".into()).await
}

/// The paths of all datasets below the root, found with the reader itself.
pub(crate) async fn dataset_paths(file: &File) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut groups = vec![String::new()];
    // Damaged files may link a group into itself.
    while let Some(group) = groups.pop().filter(|_| paths.len() < 5000) {
        for member in file.members(&group).await?.unwrap_or_default() {
            let path = format!("{group}/{}", member.name);
            match member.kind {
                MemberKind::Dataset => paths.push(path),
                MemberKind::Group if group.matches('/').count() < 12 => groups.push(path),
                _ => {}
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// All blocks of a dataset.
pub(crate) async fn read(dataset: &Dataset, column: Option<u64>) -> Result<Vec<ArrayRef>> {
    let blocks = 0..dataset.blocks();
    let requests: Vec<_> = blocks.map(|block| BlockRequest { dataset, block, column }).collect();
    let raw = fetch_blocks(&requests).await?;
    raw.iter().map(|block| block.decode()).collect()
}

/// The bytes of all elements, null ones too, in this machine's order, and the places of nulls.
pub(crate) fn flatten(blocks: &[ArrayRef]) -> (Vec<u8>, Vec<bool>) {
    let mut bytes = Vec::new();
    let mut nulls = Vec::new();
    for block in blocks {
        let data = elements(&block.to_data());
        let width = match data.data_type() {
            DataType::FixedSizeBinary(width) => *width as usize,
            other => other.primitive_width().unwrap(),
        };
        assert_eq!(data.offset(), 0);
        bytes.extend_from_slice(&data.buffers()[0][..data.len() * width]);
        assert!(data.nulls().is_none_or(|nulls| nulls.null_count() > 0), "a needless buffer");
        nulls.extend((0..data.len()).map(|at| data.is_null(at)));
    }
    (bytes, nulls)
}

fn elements(data: &ArrayData) -> ArrayData {
    match data.data_type() {
        DataType::FixedSizeList(..) => data.child_data()[0].clone(),
        _ => data.clone(),
    }
}

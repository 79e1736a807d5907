//! Datasets read by a description of them, without their file's metadata.

use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use zagg_hdf5::write::{Data, FileBuilder};
use zagg_hdf5::{
    Dataset, DatasetLayout, DatasetParts, Error, File, FileVersion, KnownFile, describe,
};

use crate::support::counting::Counting;
use crate::support::{block_on, data_folder, dataset_paths, files_of, flatten, open_bytes, read};
use crate::written::{styles, write_all_kinds};

type Store = Arc<Counting<InMemory>>;

async fn store_of(bytes: Vec<u8>) -> Store {
    let store = Arc::new(Counting::new(InMemory::new()));
    store.put(&"g.h5".into(), bytes.into()).await.unwrap();
    store
}

fn known(store: &Store, version: &FileVersion) -> KnownFile {
    KnownFile::new(Arc::clone(store) as Arc<dyn ObjectStore>, "g.h5".into(), version.clone())
}

/// Reads every dataset of a file both ways. The result is the number of datasets.
async fn compare(bytes: Vec<u8>, name: &str) -> usize {
    let store = store_of(bytes).await;
    let file = File::open(Arc::clone(&store) as _, "g.h5".into()).await.unwrap();
    let paths = dataset_paths(&file).await.unwrap();
    let names: Vec<&str> = paths.iter().map(String::as_str).collect();
    let located: Vec<Dataset> = file.locate(&names).await.unwrap().into_iter().flatten().collect();
    file.forget_metadata();
    let mut compared = 0;
    for dataset in located {
        let parts = match describe(&[&dataset]).await {
            Ok(mut parts) => parts.remove(0),
            Err(error) => {
                assert!(error.is_unsupported(), "{name}: {error}");
                continue;
            }
        };
        let again = known(&store, file.version()).dataset(parts.clone()).unwrap();
        assert_eq!(describe(&[&again]).await.unwrap(), [parts], "{name}{}", dataset.path());
        assert_eq!(again.block_type(None).unwrap(), dataset.block_type(None).unwrap());
        // As text: one may be NaN.
        assert_eq!(format!("{:?}", again.null_value()), format!("{:?}", dataset.null_value()));
        let expected = flatten(&read(&dataset, None).await.unwrap());
        store.take();
        let found = flatten(&read(&again, None).await.unwrap());
        assert!(found == expected, "{name}{} differs", dataset.path());
        let ranges = (0..again.blocks()).flat_map(|block| again.stored_ranges(block).unwrap());
        let stored: u64 = ranges.map(|range| range.end - range.start).sum();
        assert!(store.take().bytes >= stored, "{name}");
        compared += 1;
    }
    compared
}

#[test]
fn every_kind_of_dataset_is_read_the_same() {
    for style in styles() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("written.h5");
        write_all_kinds(&style, &path);
        let compared = block_on(compare(std::fs::read(&path).unwrap(), style.name));
        assert!(compared > 40, "{}: {compared}", style.name);
    }
}

#[test]
fn datasets_of_real_granules_are_read_the_same() {
    let Some(folder) = data_folder() else { return };
    for path in files_of(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        if bytes.len() > 40 << 20 {
            continue;
        }
        let compared = block_on(compare(bytes, &path.display().to_string()));
        assert!(compared > 0, "{}", path.display());
    }
}

/// A file with one dataset of two by three chunks.
fn small() -> Vec<u8> {
    let mut file = FileBuilder::new();
    let values: Vec<f32> = (0..200).map(|value| value as f32).collect();
    let data = file.dataset("/g/h", Data::F32(&values)).unwrap();
    data.chunk(60).shuffle(true).deflate(4).fill(f32::MAX).attribute("units", "meters");
    file.finish().unwrap()
}

async fn described(bytes: Vec<u8>) -> (DatasetParts, FileVersion) {
    let file = open_bytes(bytes).await.unwrap();
    let dataset = file.locate(&["/g/h"]).await.unwrap().remove(0).unwrap();
    (describe(&[&dataset]).await.unwrap().remove(0), file.version().clone())
}

#[test]
fn a_description_says_what_there_is() {
    block_on(async {
        let (parts, _) = described(small()).await;
        assert_eq!((parts.path.as_str(), parts.dtype.as_str()), ("/g/h", "<f4"));
        assert_eq!((parts.shape.as_slice(), parts.fill.clone()), (&[200][..], parts.null.clone()));
        assert_eq!(parts.filters, ["shuffle(4)", "deflate"]);
        let DatasetLayout::Chunked { shape, chunks, raw_edges } = parts.layout else { panic!() };
        assert_eq!((shape.as_slice(), raw_edges), (&[60][..], false));
        assert_eq!(chunks.iter().map(|chunk| chunk.row).collect::<Vec<_>>(), [0, 60, 120, 180]);
    });
}

/// A part of the error that a damage must give, and how it is done.
type Damage = (&'static str, Box<dyn Fn(&mut DatasetParts)>);

/// Ways of being wrong.
fn wrong() -> Vec<Damage> {
    fn case(text: &'static str, change: impl Fn(&mut DatasetParts) + 'static) -> Damage {
        (text, Box::new(change))
    }
    fn chunks(parts: &mut DatasetParts) -> &mut Vec<zagg_hdf5::ChunkPlace> {
        let DatasetLayout::Chunked { chunks, .. } = &mut parts.layout else { panic!() };
        chunks
    }
    fn chunk_shape(parts: &mut DatasetParts) -> &mut Vec<u64> {
        let DatasetLayout::Chunked { shape, .. } = &mut parts.layout else { panic!() };
        shape
    }
    vec![
        case("`<f5`", |parts| parts.dtype = "<f5".into()),
        case("a fill value of type <f8", |parts| parts.dtype = "<f8".into()),
        case("`lzf`", |parts| parts.filters.push("lzf".into())),
        case("40 filters", |parts| parts.filters = vec!["deflate".into(); 40]),
        case("40 dimensions", |parts| parts.shape = vec![1; 40]),
        case("countable", |parts| parts.shape = vec![u64::MAX, u64::MAX]),
        case("chunks of", |parts| parts.shape = vec![200, 3]),
        case("chunks of", |parts| parts.shape = vec![]),
        case("one at row 60", |parts| parts.shape = vec![60]),
        case("chunks of", |parts| *chunk_shape(parts) = vec![0]),
        case("at most", |parts| *chunk_shape(parts) = vec![1 << 40]),
        case("one at row 60", |parts| *chunk_shape(parts) = vec![50]),
        case("3 places", |parts| chunks(parts)[1].row = 0),
        case("one at row 7", |parts| chunks(parts)[0].row = 7),
        case("row 240", |parts| chunks(parts)[0].row = 240),
        case("column 60", |parts| chunks(parts)[0].column = 60),
        case("past the end", |parts| chunks(parts)[0].offset = 1 << 40),
        case("past the end", |parts| chunks(parts)[0].offset = u64::MAX),
        case("past the end", |parts| chunks(parts)[0].size = u64::MAX),
        case("past the end", |parts| parts.layout = DatasetLayout::Contiguous(Some(1 << 30))),
        case("compact data", |parts| parts.layout = DatasetLayout::Compact(vec![0; 8])),
    ]
}

#[test]
fn a_description_that_cannot_be_is_refused() {
    block_on(async {
        let (parts, version) = described(small()).await;
        let store = store_of(small()).await;
        for (text, change) in wrong() {
            let mut parts = parts.clone();
            change(&mut parts);
            let error = known(&store, &version).dataset(parts).unwrap_err();
            assert!(matches!(error, Error::InvalidRequest { .. }), "{error:?}");
            let told = error.to_string();
            assert!(told.starts_with("g.h5: /g/h: given layout: "), "{told}");
            assert!(told.contains(text), "{text}: {told}");
        }
        assert_eq!(store.take().requests, 0);
    });
}

#[test]
fn another_version_of_the_file_is_refused() {
    block_on(async {
        let store = store_of(small()).await;
        let file = File::open(Arc::clone(&store) as _, "g.h5".into()).await.unwrap();
        let dataset = file.locate(&["/g/h"]).await.unwrap().remove(0).unwrap();
        let parts = describe(&[&dataset]).await.unwrap().remove(0);
        let same = known(&store, file.version());
        store.take();
        same.confirm().await.unwrap();
        same.confirm().await.unwrap();
        assert_eq!(store.take().requests, 1, "asked once");
        let read_first = known(&store, file.version());
        read(&read_first.dataset(parts.clone()).unwrap(), None).await.unwrap();
        store.take();
        read_first.confirm().await.unwrap();
        assert_eq!(store.take().requests, 0, "told by the data");

        // The same bytes, and yet another version: its tag is new.
        store.put(&"g.h5".into(), small().into()).await.unwrap();
        let stale = known(&store, file.version());
        let error = read(&stale.dataset(parts).unwrap(), None).await.unwrap_err();
        assert!(matches!(error, Error::Changed { .. }), "{error}");
        assert!(matches!(stale.confirm().await.unwrap_err(), Error::Changed { .. }));
    });
}

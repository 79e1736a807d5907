//! What is not read is refused by name, when it is read, and leaves its neighbours readable.

use hdf5_metno::file::LibraryVersion;
use hdf5_metno::filters::ScaleOffset;
use hdf5_metno::types::{TypeDescriptor, VarLenUnicode};

use super::build::{Style, chunked, fill, smooth};
use super::styles;
use crate::support::{block_on, open, open_bytes, read};

#[test]
fn unknown_filters_layouts_and_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("refused.h5");
    let file = styles()[0].create(&path);
    let values = smooth(100);
    let scaled = chunked(&file, "scaled", 100, [50])
        .create::<i32>(|it| it.scale_offset(ScaleOffset::Integer(0)));
    fill(&scaled, &values);
    let packed = chunked(&file, "packed", 100, [50]).create::<i32>(|it| it.nbit());
    fill(&packed, &values);
    let external = folder.path().join("elsewhere.bin");
    let outside = file.new_dataset::<i32>().external(external.to_str().unwrap(), 0, 400);
    fill(&outside.shape(100).create("outside").unwrap(), &values);
    file.new_dataset::<VarLenUnicode>().shape(3).create("text").unwrap();
    let array = TypeDescriptor::FixedArray(Box::new(TypeDescriptor::Boolean), 3);
    file.new_dataset_builder().empty_as(array).shape(3).create("arrays").unwrap();
    file.new_dataset::<i32>().shape((2, 3, 4)).create("cube").unwrap();
    fill(&file.new_dataset::<i32>().shape(100).create("plain").unwrap(), &values);
    drop((scaled, packed, file));
    block_on(async {
        let file = open(&path).await.unwrap();
        let expected = [
            ("/scaled", "scale-offset"),
            ("/packed", "n-bit"),
            ("/outside", "external files"),
            ("/text", "variable-length text"),
            ("/arrays", "array datatype"),
            ("/cube", "3 dimensions"),
        ];
        let mut paths: Vec<&str> = expected.iter().map(|(path, _)| *path).collect();
        paths.push("/plain");
        let located = file.locate(&paths).await.unwrap();
        for ((path, what), dataset) in expected.iter().zip(&located) {
            let error = read(dataset.as_ref().unwrap(), None).await.unwrap_err();
            let text = error.to_string();
            assert!(error.is_unsupported(), "{text}");
            assert!(
                text.contains(path) && text.contains(what) && text.contains("refused.h5"),
                "{text}"
            );
        }
        let plain = located.last().unwrap().as_ref().unwrap();
        assert_eq!(read(plain, None).await.unwrap()[0].len(), 100);
        let error = read(plain, Some(0)).await.unwrap_err().to_string();
        assert!(error.contains("column 0"), "{error}");
    });
}

#[test]
fn layouts_of_the_newest_library() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newest.h5");
    let newest = LibraryVersion::latest();
    let style = Style { low: newest, high: newest, ..Style::default() };
    let file = style.create(&path);
    let values = smooth(100);
    fill(&chunked(&file, "chunked", 100, [50]).create::<i32>(|it| it.deflate(1)), &values);
    fill(&file.new_dataset::<i32>().shape(100).create("plain").unwrap(), &values);
    drop(file);
    block_on(async {
        let file = open(&path).await.unwrap();
        let located = file.locate(&["/chunked", "/plain"]).await.unwrap();
        let outcomes = [
            read(located[0].as_ref().unwrap(), None).await,
            read(located[1].as_ref().unwrap(), None).await,
        ];
        for outcome in outcomes {
            match outcome {
                Ok(blocks) => {
                    assert_eq!(blocks.iter().map(|block| block.len()).sum::<usize>(), 100)
                }
                Err(error) => {
                    assert!(error.to_string().contains("data layout version 5"), "{error}")
                }
            }
        }
    });
}

#[test]
fn what_is_no_hdf5_file() {
    block_on(async {
        for bytes in [&b""[..], b"x", b"not an HDF5 file at all", &[0; 5000]] {
            let error = open_bytes(bytes.to_vec()).await.unwrap_err();
            assert!(matches!(error, zagg_hdf5::Error::NotHdf5 { .. }), "{error}");
            assert!(!error.is_retryable() && !error.is_not_found());
        }
        let folder = tempfile::tempdir().unwrap();
        let error = open(&folder.path().join("absent.h5")).await.unwrap_err();
        assert!(error.is_not_found() && !error.is_retryable(), "{error}");
    });
}

//! Comparing whole files with what libhdf5 reads of them.

use std::path::Path;

use hdf5_metno::types::TypeDescriptor;
use zagg_hdf5::{Dataset, Number};

use super::{build, structure, styles};
use crate::support::{block_on, dataset_paths, flatten, open, oracle, read};

/// Compares every numeric dataset, by rows and by column; the result is their paths.
pub(super) fn compare(path: &Path, name: &str) -> Vec<(String, Dataset)> {
    let theirs = hdf5_metno::File::open(path).unwrap();
    block_on(async {
        let file = open(path).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let paths = dataset_paths(&file).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let names: Vec<&str> = paths.iter().map(String::as_str).collect();
        let located = file.locate(&names).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut compared = Vec::new();
        for (path, dataset) in paths.iter().zip(located) {
            let dataset = dataset.unwrap_or_else(|| panic!("{name}{path} is not found"));
            let oracle = theirs.dataset(path).unwrap();
            let Some(expected) = oracle::bytes(&oracle) else { continue };
            let blocks =
                read(&dataset, None).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            let (bytes, nulls) = flatten(&blocks);
            assert!(bytes == expected, "{name}{path} ({}) differs", dataset.storage_summary());
            check_nulls(&dataset, &expected, &nulls, &format!("{name}{path}"));
            if let [_, columns] = *dataset.shape() {
                for column in 0..columns {
                    let (bytes, _) = flatten(&read(&dataset, Some(column)).await.unwrap());
                    let width = expected.len() / nulls.len();
                    let elements = expected.chunks_exact(width).skip(column as usize);
                    let expected: Vec<u8> =
                        elements.step_by(columns as usize).flatten().copied().collect();
                    assert!(bytes == expected, "{name}{path} column {column} differs");
                }
            }
            compared.push((path.clone(), dataset));
        }
        compared
    })
}

/// Null are the elements with the null value, and NaN.
fn check_nulls(dataset: &Dataset, bytes: &[u8], nulls: &[bool], name: &str) {
    use arrow::datatypes::DataType::{Float32, Float64};
    let datatype = dataset.arrow_type().unwrap();
    let width = bytes.len().checked_div(nulls.len()).unwrap_or(1).max(1);
    let null = dataset.null_value().map(|null| match (null, &datatype) {
        (Number::Float(value), Float32) => (value as f32).to_ne_bytes().to_vec(),
        (Number::Float(value), _) => value.to_ne_bytes().to_vec(),
        (Number::Int(value), _) => value.to_ne_bytes()[..width].to_vec(),
        (other, _) => panic!("{name}: {other:?}"),
    });
    for (element, &found) in bytes.chunks_exact(width).zip(nulls) {
        let nan = match datatype {
            Float32 => f32::from_ne_bytes(element.try_into().unwrap()).is_nan(),
            Float64 => f64::from_ne_bytes(element.try_into().unwrap()).is_nan(),
            _ => false,
        };
        assert_eq!(found, nan || null.as_deref() == Some(element), "{name}: {element:?}");
    }
}

#[test]
fn all_kinds_in_all_styles() {
    for style in styles() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("written.h5");
        super::write_all_kinds(&style, &path);
        let compared = compare(&path, style.name);
        let at_least = 8 + 10 + 5 + 8 + 15 + structure::MEMBERS;
        assert!(compared.len() >= at_least, "{}: only {}", style.name, compared.len());
        check_expectations(&compared, style.name);
    }
}

fn check_expectations(compared: &[(String, Dataset)], name: &str) {
    let dataset = |path: &str| {
        let found = compared.iter().find(|(known, _)| known == path);
        &found.unwrap_or_else(|| panic!("{name}: no {path}")).1
    };
    assert_eq!(dataset("/small/filtered").null_value(), Some(Number::Int(-1)));
    assert_eq!(dataset("/small/growing").null_value(), None);
    assert_eq!(dataset("/big_endian/i16").null_value(), Some(Number::Int(-7)));
    assert_eq!(dataset("/flat/scalar").rows(), 1);
    assert_eq!(dataset("/flat/never_written").null_value(), Some(Number::Float(-9999.0)));
    let larger = dataset("/chunks/larger_than_rows");
    assert_eq!((larger.block_rows(), larger.blocks(), larger.rows()), (5000, 1, 135));
    assert_eq!(dataset("/flat/long").blocks(), 2);
    assert!(dataset("/flat/wide").block_rows() >= 700);
    let all = dataset("/chunks/all_filters").storage_summary();
    assert!(all.ends_with("shuffle, deflate, fletcher32"), "{all}");
}

#[test]
fn fixed_length_text_is_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.h5");
    let file = styles()[0].create(&path);
    build::flat(&file);
    let theirs = file.dataset("flat/text").unwrap().dtype().unwrap().to_descriptor().unwrap();
    assert_eq!(theirs, TypeDescriptor::FixedAscii(6));
    drop(file);
    block_on(async {
        let file = open(&path).await.unwrap();
        let located = file.locate(&["/flat/text"]).await.unwrap();
        let (bytes, _) = flatten(&read(located[0].as_ref().unwrap(), None).await.unwrap());
        assert_eq!(bytes, b"one\0\0\0two\0\0\0three\0");
    });
}

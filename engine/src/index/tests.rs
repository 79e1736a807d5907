//! The file as a contract, and what becomes of it when it is damaged.

use bytes::Bytes;
use datafusion::parquet;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::printer::print_schema;
use zagg_hdf5::{Attribute, AttributeValue, ChunkPlace, DatasetLayout, DatasetParts, FileVersion};
use zagg_udfs::cell::Convention;

use super::*;
use crate::config::{Config, Grid};

fn grid() -> Grid {
    let convention = Convention::Authalic;
    Grid { parent_order: 6, child_order: 12, convention, chunk_inner: None, sharded: None }
}

fn parts(path: &str, layout: DatasetLayout) -> DatasetParts {
    let value = AttributeValue::Strings(vec!["meters".into()]);
    DatasetParts {
        path: path.into(),
        shape: vec![250],
        dtype: "<f4".into(),
        fill: Some(vec![255, 255, 127, 127]),
        null: None,
        filters: vec!["shuffle(4)".into(), "deflate".into()],
        layout,
        attributes: vec![Attribute { name: "units".into(), value }],
    }
}

/// A granule with datasets of every layout, and without one of its beams.
fn entry(id: &str) -> GranuleEntry {
    let chunk = |number: u64| ChunkPlace {
        row: 100 * number,
        column: 0,
        offset: 5000 + 70 * number,
        size: 70,
        mask: number as u32,
    };
    let chunked = DatasetLayout::Chunked {
        shape: vec![100],
        raw_edges: true,
        chunks: (0..3).map(chunk).collect(),
    };
    let found = BeamRows {
        rows: 250,
        run_order: 12,
        runs: vec![
            CellRun { start: 0, cell: Some(190_000_000) },
            CellRun { start: 99, cell: None },
            CellRun { start: 120, cell: Some(190_000_003) },
        ],
        datasets: vec![
            parts("/gt1l/h", chunked),
            parts("/gt1l/x", DatasetLayout::Contiguous(Some(300))),
            parts("/gt1l/y", DatasetLayout::Contiguous(None)),
            parts("/gt1l/z", DatasetLayout::Compact(vec![7; 1000])),
        ],
    };
    GranuleEntry {
        id: id.into(),
        version: FileVersion { size: 9000, e_tag: Some("\"e\"".into()), modified: None },
        beams: vec![
            BeamEntry { beam: "gt1l".into(), found: Some(found) },
            BeamEntry { beam: "gt1r".into(), found: None },
        ],
    }
}

fn file(entries: &[GranuleEntry]) -> Vec<u8> {
    let mut writer = IndexWriter::new(&grid()).unwrap();
    entries.iter().for_each(|entry| writer.push(entry.clone()).unwrap());
    writer.into_bytes().unwrap()
}

fn open(file: Vec<u8>) -> crate::error::Result<GranuleIndex> {
    GranuleIndex::from_bytes("dir/index.parquet", file.into())
}

fn refused(file: Vec<u8>) -> String {
    let told = open(file).unwrap_err().to_string();
    assert!(told.starts_with("granule index dir/index.parquet: "), "{told}");
    told
}

#[test]
fn entries_come_back_as_they_were() {
    let entries = [entry("a.h5"), entry("b.h5")];
    let index = open(file(&entries)).unwrap();
    assert_eq!((index.len(), index.name()), (2, "dir/index.parquet"));
    assert_eq!(index.info(), &IndexInfo::new(&grid()));
    for entry in entries {
        assert_eq!(index.entry(&entry.id).unwrap(), Some(entry));
    }
    assert_eq!(index.entry("c.h5").unwrap(), None);
    assert!(open(file(&[])).unwrap().is_empty());
    assert_eq!(file(&[entry("a.h5")]), file(&[entry("a.h5")]));
}

/// The file's own schema.
const MESSAGE: &str = include_str!("tests/schema.txt");

/// What stands in the file: other programs read it.
#[test]
fn columns_and_encodings_are_a_contract() {
    let reader = SerializedFileReader::new(Bytes::from(file(&[entry("a.h5")]))).unwrap();
    let group = reader.metadata().row_group(0);
    let mut message = Vec::new();
    print_schema(&mut message, reader.metadata().file_metadata().schema());
    assert_eq!(String::from_utf8(message).unwrap(), MESSAGE);
    let delta = |column: &&parquet::file::metadata::ColumnChunkMetaData| {
        column.encodings().any(|encoding| encoding == parquet::basic::Encoding::DELTA_BINARY_PACKED)
    };
    assert_eq!(group.columns().iter().filter(delta).count(), 6);
    let pairs = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let value = |key: &str| pairs.iter().find(|pair| pair.key == key).unwrap().value.clone();
    let info = value("zagg:index").unwrap();
    assert!(info.starts_with("{\"version\":1,\"software\":\"zagg-sql "), "{info}");
    let grid = ",\"parent_order\":6,\"child_order\":12,\"convention\":\"authalic\"}";
    assert!(info.ends_with(grid), "{info}");
    assert_eq!(value("zagg:index_sha256").unwrap().len(), 64);
}

#[test]
fn a_damaged_file_is_refused_before_it_is_believed() {
    let whole = file(&[entry("a.h5"), entry("b.h5")]);
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1 << (at % 8);
        let told = refused(altered);
        let expected = ["damaged", "no whole Parquet", "no granule index"];
        assert!(expected.iter().any(|text| told.contains(text)), "byte {at}: {told}");
    }
    for length in (0..whole.len()).step_by(7) {
        let told = refused(whole[..length].to_vec());
        assert!(told.contains("no whole Parquet") || told.contains("no granule index"), "{told}");
    }
    assert!(refused(b"PAR1".to_vec()).contains("no whole Parquet file (4 bytes)"));
}

#[test]
fn other_tables_and_other_versions_are_refused() {
    let text = |file: &[u8], from: &str, to: &str| {
        let at = file.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
        let mut file = file.to_vec();
        file[at..at + from.len()].copy_from_slice(to.as_bytes());
        // As if it had been written so.
        let sum = file.windows(seal::KEY.len()).rposition(|w| w == seal::KEY.as_bytes());
        if sum.is_some() {
            seal::close(&mut file).unwrap();
        }
        file
    };
    let whole = file(&[entry("a.h5")]);
    let told = refused(text(&whole, "\"version\":1", "\"version\":7"));
    assert!(told.contains("it has version 7, and version 1 is read here"), "{told}");
    let told = refused(text(&whole, "zagg:index_sha256", "zagg:elsewhat_sha2"[..17].into()));
    assert!(told.contains("no `zagg:index_sha256`"), "{told}");
    let told = refused(text(&whole, "zagg:index\u{18}", "zagg:other\u{18}"));
    assert!(told.contains("no `zagg:index`"), "{told}");
}

#[test]
fn it_serves_what_is_whole_in_it_and_no_finer_shards() {
    let mut config = Config::load("atl06").unwrap();
    let source = &mut config.source;
    source.groups = vec!["gt1l".into(), "gt1r".into()];
    (source.latitude, source.longitude) = ("/{group}/x".into(), "/{group}/y".into());
    source.columns.truncate(1);
    source.columns[0].path = "/{group}/h".into();
    let index = open(file(&[entry("a.h5")])).unwrap();
    let serves = |source: &_, grid: &_| index.serves("a.h5", source, grid);
    assert!(serves(&config.source, &grid()).unwrap());
    assert!(serves(&config.source, &Grid { parent_order: 12, child_order: 14, ..grid() }).unwrap());
    assert!(!index.serves("b.h5", &config.source, &grid()).unwrap());

    let finer = Grid { parent_order: 13, child_order: 14, ..grid() };
    let told = serves(&config.source, &finer).unwrap_err().to_string();
    assert!(told.contains("shards of order 6") && told.contains("have order 13"), "{told}");
    let sphere = Grid { convention: Convention::Sphere, ..grid() };
    let told = serves(&config.source, &sphere).unwrap_err().to_string();
    assert!(told.contains("authalic") && told.contains("sphere"), "{told}");

    let mut more = config.source.clone();
    more.groups.push("gt2l".into());
    assert!(!serves(&more, &grid()).unwrap());
    let mut other = config.source.clone();
    other.columns[0].path = "/{group}/other".into();
    assert!(!serves(&other, &grid()).unwrap());
}

#[test]
fn a_granule_of_two_versions_is_refused() {
    let mut other = entry("a.h5");
    other.version.size = 1;
    let index = open(file(&[entry("a.h5"), other])).unwrap();
    let told = index.entry("a.h5").unwrap_err().to_string();
    assert!(told.contains("granule a.h5: it has two versions"), "{told}");
}

/// Whoever can seal a file can put anything in it: then the entries are wrong, refused or those that were written,
/// and nothing else happens.
#[test]
fn damage_behind_the_checksum_gives_errors() {
    let whole = file(&[entry("a.h5"), entry("b.h5")]);
    let (mut refused, mut read) = (0, 0);
    // Every byte and every change would take a minute.
    for at in (4..whole.len()).step_by(11) {
        let mut altered = whole.clone();
        altered[at] ^= [0x01, 0x80, 0xff][at % 3];
        if seal::close(&mut altered).is_err() {
            continue;
        }
        let entries = open(altered).and_then(|index| {
            let ids: Vec<String> = index.granules().map(str::to_owned).collect();
            ids.iter().map(|id| index.entry(id)).collect::<Result<Vec<_>, _>>()
        });
        match entries {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(refused > read / 4 && read > 0, "{refused} {read}");
}

//! Seeds for the fuzz targets: small files, each with one thing of every kind.

use std::path::{Path, PathBuf};

use hdf5_metno::Datatype;
use hdf5_metno::dataset::{AllocTime, ChunkOpts, Layout};
use hdf5_metno::types::VarLenAscii;
use zagg_hdf5::write::{Data, FileBuilder};

use crate::support::{data_folder, files_of};
use crate::written::{Style, build, styles};

/// Seeds are no larger, so that thousands are tried in a second.
const LARGEST: usize = 8 << 10;

fn keep(folder: &Path, name: &str, bytes: &[u8]) -> usize {
    let fits = bytes.len() <= LARGEST;
    if fits {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    usize::from(fits)
}

/// Writes the seeds to the folder in `ZAGG_SEEDS`.
#[test]
#[ignore = "for engine/hdf5/fuzz/run"]
fn write_seeds() {
    let Some(folder) = std::env::var_os("ZAGG_SEEDS").map(PathBuf::from) else {
        println!("skipped: no folder for seeds (set ZAGG_SEEDS)");
        return;
    };
    let mut kept = 0;
    for (number, style) in styles().iter().enumerate() {
        for (name, write) in CONTENTS {
            let scratch = tempfile::tempdir().unwrap();
            let path = scratch.path().join("seed.h5");
            let file = style.create(&path);
            write(&file, style);
            drop(file);
            let bytes = std::fs::read(path).unwrap();
            kept += keep(&folder, &format!("{number:02}_{name}.h5"), &bytes);
        }
    }
    for (name, bytes) in by_this_writer() {
        kept += keep(&folder, &format!("writer_{name}.h5"), &bytes);
    }
    // The first pages of granules: their root groups, and links that lead past the end.
    for path in data_folder().iter().flat_map(|folder| files_of(folder)) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut start = bytes[..bytes.len().min(LARGEST)].to_vec();
        declare_end(&mut start);
        kept += keep(&folder, &format!("cut_{name}.h5"), &start);
    }
    println!("{kept} seeds");
    assert!(kept > 100);
}

/// Makes the superblock of a cut file agree with its length, or nothing would be read of it.
fn declare_end(bytes: &mut [u8]) {
    let end = (bytes.len() as u64).to_le_bytes();
    let at = if bytes[8] < 2 { 40 } else { 28 };
    bytes[at..at + 8].copy_from_slice(&end);
}

type Write = fn(&hdf5_metno::File, &Style);

const CONTENTS: [(&str, Write); 14] = [
    ("contiguous", |file, _| {
        let values = build::smooth(30);
        build::fill(&file.new_dataset::<i32>().shape(30).create("a").unwrap(), &values);
        file.new_dataset::<f64>().fill_value(-9.0).shape(9).create("never").unwrap();
    }),
    ("compact", |file, _| {
        let compact = file.new_dataset::<i16>().layout(Layout::Compact).shape((4, 3));
        build::fill(&compact.create("g/a").unwrap(), &[1_i16, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }),
    ("single", |file, _| {
        let single = build::chunked(file, "a", (20, 3), [20, 3]);
        build::fill(&single.create::<i32>(|it| it.shuffle().deflate(1)), &build::smooth(60));
    }),
    ("implicit", |file, _| {
        let early = build::chunked(file, "a", 40, [16])
            .create::<i32>(|it| it.alloc_time(Some(AllocTime::Early)));
        build::fill(&early, &build::smooth(40));
    }),
    ("fixed", |file, style| {
        let new = style.has_new_indexes();
        let opts = if new { ChunkOpts::DONT_FILTER_PARTIAL_CHUNKS } else { ChunkOpts::empty() };
        let fixed = build::chunked(file, "a", (20, 7), [6, 4]);
        let fixed = if new {
            fixed.create::<i32>(|it| it.deflate(1).chunk_opts(opts))
        } else {
            fixed.create::<i32>(|it| it.deflate(1).fletcher32())
        };
        build::fill(&fixed, &build::smooth(140));
    }),
    ("paged", |file, _| {
        let paged = build::chunked(file, "a", 1100, [1]).create::<i8>(|it| it);
        paged.write_slice(&[1_i8, 2, 3], 1050..1053).unwrap();
    }),
    ("extensible", |file, _| {
        let growing = build::chunked(file, "a", 60.., [3]).create::<i32>(|it| it.deflate(1));
        build::fill(&growing, &build::smooth(60));
    }),
    ("tree", |file, _| {
        let tree = build::chunked(file, "a", (9.., 9..), [2, 2]).create::<i16>(|it| it);
        build::fill(&tree, &[7_i16; 81]);
    }),
    ("text", |file, _| {
        let text = file.new_dataset::<hdf5_metno::types::FixedAscii<6>>().shape(3);
        let words = ["one", "two", "three"];
        let words = words.map(|it| hdf5_metno::types::FixedAscii::<6>::from_ascii(it).unwrap());
        build::fill(&text.create("text").unwrap(), &words);
    }),
    ("links", |file, _| {
        let group = file.create_group("g").unwrap();
        build::fill(&group.new_dataset::<u8>().shape(1).create("a").unwrap(), &[1_u8]);
        for number in 0..9 {
            file.link_hard("g/a", &format!("g/{}{number}", "x".repeat(3 * number))).unwrap();
        }
        file.link_soft("g/a", "g/soft").unwrap();
        file.link_external("other.h5", "/thing", "g/external").unwrap();
    }),
    ("committed", |file, _| {
        file.commit_datatype("type", &Datatype::from_type::<i16>().unwrap()).unwrap();
        let committed = file.committed_datatype("type").unwrap();
        let typed = file.new_dataset_builder().empty_as(&committed).shape(3).create("typed");
        build::fill(&typed.unwrap(), &[1_i16, 2, 3]);
    }),
    ("strings", |file, _| {
        let dataset = file.new_dataset::<f32>().shape(2).create("a").unwrap();
        let words = ["one", "", "three"].map(|word| VarLenAscii::from_ascii(word).unwrap());
        let attribute = dataset.new_attr::<VarLenAscii>().shape(3).create("words").unwrap();
        attribute.write_raw(&words[..]).unwrap();
        dataset.new_attr::<f32>().create("_FillValue").unwrap().write_scalar(&-1_f32).unwrap();
    }),
    ("dense", |file, _| attributes(file, &[("two", 2), ("one", 1), ("fifty", 50)])),
    ("huge", |file, _| attributes(file, &[("long", 1200), ("short", 2)])),
];

/// A dataset with attributes outside its header, where the format has that.
fn attributes(file: &hdf5_metno::File, lengths: &[(&str, i32)]) {
    let builder = file.new_dataset::<i32>().attr_phase_change(0, 0).shape(1);
    let dataset = builder.create("a").unwrap();
    for &(name, length) in lengths {
        let values: Vec<i32> = (0..length).collect();
        let attribute = dataset.new_attr::<i32>().shape(values.len()).create(name).unwrap();
        attribute.write_raw(&values).unwrap();
    }
}

fn by_this_writer() -> Vec<(&'static str, Vec<u8>)> {
    let flat = {
        let mut file = FileBuilder::new();
        file.group("/").unwrap().attribute("short_name", "ATL06").attribute("level", 3_u8);
        file.dataset("/gt1l/h", Data::F32(&[1.0, f32::NAN, 3.0])).unwrap().fill(3.0_f32);
        file.soft_link("/heights", "gt1l/h").unwrap();
        file.finish().unwrap()
    };
    let chunked = {
        let mut file = FileBuilder::new();
        let values = build::smooth(200);
        file.dataset("a", &values).unwrap().chunk(30).shuffle(true).deflate(6).fletcher32(true);
        file.dataset("b", &values).unwrap().shape([50, 4]).chunk([20, 3]).attribute("units", "1");
        file.finish().unwrap()
    };
    vec![("flat", flat), ("chunked", chunked)]
}

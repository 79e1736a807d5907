//! The chunk indexes, each of the kind that libhdf5 chooses, and large enough to have all its
//! levels.

use hdf5_metno::dataset::AllocTime;
use hdf5_metno::plist::DatasetCreateBuilder;
use hdf5_metno::{Dataset, H5Type, SimpleExtents};
use zagg_hdf5::{BlockRequest, fetch_blocks};

use super::build::{Style, chunked, fill, scrambled};
use super::check::compare;
use super::styles;
use crate::support::{block_on, flatten, open};

fn style(name: &str) -> Style {
    styles().into_iter().find(|style| style.name == name).unwrap()
}

struct Case {
    name: &'static str,
    index: &'static str,
    shape: SimpleExtents,
    count: usize,
    chunk: Vec<usize>,
    set: fn(&mut DatasetCreateBuilder) -> &mut DatasetCreateBuilder,
}

fn case(
    name: &'static str,
    index: &'static str,
    shape: impl Into<SimpleExtents>,
    chunk: impl Into<Vec<usize>>,
) -> Case {
    let shape = shape.into();
    let count = shape.iter().map(|extent| extent.dim).product();
    Case { name, index, shape, count, chunk: chunk.into(), set: |it| it }
}

impl Case {
    fn deflated(self) -> Self {
        Self { set: |it| it.shuffle().deflate(1), ..self }
    }

    fn early(self) -> Self {
        Self { set: |it| it.alloc_time(Some(AllocTime::Early)), ..self }
    }

    fn write<T: H5Type>(&self, file: &hdf5_metno::File, value: impl Fn(usize) -> T) -> Dataset {
        let dataset = chunked(file, self.name, self.shape.clone(), self.chunk.clone());
        let dataset = dataset.create::<T>(self.set);
        let values: Vec<T> = (0..self.count).map(value).collect();
        fill(&dataset, &values);
        dataset
    }
}

fn cases() -> Vec<Case> {
    vec![
        case("single", "single chunk", 100, [100]),
        case("single_filtered", "single chunk", (20, 30), [20, 30]).deflated(),
        case("implicit", "implicit", (45, 8), [10, 3]).early(),
        case("implicit_growing", "implicit", (45..=60, 8..=11), [10, 3]).early(),
        case("fixed", "fixed array", (45, 8), [10, 3]),
        case("fixed_filtered", "fixed array", (45, 8), [10, 3]).deflated(),
        case("fixed_growing", "fixed array", (45..=100, 8..=30), [10, 3]).deflated(),
        case("fixed_paged", "fixed array", 9000, [2]),
        case("fixed_paged_filtered", "fixed array", (2500, 3), [1, 2]).deflated(),
        case("extensible", "extensible array", 4000.., [1]),
        case("extensible_filtered", "extensible array", 3000.., [2]).deflated(),
        case("extensible_rows", "extensible array", (300.., 8..=9), [2, 3]).deflated(),
        case("extensible_columns", "extensible array", (8, 300..), [3, 2]).deflated(),
        case("tree", "version 2 B-tree", (60.., 60..), [1, 2]),
        case("tree_filtered", "version 2 B-tree", (40.., 40..), [3, 1]).deflated(),
    ]
}

#[test]
fn each_kind_of_index() {
    for style in [style("v110"), style("v114"), style("v110 with addresses of 4 bytes")] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("indexes.h5");
        let file = style.create(&path);
        let cases = cases();
        for case in &cases {
            case.write(&file, |at| scrambled(at) as i32 >> 20);
        }
        drop(file);
        let compared = compare(&path, style.name);
        assert_eq!(compared.len(), cases.len());
        for case in cases {
            let path = format!("/{}", case.name);
            let (_, dataset) = compared.iter().find(|(known, _)| *known == path).unwrap();
            let summary = dataset.storage_summary();
            assert!(summary.contains(case.index), "{}: {summary}", case.name);
        }
    }
}

/// The older index for the same datasets, several levels deep.
#[test]
fn version_1_trees() {
    for style in [style("earliest"), style("earliest with small B-tree nodes"), style("v18")] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trees.h5");
        let file = style.create(&path);
        let cases = cases();
        for case in &cases {
            case.write(&file, |at| scrambled(at) as i32 >> 20);
        }
        drop(file);
        for (path, dataset) in compare(&path, style.name) {
            let summary = dataset.storage_summary();
            assert!(summary.contains("version 1 B-tree"), "{path}: {summary}");
        }
    }
}

/// So many chunks that an extensible array has paged data blocks and a B-tree three levels.
#[test]
fn indexes_of_very_many_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.h5");
    let file = style("v110").create(&path);
    case("extensible", "", 140_000.., [1]).write(&file, |at| scrambled(at) as i8);
    case("tree", "", (110.., 110..), [1, 1]).write(&file, |at| scrambled(at) as i8);
    let sparse = chunked(&file, "sparse", 1_000_000.., [1]).create::<i8>(|it| it.fill_value(7_i8));
    for at in [0, 3, 900, 131_500, 200_000, 999_999] {
        sparse.write_slice(&[at as i8], at..at + 1).unwrap();
    }
    drop((sparse, file));

    let theirs = hdf5_metno::File::open(&path).unwrap();
    block_on(async {
        let file = open(&path).await.unwrap();
        let located = file.locate(&["/extensible", "/tree", "/sparse"]).await.unwrap();
        for dataset in located.iter().flatten() {
            let oracle = theirs.dataset(dataset.path()).unwrap();
            let expected: Vec<i8> = oracle.read_raw().unwrap();
            let columns = dataset.shape().get(1).copied().unwrap_or(1) as usize;
            let last = dataset.blocks();
            for start in [0, 1, 850, 65_000, 130_900, 131_400, 139_000, 199_900, 999_000] {
                if start >= last {
                    continue;
                }
                let blocks: Vec<u64> = (start..last.min(start + 200)).collect();
                let requests: Vec<_> = blocks
                    .iter()
                    .map(|&block| BlockRequest { dataset, block, column: None })
                    .collect();
                let raw = fetch_blocks(&requests).await.unwrap();
                let decoded: Vec<_> = raw.iter().map(|block| block.decode().unwrap()).collect();
                let (bytes, _) = flatten(&decoded);
                let from = start as usize * columns;
                let expected = expected[from..from + blocks.len() * columns].iter();
                let expected: Vec<u8> = expected.map(|&value| value as u8).collect();
                assert!(bytes == expected, "{} at {start}", dataset.path());
            }
        }
    });
}

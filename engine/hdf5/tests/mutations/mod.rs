//! Truncated and altered files: a result or an error, in bounded time, and never a panic.

#[path = "../../src/checksum.rs"]
#[allow(dead_code, reason = "only one of the two checksums is needed here")]
pub(crate) mod checksum;

use std::ops::Range;
use std::time::{Duration, Instant};

use zagg_hdf5::{BlockRequest, Result, fetch_blocks};

use crate::support::{block_on, data_folder, dataset_paths, open_bytes};
use crate::written::small_files;

/// Reads everything: structure, attributes, indexes and the first and last blocks of all datasets:
/// those at `known` paths, which damage may keep from being listed, and those that are listed.
async fn read_all(bytes: Vec<u8>, known: &[String]) -> Result<usize> {
    let file = open_bytes(bytes).await?;
    let _ = file.attributes("/").await;
    let mut paths = dataset_paths(&file).await.unwrap_or_default();
    paths.extend(known.iter().cloned());
    paths.sort();
    paths.dedup();
    let mut read = 0;
    for path in &paths {
        // Each dataset for itself: a fault in one must leave the others readable.
        let Ok(located) = file.locate(&[path]).await else { continue };
        for dataset in located.iter().flatten() {
            let last = dataset.blocks().saturating_sub(3).max(3)..dataset.blocks();
            for block in (0..dataset.blocks().min(3)).chain(last) {
                let column = (dataset.shape().len() > 1 && block % 2 == 1).then_some(0);
                let request = BlockRequest { dataset, block, column };
                let Ok(raw) = fetch_blocks(&[request]).await else { continue };
                read += usize::from(raw.iter().all(|block| block.decode().is_ok()));
            }
        }
    }
    Ok(read)
}

/// A file that is whole: its datasets, and the number of blocks that are read.
struct Whole {
    paths: Vec<String>,
    blocks: usize,
}

impl Whole {
    fn of(bytes: &[u8]) -> Self {
        block_on(async {
            let file = open_bytes(bytes.to_vec()).await.unwrap();
            let paths = dataset_paths(&file).await.unwrap();
            let blocks = read_all(bytes.to_vec(), &paths).await.unwrap();
            assert!(blocks > 0, "nothing to read");
            Self { paths, blocks }
        })
    }
}

/// A small generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[derive(Debug, Default)]
struct Tally {
    read: usize,
    partly: usize,
    refused: usize,
    slowest: Duration,
}

impl Tally {
    fn try_bytes(&mut self, what: &str, bytes: Vec<u8>, whole: &Whole) {
        let start = Instant::now();
        match block_on(read_all(bytes, &whole.paths)) {
            Ok(read) if read >= whole.blocks => self.read += 1,
            Ok(_) => self.partly += 1,
            Err(error) => {
                // Whatever it is, it names the file.
                assert!(error.to_string().contains("bytes.h5"), "{what}: {error}");
                self.refused += 1;
            }
        }
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "{what} took {took:?}");
        self.slowest = self.slowest.max(took);
    }
}

fn mutate(name: &str, original: &[u8], rounds: usize, limit: usize) {
    let whole = Whole::of(original);
    let limit = limit.min(original.len());
    let mut random = Random(original.len() as u64);
    let mut tally = Tally::default();
    for round in 0..rounds {
        let mut bytes = original.to_vec();
        match round % 4 {
            // One byte, any value.
            0 | 1 => {
                let at = random.below(limit);
                bytes[at] = random.below(256) as u8;
            }
            // Several bytes of one place: lengths and addresses become large.
            2 => {
                let at = random.below(limit);
                let end = (at + 1 + random.below(8)).min(bytes.len());
                let value = [0, 0xff, 0x7f, 0x80][random.below(4)];
                bytes[at..end].fill(value);
            }
            // One number copied over another: addresses lead elsewhere.
            _ => {
                let (from, to) = (random.below(limit / 8) * 8, random.below(limit / 8) * 8);
                if from + 8 <= bytes.len() && to + 8 <= bytes.len() {
                    bytes.copy_within(from..from + 8, to);
                }
            }
        }
        tally.try_bytes(&format!("{name}, mutation {round}"), bytes, &whole);
    }
    for round in 0..rounds / 8 {
        let length = original.len() * round / (rounds / 8);
        tally.try_bytes(&format!("{name}, cut at {length}"), original[..length].to_vec(), &whole);
    }
    println!("{name}: {tally:?}");
}

#[test]
fn altered_small_files() {
    for (name, bytes) in small_files() {
        mutate(name, &bytes, 2000, usize::MAX);
    }
}

/// The structures of a file that end with a checksum, checksum included.
fn checked_structures(bytes: &[u8]) -> Vec<Range<usize>> {
    const SIGNATURES: [&[u8; 4]; 12] = [
        b"OHDR", b"OCHK", b"FRHP", b"FHIB", b"BTHD", b"BTLF", b"BTIN", b"FAHD", b"FADB", b"EAHD",
        b"EAIB", b"EADB",
    ];
    let starts = (0..bytes.len().saturating_sub(8))
        .filter(|&at| SIGNATURES.iter().any(|signature| bytes[at..].starts_with(*signature)));
    // Where a structure ends is told by the first place that holds the sum of what stands before.
    let end_of = |start: usize| {
        let longest = (bytes.len() - start - 4).min(5000);
        let end = (start + 8..start + longest).find(|&end| {
            checksum::lookup3(&bytes[start..end]).to_le_bytes() == bytes[end..end + 4]
        })?;
        Some(start..end + 4)
    };
    starts.filter_map(end_of).collect()
}

/// Alterations behind valid checksums reach the code that checksums shield from mere damage.
#[test]
fn altered_behind_valid_checksums() {
    for (name, original) in small_files() {
        let structures = checked_structures(&original);
        // The oldest format has checksums on next to nothing.
        if structures.len() < 20 {
            continue;
        }
        let whole = Whole::of(&original);
        let mut random = Random(7);
        let mut tally = Tally::default();
        for round in 0..4000 {
            let mut bytes = original.clone();
            let place = structures[random.below(structures.len())].clone();
            let end = place.end - 4;
            for _ in 0..=random.below(2) {
                let at = place.start + 4 + random.below(end - place.start - 4);
                let stop = (at + 1 + random.below(8) * (round % 2)).min(end);
                let value = [0, 1, 0x20, 0x7f, 0xff, random.below(256) as u8][random.below(6)];
                bytes[at..stop].fill(value);
            }
            let sum = checksum::lookup3(&bytes[place.start..end]);
            bytes[end..place.end].copy_from_slice(&sum.to_le_bytes());
            tally.try_bytes(&format!("{name}, checked mutation {round}"), bytes, &whole);
        }
        println!("{name}, {} structures: {tally:?}", structures.len());
        assert!(tally.partly + tally.refused > 500);
    }
}

/// The file, cut, with a superblock that agrees: only then is more than the superblock tried.
fn cut(original: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = original[..length].to_vec();
    let end = (length as u64).to_le_bytes();
    if original[8] < 2 {
        bytes[40..48].copy_from_slice(&end);
    } else {
        bytes[28..36].copy_from_slice(&end);
        let sum = checksum::lookup3(&bytes[..44]);
        bytes[44..48].copy_from_slice(&sum.to_le_bytes());
    }
    bytes
}

/// Cut at five hundred lengths.
#[test]
fn cut_small_files() {
    for (name, original) in small_files() {
        let whole = Whole::of(&original);
        let mut tally = Tally::default();
        for round in 0..500 {
            let length = 96 + (original.len() - 96) * round / 500;
            tally.try_bytes(&format!("{name}, cut at {length}"), cut(&original, length), &whole);
        }
        println!("{name}: {tally:?}");
        assert!(tally.partly > 50, "{name} is hardly read beyond its superblock: {tally:?}");
    }
}

/// Alterations of stored data alone: the structure leads to them, and decoding meets them.
#[test]
fn altered_data() {
    for (name, original) in small_files() {
        let ranges = block_on(async {
            let file = open_bytes(original.clone()).await.unwrap();
            let mut ranges = Vec::new();
            for path in dataset_paths(&file).await.unwrap() {
                let located = file.locate(&[&path]).await.unwrap();
                let dataset = located[0].as_ref().unwrap();
                file.load_chunk_indexes(&[(dataset, 0..dataset.rows())]).await.unwrap();
                let blocks = (0..dataset.blocks()).filter_map(|at| dataset.stored_ranges(at));
                ranges.extend(blocks.flatten().filter(|range| range.end - range.start > 8));
            }
            ranges
        });
        assert!(ranges.len() > 20, "{name}: {} stored chunks", ranges.len());
        let whole = Whole::of(&original);
        let mut random = Random(11);
        let mut tally = Tally::default();
        for round in 0..1500 {
            let mut bytes = original.clone();
            let place = &ranges[random.below(ranges.len())];
            let place = place.start as usize..place.end as usize;
            let at = place.start + random.below(place.len());
            let end = (at + 1 + random.below(8)).min(place.end);
            match round % 3 {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at..end].fill([0, 0xff, 0x7f, 0x80][random.below(4)]),
                _ => bytes[place.clone()].rotate_left(1 + random.below(place.len() - 1)),
            }
            tally.try_bytes(&format!("{name}, data mutation {round}"), bytes, &whole);
        }
        println!("{name}, {} stored chunks: {tally:?}", ranges.len());
        // Filters notice some, and none of it reaches the structure.
        assert!(tally.partly > 300 && tally.refused == 0, "{name}: {tally:?}");
    }
}

#[test]
fn altered_granule() {
    let Some(folder) = data_folder() else { return };
    for name in
        ["ATL03_indexbegin_start_end_FVs.h5", "processed_ATL06_20190222155404_08580211_001_01.h5"]
    {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        // Most of the structure stands at the front.
        mutate(name, &bytes, 200, bytes.len());
    }
}

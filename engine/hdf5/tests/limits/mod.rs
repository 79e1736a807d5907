//! Small files that ask for more than any reader should give: each an error, and no allocation.

mod craft;

use std::time::{Duration, Instant};

use zagg_hdf5::Error;

use crate::mutations::checksum::lookup3;
use crate::support::{block_on, open_bytes};
use craft::{Crafted, address, message};

/// One byte per element.
const BYTES: [u8; 12] = [0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];

fn dataspace(shape: &[u64]) -> Vec<u8> {
    let sizes = shape.iter().flat_map(|size| size.to_le_bytes());
    [2, shape.len() as u8, 0, 1].into_iter().chain(sizes).collect()
}

/// Locates the dataset, loads its index for some rows and fetches their first block.
fn read(file: Crafted, rows: std::ops::Range<u64>) -> Error {
    let start = Instant::now();
    let error = block_on(async {
        let file = open_bytes(file.bytes()).await.unwrap();
        let located = match file.locate(&["/x"]).await {
            Ok(located) => located,
            Err(error) => return error,
        };
        let dataset = located[0].as_ref().unwrap();
        if let Err(error) = file.load_chunk_indexes(&[(dataset, rows.clone())]).await {
            return error;
        }
        let block = dataset.blocks_of(&rows).start;
        let request = zagg_hdf5::BlockRequest { dataset, block, column: None };
        zagg_hdf5::fetch_blocks(&[request]).await.unwrap_err()
    });
    assert!(start.elapsed() < Duration::from_secs(5), "{error} after {:?}", start.elapsed());
    error
}

fn assert_says(error: &Error, text: &str) {
    assert!(error.to_string().contains(text), "{error}");
}

/// A thousand blocks of one header, each a little shorter than the one before and within it.
#[test]
fn header_blocks_that_overlap() {
    const TAIL: u64 = 1 << 20;
    let file = Crafted::new(
        |tail| {
            let place = |at: u64| [address(tail + 8 * at), (TAIL - 8 * at).to_le_bytes().to_vec()];
            (0..1000).map(|at| message(0x10, &place(at).concat())).collect()
        },
        vec![0; TAIL as usize],
    );
    assert_says(&read(file, 0..1), "no larger than the file");
}

/// Text that is stored once and counted four thousand times.
#[test]
fn strings_that_are_one() {
    let text = vec![b'x'; 60_000];
    let mut heap = b"GCOL\x01\0\0\0".to_vec();
    heap.extend((16 + 16 + text.len() as u64).to_le_bytes());
    heap.extend([1, 0, 1, 0, 0, 0, 0, 0]);
    heap.extend((text.len() as u64).to_le_bytes());
    heap.extend(&text);
    let file = Crafted::new(
        |tail| {
            let item = [&60_000_u32.to_le_bytes()[..], &address(tail), &[1, 0, 0, 0]].concat();
            let datatype = [0x19, 1, 0, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0];
            let space = dataspace(&[4000]);
            let lengths = [2, datatype.len() as u16, space.len() as u16];
            let lengths: Vec<u8> = lengths.iter().flat_map(|length| length.to_le_bytes()).collect();
            let attribute =
                [&[2, 0][..], &lengths, b"a\0", &datatype, &space, &item.repeat(4000)].concat();
            let layout = [&[3, 1][..], &address(u64::MAX), &[0; 8]].concat();
            vec![
                message(1, &dataspace(&[8])),
                message(3, &BYTES),
                message(8, &layout),
                message(12, &attribute),
            ]
        },
        heap,
    );
    assert_says(&read(file, 0..1), "no larger than the file");
}

/// A row of two hundred million chunks.
#[test]
fn rows_of_very_many_chunks() {
    let file = Crafted::new(
        |_| {
            let sizes = [1_u32, 1, 1].map(u32::to_le_bytes).concat();
            let layout = [&[3, 2, 3][..], &address(u64::MAX), &sizes].concat();
            let shape = dataspace(&[1, 200_000_000]);
            vec![message(1, &shape), message(3, &BYTES), message(8, &layout)]
        },
        Vec::new(),
    );
    let error = read(file, 0..1);
    assert!(error.is_unsupported(), "{error}");
    assert_says(&error, "rows of 200000000 chunks");
}

/// A chunk of eight bytes that takes the whole file.
#[test]
fn chunks_larger_than_filters_make_them() {
    let file = Crafted::new(
        |tail| {
            let sizes = [8_u32, 1].map(u32::to_le_bytes).concat();
            let layout = [&[3, 2, 2][..], &address(tail), &sizes].concat();
            let deflate = [2, 1, 1, 0, 0, 0, 0, 0];
            vec![
                message(1, &dataspace(&[8])),
                message(3, &BYTES),
                message(8, &layout),
                message(11, &deflate),
            ]
        },
        {
            let key = |size: u32, at: u64| {
                [&size.to_le_bytes()[..], &[0; 4], &at.to_le_bytes(), &[0; 8]].concat()
            };
            let head = [&b"TREE\x01\0\x01\0"[..], &[0xff; 16]].concat();
            [head, key(300_000, 0), vec![0; 8], key(0, 8), vec![0; 400_000]].concat()
        },
    );
    assert_says(&read(file, 0..1), "at most 65552 bytes");
}

/// A node of level 255 below one of level 0 plus one.
#[test]
fn chunk_nodes_of_the_highest_level() {
    let key = |at: u64| [&[0; 8][..], &at.to_le_bytes(), &[0; 8]].concat();
    let node = |level: u8, child: u64| {
        let head = [&b"TREE\x01"[..], &[level, 1, 0], &[0xff; 16]].concat();
        [head, key(0), address(child), key(8)].concat()
    };
    let file = Crafted::with_tail(
        |tail| {
            let sizes = [8_u32, 1].map(u32::to_le_bytes).concat();
            let layout = [&[3, 2, 2][..], &address(tail), &sizes].concat();
            vec![message(1, &dataspace(&[8])), message(3, &BYTES), message(8, &layout)]
        },
        |tail| {
            [node(0, 0).len() as u64].map(|at| [node(1, tail + at), node(255, 0)].concat()).concat()
        },
    );
    assert_says(&read(file, 0..1), "one level below its parent");
}

/// The same in a group.
#[test]
fn group_nodes_of_the_highest_level() {
    let node = |level: u8, child: u64| {
        let head = [&b"TREE\0"[..], &[level, 1, 0], &[0xff; 16]].concat();
        [head, address(0), address(child), address(0)].concat()
    };
    let file = Crafted::with_tail(
        |tail| vec![message(0x11, &[address(tail), address(tail + 96)].concat())],
        |tail| {
            let heap = [&b"HEAP\0\0\0\0"[..], &address(8), &address(u64::MAX)].concat();
            let heap = [heap, address(tail + 128), b"z\0\0\0\0\0\0\0".to_vec()].concat();
            [node(1, tail + 48), node(255, 0), heap].concat()
        },
    );
    let error = block_on(async {
        let file = open_bytes(file.bytes()).await.unwrap();
        let listed = file.members("/x").await.unwrap_err();
        let found = file.locate(&["/x/y"]).await.unwrap_err();
        assert_eq!(listed.to_string().split(": ").last(), found.to_string().split(": ").last());
        listed
    });
    assert_says(&error, "one level below its parent");
}

/// Pages so large that the number of the last element passes 64 bits.
#[test]
fn array_pages_past_all_numbers() {
    let sum = |bytes: Vec<u8>| {
        let sum = lookup3(&bytes).to_le_bytes();
        [bytes, sum.to_vec()].concat()
    };
    let file = Crafted::with_tail(
        |tail| {
            let layout = [&[4, 2, 0, 2, 8][..], &[1, 0, 0, 0, 0, 0, 0, 0].repeat(2), &[3, 63]];
            let layout = [layout.concat(), address(tail)].concat();
            let shape = dataspace(&[u64::MAX]);
            vec![message(1, &shape), message(3, &BYTES), message(8, &layout)]
        },
        |tail| {
            let head = [&b"FAHD\0\0\x08\x3f"[..], &[0xff; 8], &address(tail + 28)].concat();
            let block = [&b"FADB\0\0"[..], &address(tail), &[0xff]].concat();
            [sum(head), sum(block), vec![0; 64]].concat()
        },
    );
    let rows = u64::MAX - 2..u64::MAX - 1;
    assert!(matches!(read(file, rows), Error::Corrupt { .. } | Error::Truncated { .. }));
}

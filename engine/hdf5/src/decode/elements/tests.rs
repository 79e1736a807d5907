use libdeflater::{CompressionLvl, Compressor};

use super::*;
use crate::checksum::fletcher32;
use crate::decode::scratch;
use crate::format::message::datatype::{ByteOrder, Datatype};

/// Elements of a chunk: more than two tiles, the last of them partial.
const COUNT: usize = 2 * TILE + 100;

/// The bytes of a chunk after one more filter.
fn apply(filter: &Filter, bytes: &[u8]) -> Vec<u8> {
    match filter {
        Filter::Shuffle(size) => {
            let plane = |byte: usize| bytes.iter().skip(byte).step_by(*size).copied();
            (0..*size).flat_map(plane).collect()
        }
        Filter::Deflate => {
            let mut compressor = Compressor::new(CompressionLvl::default());
            let mut output = vec![0; compressor.zlib_compress_bound(bytes.len())];
            let length = compressor.zlib_compress(bytes, &mut output).unwrap();
            output.truncate(length);
            output
        }
        _ => [bytes, &fletcher32(bytes).to_le_bytes()].concat(),
    }
}

fn pipelines(width: usize) -> Vec<Vec<Filter>> {
    use Filter::{Deflate, Fletcher32, Shuffle};
    vec![
        vec![],
        vec![Deflate],
        vec![Shuffle(width)],
        vec![Shuffle(width), Deflate],
        vec![Shuffle(width), Deflate, Fletcher32],
        vec![Fletcher32, Shuffle(1), Deflate],
        vec![Deflate, Shuffle(1), Deflate],
        vec![Shuffle(width), Deflate, Deflate, Fletcher32],
        vec![Shuffle(2 * width), Shuffle(width), Deflate],
    ]
}

/// Every way through the decoder: pipelines, widths, byte orders, whole and partial chunks.
#[test]
fn elements_and_nulls_of_all_pipelines() {
    for (width, order) in [1, 2, 4, 8]
        .into_iter()
        .flat_map(|width| [(width, ByteOrder::Little), (width, ByteOrder::Big)])
    {
        let element = Element::new(&Datatype::Integer { size: width, signed: false, order });
        let element = element.unwrap();
        let plain: Vec<u8> = (0..COUNT * width).map(|at| (at / 3 * 7) as u8).collect();
        let null = element.bits(&plain[..width]);
        for filters in pipelines(width) {
            let stored = filters.iter().fold(plain.clone(), |bytes, filter| apply(filter, &bytes));
            for count in [0, 1, 63, TILE, TILE + 65, COUNT] {
                let chunk =
                    Chunk { filters: &filters, mask: 0, stored: &stored, size: plain.len() };
                let mut nulls = Nulls::new(&element, Some(null), count);
                let values = scratch::with(|scratch| {
                    decode(&chunk, &element, count * width, scratch, &mut nulls)
                });
                let (values, nulls) = (values.unwrap(), nulls.finish());

                let mut expected = plain[..count * width].to_vec();
                let stored = expected.chunks(width).map(|stored| element.bits(stored));
                let valid: Vec<bool> = stored.map(|bits| bits != null).collect();
                if element.swapped {
                    expected.chunks_mut(width).for_each(<[u8]>::reverse);
                }
                let what = format!("{count} elements of {width} bytes, {order:?}, {filters:?}");
                assert!(values.as_slice() == expected, "{what}");
                assert_eq!(values.capacity(), expected.len().next_multiple_of(64), "{what}");
                let nulls = nulls.map(|nulls| nulls.iter().collect::<Vec<_>>());
                assert_eq!(nulls, valid.contains(&false).then_some(valid), "{what}");
            }
        }
    }
}

#[test]
fn a_chunk_of_another_size_is_refused() {
    let datatype = Datatype::Float { size: 8, order: ByteOrder::Little };
    let element = Element::new(&datatype).unwrap();
    for filters in pipelines(8) {
        let stored = filters.iter().fold(vec![1; 800], |bytes, filter| apply(filter, &bytes));
        for size in [792, 808, 1 << 40] {
            let chunk = Chunk { filters: &filters, mask: 0, stored: &stored, size };
            for part in [8, size] {
                let mut nulls = Nulls::new(&element, None, part / 8);
                let decoded =
                    scratch::with(|scratch| decode(&chunk, &element, part, scratch, &mut nulls));
                let (expected, _) = decoded.unwrap_err();
                assert!(expected.contains("bytes"), "{filters:?} as {size}: {expected}");
            }
        }
    }
}

//! What came with the first reply is not asked for again.

use zagg_hdf5::write::FileBuilder;

use super::{Counted, fetch};
use crate::support::{block_on, flatten};

/// Bytes that do not shrink, so that their places in the file are known.
fn noise(count: usize) -> Vec<u64> {
    (0..count).map(crate::written::build::scrambled).collect()
}

fn bytes_of(values: &[u64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_ne_bytes()).collect()
}

#[test]
fn a_small_file_is_one_request() {
    let values = noise(5000);
    let mut file = FileBuilder::new();
    file.dataset("chunked", &values).unwrap().chunk(700).shuffle(true).deflate(6);
    file.dataset("plain", &values).unwrap();
    let bytes = file.finish().unwrap();
    block_on(async {
        let counted = Counted::open(bytes).await;
        let (file, store) = (&counted.file, &counted.store);
        assert_eq!(file.held_bytes(), file.size());
        let datasets = counted.locate(&["chunked".into(), "plain".into()]).await;
        let blocks = fetch(&datasets, 0..u64::MAX).await;
        assert_eq!(store.take().requests, 1);
        let arrays: Vec<_> = blocks.iter().map(|block| block.decode().unwrap()).collect();
        assert_eq!(flatten(&arrays).0, bytes_of(&[values.clone(), values.clone()].concat()));
        // Fetching leaves nothing behind.
        assert_eq!(file.held_bytes(), file.size());

        file.forget_metadata();
        assert_eq!(file.held_bytes(), 0);
        let again = fetch(&datasets, 0..u64::MAX).await;
        assert_eq!(store.take().requests, 1);
        let arrays: Vec<_> = again.iter().map(|block| block.decode().unwrap()).collect();
        assert_eq!(flatten(&arrays).0, bytes_of(&[values.clone(), values].concat()));
    });
}

#[test]
fn of_a_large_file_only_the_rest_is_asked_for() {
    let values = noise(300_000);
    let mut file = FileBuilder::new();
    file.dataset("x", &values).unwrap().chunk(1000);
    let bytes = file.finish().unwrap();
    block_on(async {
        let counted = Counted::open(bytes).await;
        let first = counted.store.take();
        assert_eq!((first.requests, first.bytes), (1, 1 << 20));
        let datasets = counted.locate(&["x".into()]).await;
        let all = [(&datasets[0], 0..datasets[0].rows())];
        counted.file.load_chunk_indexes(&all).await.unwrap();
        counted.store.take();
        let held = fetch(&datasets, 0..100_000).await;
        assert_eq!(counted.store.take().requests, 0);
        assert_eq!(held.len(), 100);

        let all = fetch(&datasets, 0..300_000).await;
        let rest = counted.store.take();
        assert!(rest.bytes < 8 * 300_000 - (1 << 20) + 20_000, "{rest:?}");
        let arrays: Vec<_> = all.iter().map(|block| block.decode().unwrap()).collect();
        assert!(flatten(&arrays).0 == bytes_of(&values));
    });
}

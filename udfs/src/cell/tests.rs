//! Tests of the cell maths: here what needs no files, in `golden` what is compared with stored answers.

mod golden;
mod morton;
mod position;
pub(crate) mod rng;
mod shape;

pub(super) use golden::file as golden_file;

/// One id per corner of each order's range, and some within.
pub(super) fn sample_ids(order: u8, rng: &mut rng::Rng) -> Vec<u64> {
    let count = super::cell_count(order).unwrap();
    let mut ids: Vec<u64> = (0..12).map(|base| base << (2 * order)).collect();
    ids.extend((1..=12).map(|base| (base << (2 * order)) - 1));
    ids.extend((0..200).map(|_| rng.next() % count));
    ids
}

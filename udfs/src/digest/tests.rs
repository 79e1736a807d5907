//! Accuracy over distributions, merging, and the bytes.

mod accuracy;
mod bytes;

use super::*;
use crate::cell::tests::rng::Rng;

fn digest_of(values: &[f64]) -> Digest {
    let mut digest = Digest::new(Compression::default());
    values.iter().for_each(|&value| digest.add(value));
    digest
}

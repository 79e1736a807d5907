//! A digest that grows.

use super::compress::compress;
use super::{Centroid, Compression};

/// While it grows, a digest is kept so many times finer than it is given out, so that repeated compressions do not add up.
const SPARE: f64 = 2.0;

/// So many centroids per `delta` are gathered before they are compressed.
const GATHERED: usize = 4;

/// A t-digest that takes values and other digests.
///
/// Up to 4·`delta` values are kept as they are; so far, the result does not depend on their order or on how they were
/// split among digests that were merged. Beyond that it depends on the order, by far less than the error of a digest, and
/// it is the same for the same order.
///
/// It takes 16 bytes per value, until it has 4·`delta`; so 32 KiB at most by default.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    compression: Compression,
    centroids: Vec<Centroid>,
}

impl Digest {
    /// A digest without values. It allocates nothing.
    pub fn new(compression: Compression) -> Self {
        Self { compression, centroids: Vec::new() }
    }

    /// Whether it has no values.
    pub fn is_empty(&self) -> bool {
        self.centroids.is_empty()
    }

    /// Adds a value. A NaN is none. Infinities count, and are never averaged with other values.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if !value.is_nan() {
            self.push(Centroid { mean: value, weight: 1.0 });
        }
    }

    /// Adds the centroids of another digest, in any order; those that are no number or no count are left out.
    pub fn merge(&mut self, centroids: impl IntoIterator<Item = Centroid>) {
        for centroid in centroids {
            if !centroid.mean.is_nan() && centroid.weight > 0.0 {
                self.push(centroid);
            }
        }
    }

    fn push(&mut self, centroid: Centroid) {
        let delta = self.compression.delta();
        if self.centroids.len() >= GATHERED * usize::from(delta) {
            compress(&mut self.centroids, SPARE * f64::from(delta));
        }
        self.centroids.push(centroid);
    }

    /// What it holds now, in no particular order: more centroids than [`finished`](Self::finished) gives. Another digest
    /// that [`merge`](Self::merge)s them has lost nothing.
    pub fn gathered(&self) -> &[Centroid] {
        &self.centroids
    }

    /// The centroids of the finished digest, by ascending mean.
    pub fn finished(&self) -> Vec<Centroid> {
        let mut centroids = self.centroids.clone();
        compress(&mut centroids, self.compression.delta().into());
        centroids
    }

    /// Bytes held beyond the struct itself.
    pub fn heap(&self) -> usize {
        self.centroids.capacity() * size_of::<Centroid>()
    }
}

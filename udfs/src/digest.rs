//! t-digests: the distribution of any number of values in a few hundred weighted means.
//!
//! A [`Digest`] takes values or other digests, in any number and order; its [`payload`](Digest::payload) is what SQL passes
//! around and a store keeps in a cell; [`read_payload`] and [`quantile`] read it again. The SQL functions `tdigest`,
//! `tdigest_merge` and `tdigest_quantile` are these.
//!
//! After T. Dunning and O. Ertl, *Computing extremely accurate quantiles using t-digests* (2019), merging variant: values
//! in ascending order are joined to **centroids** (mean, weight) as long as no centroid spans more of the distribution
//! than its place allows; that is least at the ends.
//!
//! ```
//! use zagg_udfs::digest::{Compression, Digest, quantile, read_payload};
//!
//! let mut digest = Digest::new(Compression::default());
//! (0..100_000).for_each(|i| digest.add(f64::from(i)));
//! let centroids = read_payload(&digest.payload())?;
//! assert!(centroids.len() < 512);
//! let median = quantile(&centroids, 0.5).ok_or("no values")?;
//! assert!((median / 50_000.0 - 1.0).abs() < 0.001);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compress;
mod error;
mod payload;
mod quantile;
mod sketch;

#[cfg(test)]
mod tests;

pub use error::DigestError;
pub use payload::read_payload;
pub use quantile::quantile;
pub use sketch::Digest;

/// How many values one mean stands for, and which.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Centroid {
    /// Mean of the values.
    pub mean: f64,
    /// How many values: a whole number above zero.
    pub weight: f64,
}

/// How finely a digest keeps a distribution: `delta`, from 16 to 8192.
///
/// No centroid spans more than 2/`delta` of the values, and fewer towards the ends, so that a quantile read from a digest
/// built in one go is at most about 2/`delta` off in rank: 0.4 % for the default of 512. Over a million values of seven
/// distributions, built or merged of parts, the default is off by 0.16 % at most, and by 0.02 % where they are smooth.
///
/// Fewer than `delta` values are kept as they are; of many there are about 0.75 `delta` centroids, and never more than
/// 1.3 `delta` + 64. Values that lie apart by more than 1/64 of the range are never averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Compression(u16);

impl Compression {
    /// The coarsest that is accepted.
    pub const MIN: u16 = 16;
    /// The finest that is accepted.
    pub const MAX: u16 = 8192;

    /// A compression of this `delta`.
    ///
    /// # Errors
    /// [`DigestError::Compression`] outside [`MIN`](Self::MIN)..=[`MAX`](Self::MAX).
    pub fn new(delta: i64) -> Result<Self, DigestError> {
        match u16::try_from(delta) {
            Ok(narrow @ Self::MIN..=Self::MAX) => Ok(Self(narrow)),
            _ => Err(DigestError::Compression { delta }),
        }
    }

    /// The number given.
    pub fn delta(self) -> u16 {
        self.0
    }
}

impl Default for Compression {
    /// 512.
    fn default() -> Self {
        Self(512)
    }
}

//! What can be wrong with a digest.

use super::Compression;

/// An argument that makes no digest, or bytes that are none. None of these is worth a retry.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DigestError {
    /// The compression is out of bounds.
    #[error("delta {delta} is outside {}..={}", Compression::MIN, Compression::MAX)]
    Compression {
        /// The `delta` given.
        delta: i64,
    },
    /// The bytes are no rows of two single-precision numbers.
    #[error(
        "{bytes} bytes are no digest: expected a multiple of 8, a mean and a weight per centroid"
    )]
    Length {
        /// How many bytes were given.
        bytes: usize,
    },
    /// A mean is NaN, or below the one before it.
    #[error(
        "mean {mean} of centroid {index} is out of order: means must ascend, the one before is {before}"
    )]
    Mean {
        /// The mean found.
        mean: f32,
        /// Which centroid it belongs to, from 0.
        index: usize,
        /// The mean before it, or negative infinity.
        before: f32,
    },
    /// A weight is no count.
    #[error("weight {weight} of centroid {index} is no count: expected a whole number from 1 up")]
    Weight {
        /// The weight found.
        weight: f32,
        /// Which centroid it belongs to, from 0.
        index: usize,
    },
}

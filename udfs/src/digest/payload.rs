//! Digests as bytes: rows of (mean, weight) in single precision, little-endian, by ascending mean.
//!
//! These are the bytes of one cell in a ragged array with elements of dtype `float32` and shape `[-1, 2]`.

use super::{Centroid, Digest, DigestError};

/// Up to here single precision holds every whole number.
const EXACT: f64 = 16_777_216.0;

const ROW: usize = 8;

impl Digest {
    /// The finished digest as bytes; none for a digest without values.
    ///
    /// Weights are whole numbers, and their sum is the number of values: a centroid of more than 2²⁴ is written as several
    /// of the same mean. Means are rounded to single precision; values beyond its range (3.4e38) become infinite.
    pub fn payload(&self) -> Vec<u8> {
        let centroids = self.finished();
        let mut bytes = Vec::with_capacity(centroids.len() * ROW);
        for Centroid { mean, weight } in centroids {
            let mut left = weight;
            while left > 0.0 {
                let part = left.min(EXACT);
                bytes.extend((mean as f32).to_le_bytes());
                bytes.extend((part as f32).to_le_bytes());
                left -= part;
            }
        }
        bytes
    }
}

/// The centroids of a payload, by ascending mean. No bytes give none.
///
/// # Errors
/// [`DigestError::Length`], [`DigestError::Mean`], [`DigestError::Weight`]: what does not follow the format is refused, as
/// quantiles of it would be made up.
pub fn read_payload(bytes: &[u8]) -> Result<Vec<Centroid>, DigestError> {
    let (rows, []) = bytes.as_chunks::<ROW>() else {
        return Err(DigestError::Length { bytes: bytes.len() });
    };
    let mut centroids = Vec::with_capacity(rows.len());
    let mut before = f32::NEG_INFINITY;
    for (index, &[a, b, c, d, e, f, g, h]) in rows.iter().enumerate() {
        let (mean, weight) = (f32::from_le_bytes([a, b, c, d]), f32::from_le_bytes([e, f, g, h]));
        if mean.is_nan() || mean < before {
            return Err(DigestError::Mean { mean, index, before });
        }
        if !(weight >= 1.0 && weight.is_finite() && weight.fract() == 0.0) {
            return Err(DigestError::Weight { weight, index });
        }
        before = mean;
        centroids.push(Centroid { mean: mean.into(), weight: weight.into() });
    }
    Ok(centroids)
}

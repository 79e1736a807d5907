//! Quantiles of a digest.

use super::Centroid;

/// The quantile `q` of centroids in ascending order, or `None` if there are none or `q` is outside 0..=1.
///
/// With n values, h = q (n − 1) is the rank asked for. A centroid stands in the middle of the ranks of its values, and
/// between two centroids the value is interpolated linearly. Where all weights are 1 that is the exact quantile, as the
/// aggregate `quantile` gives it. Beyond the middle of the first and the last centroid it is their mean.
///
/// Between a number and an infinity it is that infinity, and NaN between negative infinity and anything else.
pub fn quantile(centroids: &[Centroid], q: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&q) {
        return None;
    }
    let values: f64 = centroids.iter().map(|c| c.weight).sum();
    let rank = q * (values - 1.0);
    let mut before = 0.0;
    let mut below: Option<(f64, f64)> = None;
    for centroid in centroids {
        let (at, mean) = (before + (centroid.weight - 1.0) / 2.0, centroid.mean);
        if rank <= at {
            return Some(match below {
                Some((low, value)) if rank < at && value != mean => {
                    let part = (rank - low) / (at - low);
                    if part > 0.0 { value + part * (mean - value) } else { value }
                }
                _ => mean,
            });
        }
        below = Some((at, mean));
        before += centroid.weight;
    }
    below.map(|(_, mean)| mean)
}

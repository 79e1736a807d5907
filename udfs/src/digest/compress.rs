//! Joining centroids as far as their places allow.

use std::f64::consts::TAU;

use super::Centroid;

/// How far centroids may reach, by the scale function k₁ of the paper with its widest steps capped.
///
/// k₁(q) = δ/2π · asin(2q − 1); a centroid from q₀ to q₁ has k₁(q₁) − k₁(q₀) ≤ 1. In the middle that alone would allow
/// π/δ of the values. The cap of 2/δ costs a fifth more centroids, and is the bound that can be promised for values in any
/// distribution, gaps and steps included.
#[derive(Debug, Clone, Copy)]
struct Scale {
    sin: f64,
    cos: f64,
    cap: f64,
}

impl Scale {
    fn new(delta: f64) -> Self {
        let (sin, cos) = (TAU / delta).sin_cos();
        Self { sin, cos, cap: 2.0 / delta }
    }

    /// Where a centroid that begins at `q` must end.
    fn end(self, q: f64) -> f64 {
        // sin(asin(s) + 2π/δ), without the arc sine.
        let s = 2.0 * q - 1.0;
        let sine = if s >= self.cos {
            1.0
        } else {
            s * self.cos + (1.0 - s * s).max(0.0).sqrt() * self.sin
        };
        f64::midpoint(sine, 1.0).min(q + self.cap)
    }
}

/// A gap wider than this share of the whole range is not joined across; so there are at most so many more centroids.
const GAP: f64 = 1.0 / 64.0;

/// Sorts centroids and joins neighbours. The first and the last stay as they are, so that extremes are kept; so do
/// infinities, whose means with other values would say nothing. Nor is anything joined across a wide gap: the mean of two
/// surfaces, or of two flags, is a value that was never met.
///
/// The result depends on the centroids alone and not on their order.
pub(super) fn compress(centroids: &mut Vec<Centroid>, delta: f64) {
    centroids.sort_unstable_by(|a, b| {
        a.mean.total_cmp(&b.mean).then_with(|| a.weight.total_cmp(&b.weight))
    });
    let total: f64 = centroids.iter().map(|c| c.weight).sum();
    let scale = Scale::new(delta);
    let Some(last) = centroids.len().checked_sub(1) else { return };
    let mut finite = centroids.iter().map(|c| c.mean).filter(|mean| mean.is_finite());
    let lowest = finite.next().unwrap_or_default();
    // Each part by itself, as the whole range may be beyond a double.
    let near = finite.next_back().unwrap_or(lowest) * GAP - lowest * GAP;

    let (mut kept, mut before) = (0, 0.0);
    let mut end = 0.0;
    for i in 1..=last {
        let next = centroids[i];
        let current = &mut centroids[kept];
        let weight = current.weight + next.weight;
        let inner = kept > 0 && i < last;
        if inner && before + weight <= end && joinable(*current, next, near) {
            // Weighted this way it cannot overflow; the clamp keeps the means ascending whatever is rounded.
            let mean =
                current.mean * (current.weight / weight) + next.mean * (next.weight / weight);
            *current = Centroid { mean: mean.clamp(current.mean, next.mean), weight };
        } else {
            before += current.weight;
            kept += 1;
            centroids[kept] = next;
            end = scale.end(before / total) * total;
        }
    }
    centroids.truncate(kept + 1);
}

fn joinable(a: Centroid, b: Centroid, near: f64) -> bool {
    // The distance of an infinity is infinite, or NaN.
    a.mean == b.mean || b.mean - a.mean <= near
}

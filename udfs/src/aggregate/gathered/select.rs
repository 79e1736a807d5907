//! Exact quantiles of a list, by selection.

use super::deal::{self, deal};
use super::key::Key;
use super::probabilities::Probabilities;

/// Lists shorter than those that are dealt out are sorted: it is quicker than to partition them around several ranks.
const SORTED: usize = *deal::LENGTHS.start() - 1;

/// Finds the quantiles of list after list, with its own working space.
#[derive(Debug, Default)]
pub(super) struct Selection<K> {
    ranks: Vec<usize>,
    dealt: Vec<K>,
    deviations: Vec<i64>,
}

/// The median absolute deviation of a normal distribution is its standard deviation divided by this.
const NORMAL: f64 = 1.4826;

impl<K: Key> Selection<K> {
    /// Writes the quantiles of `keys`, which must not be empty, to `out`, in the order in which the `q` were given.
    ///
    /// With n values s[0] ≤ … ≤ s[n−1], h = q (n−1) and i = ⌊h⌋, a quantile is s[i] + (h−i) (s[i+1] − s[i]), in Float64:
    /// the "linear" method of numpy, R's type 7. Where h is whole, or both values are the same, it is that value.
    /// `keys` is left in another order.
    pub(super) fn quantiles(
        &mut self,
        keys: &mut [K],
        probabilities: &Probabilities,
        out: &mut [f64],
    ) {
        let n = keys.len();
        self.ranks.clear();
        for (_, q) in probabilities.ascending() {
            let (low, part) = position(q, n);
            let high = low + usize::from(part > 0.0);
            for rank in [low, high] {
                if self.ranks.last().is_none_or(|&last| last < rank) {
                    self.ranks.push(rank);
                }
            }
        }
        self.place(keys);
        for (at, q) in probabilities.ascending() {
            let (low, part) = position(q, n);
            out[at] = between(keys, low, part);
        }
    }

    /// Puts into `keys[rank]` what would stand there if `keys` were sorted, for each of the ranks.
    fn place(&mut self, keys: &mut [K]) {
        let dealt =
            deal::LENGTHS.contains(&keys.len()).then(|| deal(keys, &mut self.dealt)).flatten();
        let Some(ends) = dealt else {
            return place(keys, 0, &self.ranks);
        };
        let (mut start, mut at) = (0, 0);
        let mut ranks = self.ranks.as_slice();
        while let Some(&rank) = ranks.first() {
            while ends[at] <= rank {
                (start, at) = (ends[at], at + 1);
            }
            let here = ranks.iter().take_while(|&&rank| rank < ends[at]).count();
            place(&mut keys[start..ends[at]], start, &ranks[..here]);
            ranks = &ranks[here..];
        }
    }

    /// 1.4826 times the median of the distances to the median, of `keys`, which must not be empty; NaN if the median is
    /// not finite. `keys` is left in another order.
    pub(super) fn nmad(&mut self, keys: &mut [K]) -> f64 {
        let middle = median(keys);
        if !middle.is_finite() {
            return f64::NAN;
        }
        self.deviations.clear();
        let deviation = |key: &K| <i64 as Key>::of((key.as_f64() - middle).abs());
        self.deviations.extend(keys.iter().map(deviation));
        NORMAL * median(&mut self.deviations)
    }
}

fn median<K: Key>(keys: &mut [K]) -> f64 {
    let (low, part) = position(0.5, keys.len());
    let ranks = [low, low + 1];
    place(keys, 0, &ranks[..1 + usize::from(part > 0.0)]);
    between(keys, low, part)
}

/// The value `part` of the way from the rank `low` to the next.
fn between<K: Key>(keys: &[K], low: usize, part: f64) -> f64 {
    let value = keys[low].as_f64();
    if part > 0.0 && keys[low] != keys[low + 1] {
        value + part * (keys[low + 1].as_f64() - value)
    } else {
        value
    }
}

/// Where the quantile `q` of `n` values lies: the rank below it, and how far it is from there to the next.
fn position(q: f64, n: usize) -> (usize, f64) {
    let last = n - 1;
    let h = q * last as f64;
    let low = h.floor();
    // q (n−1) is at most n−1 for q ≤ 1, also when rounded.
    if low as usize >= last { (last, 0.0) } else { (low as usize, h - low) }
}

/// Puts into `keys[rank − first]` what would stand there if `keys` were sorted, for each of the ascending `ranks`.
fn place<K: Key>(keys: &mut [K], first: usize, ranks: &[usize]) {
    if ranks.is_empty() || keys.len() < 2 {
        return;
    }
    if keys.len() <= SORTED {
        keys.sort_unstable();
        return;
    }
    let middle = ranks.len() / 2;
    let rank = ranks[middle];
    let (below, _, above) = keys.select_nth_unstable(rank - first);
    place(below, first, &ranks[..middle]);
    place(above, rank + 1, &ranks[middle + 1..]);
}

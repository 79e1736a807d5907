//! Ranks of lists of dozens to hundreds of values, by dealing them out to buckets.

use std::ops::RangeInclusive;

use super::key::Key;

/// Lists for which dealing out is quicker: for shorter ones it is sorting, and longer ones are partitioned as quickly.
pub(super) const LENGTHS: RangeInclusive<usize> = 49..=512;

/// A power of two, of the order of the lists' lengths, so that a bucket has a value or two.
const BUCKETS: usize = 128;

/// 2⁵². Doubles from here to its double are the whole numbers, so adding it rounds, and leaves the number in the low bits.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// Puts `keys` in an order in which no key is in a bucket before that of its predecessor, and returns where the buckets end.
/// `None`, and nothing done, if all values are the same or some are infinite.
///
/// Buckets are as wide as each other. Subtraction, multiplication and rounding are monotone, so a greater value is never
/// in a lower bucket, however they round.
pub(super) fn deal<K: Key>(keys: &mut [K], dealt: &mut Vec<K>) -> Option<[usize; BUCKETS]> {
    let mut range = (*keys.first()?, *keys.first()?);
    for &key in keys.iter() {
        range = (range.0.min(key), range.1.max(key));
    }
    let low = range.0.as_f64();
    let scale = (BUCKETS - 1) as f64 / (range.1.as_f64() - low);
    if !(scale.is_finite() && scale > 0.0) {
        return None;
    }
    let bucket = |key: K| ((key.as_f64() - low) * scale + WHOLE).to_bits() as usize % BUCKETS;

    let mut ends = [0; BUCKETS];
    for &key in keys.iter() {
        ends[bucket(key)] += 1;
    }
    let mut before = 0;
    for end in &mut ends {
        before += std::mem::replace(end, before);
    }
    dealt.clear();
    dealt.resize(keys.len(), K::default());
    for &key in keys.iter() {
        let end = &mut ends[bucket(key)];
        dealt[*end] = key;
        *end += 1;
    }
    keys.copy_from_slice(dealt);
    Some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other() {
        let values = [3.0, -0.0, 0.0, 1e300, -1e300, 2.5, 5e-324, 1e299, -7e299, 1e300];
        let mut keys: Vec<i64> = values.iter().map(|&v| <i64 as Key>::of(v)).collect();
        let mut sorted = keys.clone();
        let ends = deal(&mut keys, &mut Vec::new()).unwrap();
        assert_eq!(ends[BUCKETS - 1], keys.len());
        let mut start = 0;
        for end in ends {
            keys[start..end].sort_unstable();
            start = end;
        }
        sorted.sort_unstable();
        assert_eq!(keys, sorted);
    }

    #[test]
    fn what_cannot_be_dealt_out_is_left_as_it_was() {
        for values in [
            [1.0, 1.0, 1.0],
            [0.0, -0.0, 0.0],
            [f64::INFINITY, 0.0, 1.0],
            [f64::MIN, f64::MAX, 0.0],
        ] {
            let keys = values.map(<i64 as Key>::of);
            let mut after = keys;
            assert!(deal(&mut after, &mut Vec::new()).is_none(), "{values:?}");
            assert_eq!(after, keys);
        }
        assert!(deal::<i32>(&mut [], &mut Vec::new()).is_none());
    }
}

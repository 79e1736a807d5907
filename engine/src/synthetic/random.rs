//! Pseudo-random numbers that are the same for ever.

use std::f64::consts::TAU;

/// SplitMix64 (Steele, Lea and Flood 2014): small, quick, and good enough for noise.
pub(super) struct Random(u64);

impl Random {
    /// A stream of its own for each seed and each sequence of numbers, such as granule and beam.
    pub(super) fn new(seed: u64, stream: &[u64]) -> Self {
        stream.iter().fold(Self(seed), |mut random, &number| {
            let mixed = random.next();
            Self(mixed ^ number.wrapping_mul(0xd134_2543_de82_ef95))
        })
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Evenly spread over 0 ≤ x < 1.
    pub(super) fn uniform(&mut self) -> f64 {
        // 53 bits: as many as a double holds.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly spread over `low..high`; `low` if that is empty.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + (self.uniform() * high.saturating_sub(low) as f64) as usize
    }

    /// From the standard normal distribution (Box and Muller 1958).
    pub(super) fn normal(&mut self) -> f64 {
        // Not zero, whose logarithm is infinite.
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix64_gives_its_published_values() {
        let mut random = Random::new(1_234_567, &[]);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn streams_differ_and_moments_are_right() {
        let first = |stream: &[u64]| Random::new(7, stream).next();
        assert_ne!(first(&[0, 1]), first(&[1, 0]));
        let mut random = Random::new(7, &[3]);
        let normal: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let mean = normal.iter().sum::<f64>() / 1e5;
        let variance = normal.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
    }
}

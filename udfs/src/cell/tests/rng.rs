//! A small generator with a fixed seed (SplitMix64), so that a failing case is the same everywhere.

pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in 0..1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A position, uniform on the sphere: longitude in -180..180, latitude.
    pub(crate) fn position(&mut self) -> (f64, f64) {
        let lon = self.unit() * 360.0 - 180.0;
        (lon, (self.unit() * 2.0 - 1.0).asin().to_degrees())
    }
}

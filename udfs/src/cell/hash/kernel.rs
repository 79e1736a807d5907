//! Which instructions the slices are hashed with.

use super::blocks::{self, Tally};
use super::id::Id;
use super::reference::Reference;

/// Whether code for the target as such may use fused multiply-adds. Where not, asking for one is a call of a library.
const BASELINE_FMA: bool = cfg!(any(target_arch = "aarch64", target_feature = "fma"));

/// The ways to hash slices. All give the same ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    /// One position after the other, by the reference.
    Reference,
    /// By blocks, with what every processor of the target has: SSE2 on x86-64, NEON on aarch64.
    Baseline,
    /// By blocks, four positions in a vector.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// By blocks, eight positions in a vector.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernel {
    /// All of this target, the slowest first.
    const ALL: &[Self] = &[
        Self::Reference,
        Self::Baseline,
        #[cfg(target_arch = "x86_64")]
        Self::Avx2,
        #[cfg(target_arch = "x86_64")]
        Self::Avx512,
    ];

    /// Those that this processor can run, the fastest last.
    pub(super) fn available() -> impl DoubleEndedIterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kernel| kernel.is_available())
    }

    pub(super) fn best() -> Self {
        Self::available().next_back().unwrap_or(Self::Reference)
    }

    /// The answer of the processor is cached by the standard library.
    fn is_available(self) -> bool {
        match self {
            Self::Reference | Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
    }

    /// The cells of equally long slices. A kernel that this processor cannot run is replaced by the reference.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "whether a processor has an instruction is known at run time only"
        )
    )]
    pub(super) fn fill<I: Id>(
        self,
        reference: &Reference,
        lon: &[f64],
        lat: &[f64],
        out: &mut [I],
    ) -> Tally {
        match self {
            Self::Baseline => blocks::fill::<I, BASELINE_FMA>(reference, lon, lat, out),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has just been asked for every feature that the function enables.
            Self::Avx2 if self.is_available() => unsafe { avx2(reference, lon, lat, out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise.
            Self::Avx512 if self.is_available() => unsafe { avx512(reference, lon, lat, out) },
            _ => {
                let mut tally = Tally::default();
                out.fill(I::NONE);
                blocks::redo(reference, lon, lat, out, &mut tally);
                tally
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<I: Id>(reference: &Reference, lon: &[f64], lat: &[f64], out: &mut [I]) -> Tally {
    blocks::fill::<I, true>(reference, lon, lat, out)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")]
fn avx512<I: Id>(reference: &Reference, lon: &[f64], lat: &[f64], out: &mut [I]) -> Tally {
    blocks::fill::<I, true>(reference, lon, lat, out)
}

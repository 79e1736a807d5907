//! Work that is done with the vector instructions that the processor has.

/// Work that the compiler can turn into vector instructions: loops over short arrays, without branches.
///
/// All that it calls must be inlined into it, for a function by itself is compiled for every processor of the target.
pub(super) trait Work {
    type Output;

    fn run(self) -> Self::Output;
}

/// Does work: four numbers in a vector where the processor can.
#[cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "whether a processor has an instruction is known at run time only"
    )
)]
#[inline]
pub(super) fn run<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the processor has just been asked for every feature that the function enables.
        return unsafe { avx2(work) };
    }
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

//! Planes of bytes to elements by SSE2 and AVX2: bytes of two planes are interleaved to pairs, the
//! pairs of two such to fours, and those to eights.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use super::Elements;

/// The interleaving of 2, 4 and 8 vectors, by the instructions of one vector size. Within each
/// 16 bytes, the elements of the results follow one another from the first to the last.
macro_rules! interleave {
    ($feature:literal, $vector:ty, $lo8:ident $hi8:ident $lo16:ident $hi16:ident $lo32:ident $hi32:ident) => {
        #[target_feature(enable = $feature)]
        #[inline]
        fn interleave_2([a, b]: [$vector; 2]) -> [$vector; 2] {
            [$lo8(a, b), $hi8(a, b)]
        }

        #[target_feature(enable = $feature)]
        #[inline]
        fn interleave_4([a, b, c, d]: [$vector; 4]) -> [$vector; 4] {
            let ([a, b], [c, d]) = (interleave_2([a, b]), interleave_2([c, d]));
            [$lo16(a, c), $hi16(a, c), $lo16(b, d), $hi16(b, d)]
        }

        #[target_feature(enable = $feature)]
        #[inline]
        fn interleave_8([a, b, c, d, e, f, g, h]: [$vector; 8]) -> [$vector; 8] {
            let [a, b, c, d] = interleave_4([a, b, c, d]);
            let [e, f, g, h] = interleave_4([e, f, g, h]);
            [
                $lo32(a, e),
                $hi32(a, e),
                $lo32(b, f),
                $hi32(b, f),
                $lo32(c, g),
                $hi32(c, g),
                $lo32(d, h),
                $hi32(d, h),
            ]
        }
    };
}

/// A function that writes whole blocks of elements and returns how many elements those are.
macro_rules! blocks {
    ($feature:literal, $name:ident, $width:literal, $interleave:ident) => {
        #[target_feature(enable = $feature)]
        pub(in super::super) fn $name(
            planes: [&[u8]; $width],
            places: &mut Elements<$width>,
        ) -> usize {
            let planes = planes.map(|plane| plane.as_chunks::<BLOCK>().0);
            let (blocks, _) = places.as_chunks_mut::<BLOCK>();
            let mut done = 0;
            for (at, block) in blocks.iter_mut().enumerate() {
                let mut vectors = [zero(); $width];
                for (vector, plane) in vectors.iter_mut().zip(planes) {
                    let Some(bytes) = plane.get(at) else { return done };
                    *vector = load(bytes);
                }
                let (pieces, _) = block.as_flattened_mut().as_chunks_mut::<16>();
                store($interleave(vectors), pieces);
                done += BLOCK;
            }
            done
        }
    };
}

/// The three widths by the best instructions that this machine has.
macro_rules! dispatch {
    ($name:ident, $width:literal) => {
        pub(super) fn $name(planes: [&[u8]; $width], places: &mut Elements<$width>) -> usize {
            #[expect(unsafe_code, reason = "vector instructions, almost four times as fast")]
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the machine has AVX2.
                unsafe { avx2::$name(planes, places) }
            } else {
                // SAFETY: every x86-64 machine has SSE2.
                unsafe { sse2::$name(planes, places) }
            }
        }
    };
}

dispatch!(two, 2);
dispatch!(four, 4);
dispatch!(eight, 8);

#[expect(unsafe_code, reason = "vector instructions, almost four times as fast")]
#[target_feature(enable = "sse2")]
#[inline]
fn store_16(vector: __m128i, piece: &mut [MaybeUninit<u8>; 16]) {
    // SAFETY: the piece has the 16 bytes that are written, unaligned.
    unsafe { _mm_storeu_si128(piece.as_mut_ptr().cast(), vector) }
}

pub(super) mod sse2 {
    use super::*;

    const BLOCK: usize = 16;

    #[target_feature(enable = "sse2")]
    #[inline]
    fn zero() -> __m128i {
        _mm_setzero_si128()
    }

    #[expect(unsafe_code, reason = "vector instructions, almost four times as fast")]
    #[target_feature(enable = "sse2")]
    #[inline]
    fn load(bytes: &[u8; BLOCK]) -> __m128i {
        // SAFETY: there are the 16 bytes that are read, unaligned.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    #[target_feature(enable = "sse2")]
    #[inline]
    fn store<const WIDTH: usize>(vectors: [__m128i; WIDTH], pieces: &mut [[MaybeUninit<u8>; 16]]) {
        for (vector, piece) in vectors.into_iter().zip(pieces) {
            store_16(vector, piece);
        }
    }

    interleave!("sse2", __m128i,
        _mm_unpacklo_epi8 _mm_unpackhi_epi8 _mm_unpacklo_epi16 _mm_unpackhi_epi16
        _mm_unpacklo_epi32 _mm_unpackhi_epi32);
    blocks!("sse2", two, 2, interleave_2);
    blocks!("sse2", four, 4, interleave_4);
    blocks!("sse2", eight, 8, interleave_8);
}

pub(super) mod avx2 {
    use super::*;

    const BLOCK: usize = 32;

    #[target_feature(enable = "avx2")]
    #[inline]
    fn zero() -> __m256i {
        _mm256_setzero_si256()
    }

    #[expect(unsafe_code, reason = "vector instructions, almost four times as fast")]
    #[target_feature(enable = "avx2")]
    #[inline]
    fn load(bytes: &[u8; BLOCK]) -> __m256i {
        // SAFETY: there are the 32 bytes that are read, unaligned.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    /// The instructions work within 16 bytes: the lower halves of the vectors hold the first 16
    /// elements, the upper halves the other 16.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn store<const WIDTH: usize>(vectors: [__m256i; WIDTH], pieces: &mut [[MaybeUninit<u8>; 16]]) {
        let Some((lower, upper)) = pieces.split_at_mut_checked(WIDTH) else { return };
        for ((vector, lower), upper) in vectors.into_iter().zip(lower).zip(upper) {
            store_16(_mm256_castsi256_si128(vector), lower);
            store_16(_mm256_extracti128_si256::<1>(vector), upper);
        }
    }

    interleave!("avx2", __m256i,
        _mm256_unpacklo_epi8 _mm256_unpackhi_epi8 _mm256_unpacklo_epi16 _mm256_unpackhi_epi16
        _mm256_unpacklo_epi32 _mm256_unpackhi_epi32);
    blocks!("avx2", two, 2, interleave_2);
    blocks!("avx2", four, 4, interleave_4);
    blocks!("avx2", eight, 8, interleave_8);
}

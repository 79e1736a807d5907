//! Deflate streams into memory that nothing has written yet.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use libdeflate_sys as sys;

/// A decompressor, for one stream after the other.
pub(super) struct Inflater {
    state: NonNull<sys::libdeflate_decompressor>,
}

/// Why a stream was not decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is not a zlib stream, or its checksum differs.
    Invalid,
    /// It is longer than the output.
    Longer,
}

impl Inflater {
    pub(super) fn new() -> Self {
        #[expect(unsafe_code, reason = "libdeflate is C, and its safe wrapper wants zeroed memory")]
        // SAFETY: it has no preconditions.
        let state = unsafe { sys::libdeflate_alloc_decompressor() };
        let Some(state) = NonNull::new(state) else {
            // What libdeflate asks malloc for is about this much.
            std::alloc::handle_alloc_error(std::alloc::Layout::new::<[u64; 1500]>());
        };
        Self { state }
    }

    /// Decompresses the zlib stream `input` to the start of `output` and returns its length. So
    /// many bytes of `output` are then written.
    pub(super) fn zlib<'a>(
        &mut self,
        input: &[u8],
        output: &'a mut [MaybeUninit<u8>],
    ) -> Result<&'a mut [u8], Failure> {
        let mut length = 0;
        #[expect(unsafe_code, reason = "libdeflate is C, and its safe wrapper wants zeroed memory")]
        // SAFETY: the state is live and borrowed mutably, input and output are slices of the
        // lengths given, and libdeflate reads no byte of the output that it has not written.
        let result = unsafe {
            sys::libdeflate_zlib_decompress(
                self.state.as_ptr(),
                input.as_ptr().cast(),
                input.len(),
                output.as_mut_ptr().cast(),
                output.len(),
                &raw mut length,
            )
        };
        match result {
            sys::libdeflate_result_LIBDEFLATE_SUCCESS => {
                let written = output.get_mut(..length).unwrap_or_default();
                #[expect(unsafe_code, reason = "only libdeflate knows that it wrote")]
                // SAFETY: on success libdeflate has written `length` bytes.
                Ok(unsafe { written.assume_init_mut() })
            }
            sys::libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Err(Failure::Longer),
            _ => Err(Failure::Invalid),
        }
    }
}

impl Drop for Inflater {
    fn drop(&mut self) {
        #[expect(unsafe_code, reason = "libdeflate's memory is freed by libdeflate")]
        // SAFETY: the state was allocated by libdeflate and is not used again.
        unsafe {
            sys::libdeflate_free_decompressor(self.state.as_ptr());
        }
    }
}

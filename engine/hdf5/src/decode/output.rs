//! The buffer of an array while it is being written.

use std::mem::MaybeUninit;

use arrow::buffer::MutableBuffer;

/// A buffer of `size` bytes that `write` fills. No memory is cleared for it, and none is left over
/// but what rounds it up to the 64 bytes of Arrow.
///
/// `write` shows that it has filled the whole by returning it; less is an empty buffer.
pub(crate) fn written<E>(
    size: usize,
    write: impl FnOnce(&mut [MaybeUninit<u8>]) -> Result<&mut [u8], E>,
) -> Result<MutableBuffer, E> {
    let mut buffer = MutableBuffer::with_capacity(size);
    let start: *mut MaybeUninit<u8> = buffer.as_mut_ptr().cast();
    #[expect(unsafe_code, reason = "clearing memory that is about to be written is wasted")]
    // SAFETY: the buffer has a capacity of at least `size` bytes, which need no value as they are
    // `MaybeUninit`, and is not touched while they are borrowed. An empty one is dangling, aligned.
    let bytes = unsafe { std::slice::from_raw_parts_mut(start, size) };
    let filled = write(bytes)?;
    if filled.len() == size && std::ptr::eq(filled.as_ptr(), start.cast()) {
        #[expect(unsafe_code, reason = "clearing memory that is about to be written is wasted")]
        // SAFETY: all `size` bytes are those of `filled`, which is initialised.
        unsafe {
            buffer.set_len(size);
        }
    }
    Ok(buffer)
}

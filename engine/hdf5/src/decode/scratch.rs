//! Memory that a thread keeps from one chunk to the next: what is fresh from the allocator costs a
//! page fault every 4 KiB, and what is zeroed is written twice.

use std::cell::RefCell;
use std::mem::MaybeUninit;

use super::inflate::Inflater;

/// Larger buffers are given back after use: most chunks are far smaller, and there are as many
/// buffers as threads that ever decoded.
const KEPT: usize = 4 << 20;

/// A decompressor and two buffers, so that each filter may read one and write the other.
pub(crate) struct Scratch {
    pub(super) inflater: Inflater,
    pub(super) buffers: [Buffer; 2],
}

/// Bytes that were written, in memory that was not cleared.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
}

impl Buffer {
    /// The bytes written last.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Lets `write` fill `size` bytes, as many as it likes from the first, and keeps those it
    /// returns.
    pub(super) fn write<E>(
        &mut self,
        size: usize,
        write: impl FnOnce(&mut [MaybeUninit<u8>]) -> Result<&mut [u8], E>,
    ) -> Result<(), E> {
        self.bytes.clear();
        self.bytes.reserve(size);
        let start = self.bytes.as_ptr();
        let spare = self.bytes.spare_capacity_mut().get_mut(..size).unwrap_or_default();
        let written = write(spare)?;
        let length = if written.as_ptr() == start { written.len() } else { 0 };
        #[expect(unsafe_code, reason = "clearing memory that is about to be written is wasted")]
        // SAFETY: `written` is a slice of initialised bytes that starts where the vector does; the
        // vector's memory is borrowed for it and no larger allocation starts there, so it lies
        // within.
        unsafe {
            self.bytes.set_len(length);
        }
        Ok(())
    }

    fn trim(&mut self) {
        if self.bytes.capacity() > KEPT {
            self.bytes = Vec::new();
        }
    }
}

/// Calls `decode` with this thread's memory.
pub(crate) fn with<T>(decode: impl FnOnce(&mut Scratch) -> T) -> T {
    thread_local! {
        static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch {
            inflater: Inflater::new(),
            buffers: Default::default(),
        });
    }
    SCRATCH.with_borrow_mut(|scratch| {
        let decoded = decode(scratch);
        scratch.buffers.iter_mut().for_each(Buffer::trim);
        decoded
    })
}

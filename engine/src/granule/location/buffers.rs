//! Buffers that are read into again and again.

use std::sync::Arc;

use parking_lot::Mutex;

/// Buffers kept for the next reads.
const KEPT: usize = 32;

/// Longer ones are given back: they are rare.
const LONGEST_KEPT: usize = 2 << 20;

/// Buffers that nobody reads from now.
///
/// A fresh buffer costs more than filling it: its pages are mapped, cleared by the kernel, and cleared once
/// more to have a value.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    free: Mutex<Vec<Vec<u8>>>,
}

/// A buffer that goes back when it is dropped. Its first `len` bytes are its content.
#[derive(Debug)]
pub(super) struct Lent {
    pub(super) bytes: Vec<u8>,
    pub(super) len: usize,
    from: Arc<Buffers>,
}

impl Buffers {
    /// A buffer of at least `len` bytes. What is in it is left over from its last use.
    pub(super) fn lend(self: &Arc<Self>, len: usize) -> Lent {
        let mut bytes = self.take(len).unwrap_or_default();
        if bytes.len() < len {
            bytes = vec![0; len];
        }
        Lent { bytes, len, from: Arc::clone(self) }
    }

    /// The smallest that is long enough, so that a short read does not take a long one's buffer.
    fn take(&self, len: usize) -> Option<Vec<u8>> {
        let free = &mut *self.free.lock();
        let fits = free.iter().enumerate().filter(|(_, bytes)| bytes.len() >= len);
        let (at, _) = fits.min_by_key(|(_, bytes)| bytes.len())?;
        Some(free.swap_remove(at))
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes.len() <= LONGEST_KEPT {
            let free = &mut *self.from.free.lock();
            if free.len() == KEPT {
                // The first is as good as any: what stays is what is asked for.
                free.swap_remove(0);
            }
            free.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_and_are_lent_to_those_they_fit() {
        let buffers = Arc::<Buffers>::default();
        let (small, large) = (buffers.lend(10), buffers.lend(1000));
        let places = (small.bytes.as_ptr(), large.bytes.as_ptr());
        drop((small, large));
        let (small, large) = (buffers.lend(8), buffers.lend(900));
        assert_eq!((small.bytes.as_ptr(), large.bytes.as_ptr()), places);
        assert_eq!((small.as_ref().len(), large.as_ref().len()), (8, 900));
    }
}

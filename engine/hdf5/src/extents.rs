//! The cached bytes of a file: disjoint extents by their absolute offset.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// Cached extents. Cloning copies no bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extents {
    by_start: BTreeMap<u64, Bytes>,
}

impl Extents {
    /// Adds `bytes` at `start`; what is cached already stays.
    pub(crate) fn insert(&mut self, start: u64, bytes: &Bytes) {
        let end = start + bytes.len() as u64;
        for gap in self.gaps(start..end) {
            let slice = bytes.slice((gap.start - start) as usize..(gap.end - start) as usize);
            self.by_start.insert(gap.start, slice);
        }
    }

    /// The parts of `range` that are not cached, in ascending order.
    pub(crate) fn gaps(&self, range: Range<u64>) -> Vec<Range<u64>> {
        let mut gaps = Vec::new();
        let mut at = range.start;
        let before = self.by_start.range(..=at).next_back();
        if let Some((start, bytes)) = before {
            at = at.max(start + bytes.len() as u64);
        }
        if at < range.end {
            for (&start, bytes) in self.by_start.range(at..range.end) {
                if at < start {
                    gaps.push(at..start);
                }
                at = start + bytes.len() as u64;
            }
        }
        if at < range.end {
            gaps.push(at..range.end);
        }
        gaps
    }

    /// The bytes of `range`, if all of it is cached.
    pub(crate) fn get(&self, range: Range<u64>) -> Option<Bytes> {
        if range.start >= range.end {
            return Some(Bytes::new());
        }
        let mut joined = BytesMut::new();
        let mut at = range.start;
        while at < range.end {
            let (start, bytes) = self.by_start.range(..=at).next_back()?;
            let end = (start + bytes.len() as u64).min(range.end);
            if end <= at {
                return None;
            }
            let slice = bytes.slice((at - start) as usize..(end - start) as usize);
            if at == range.start && end == range.end {
                return Some(slice);
            }
            joined.extend_from_slice(&slice);
            at = end;
        }
        Some(joined.freeze())
    }

    /// The number of bytes held.
    pub(crate) fn len(&self) -> u64 {
        self.by_start.values().map(|bytes| bytes.len() as u64).sum()
    }

    pub(crate) fn clear(&mut self) {
        self.by_start.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_neighbours_and_reports_gaps() {
        let mut extents = Extents::default();
        extents.insert(10, &Bytes::from_static(b"abcde"));
        extents.insert(15, &Bytes::from_static(b"fgh"));
        extents.insert(30, &Bytes::from_static(b"xyz"));
        assert_eq!(extents.get(11..17).as_deref(), Some(&b"bcdefg"[..]));
        assert_eq!(extents.get(16..19), None);
        assert_eq!(extents.get(5..11), None);
        assert_eq!(extents.gaps(0..40), vec![0..10, 18..30, 33..40]);
        assert_eq!(extents.gaps(12..18), vec![]);
        assert_eq!(extents.gaps(17..31), vec![18..30]);
    }

    #[test]
    fn overlapping_insert_keeps_what_was_there() {
        let mut extents = Extents::default();
        extents.insert(4, &Bytes::from_static(b"44"));
        extents.insert(0, &Bytes::from_static(b"0123456789"));
        assert_eq!(extents.get(0..10).as_deref(), Some(&b"0123446789"[..]));
        assert_eq!(extents.len(), 10);
    }
}

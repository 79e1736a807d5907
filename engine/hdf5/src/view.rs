//! What a parse sees of the file: cached bytes, and a list on which to note what is missing.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::checksum::lookup3;
use crate::extents::Extents;
use crate::fault::{Fault, Parse, Stop};
use crate::format::cursor::Cursor;
use crate::format::group::Link;
use crate::format::heap::global::Collection;
use crate::format::object_header::ObjectHeader;

/// No single metadata structure is larger than this; a length beyond it is a corrupt length.
const LARGEST_STRUCTURE: u64 = 64 << 20;

/// The widths of the file's numbers and where its addresses count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    /// Offset of the superblock: the size of the user block.
    pub(crate) base: u64,
    /// Bytes of an address.
    pub(crate) offset_size: u8,
    /// Bytes of a length.
    pub(crate) length_size: u8,
    /// Size of the file.
    pub(crate) size: u64,
    /// Bytes of a page, if metadata and data stand in pages of their own.
    pub(crate) page: Option<u64>,
}

impl Format {
    /// The format of a file of `size` bytes whose addresses count from its first byte.
    pub(crate) fn plain(size: u64) -> Self {
        Self { base: 0, offset_size: 8, length_size: 8, size, page: None }
    }

    /// The absolute range of `length` bytes at `address`, if it lies within the file.
    pub(crate) fn range(&self, what: &str, address: u64, length: u64) -> Result<Range<u64>, Fault> {
        let start = address.checked_add(self.base);
        let end = start.and_then(|start| start.checked_add(length));
        match (start, end) {
            (Some(start), Some(end)) if end <= self.size => Ok(start..end),
            _ => Err(Fault::Truncated {
                offset: start.unwrap_or(address),
                expected: format!("{length} bytes of {what}"),
                end: self.size,
            }),
        }
    }
}

/// What one walk has parsed already, kept over its rounds.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    verified: RefCell<HashSet<(u64, u64)>>,
    pub(crate) headers: RefCell<HashMap<u64, Arc<ObjectHeader>>>,
    pub(crate) links: RefCell<HashMap<(u64, String), Option<Link>>>,
    pub(crate) collections: RefCell<HashMap<u64, Arc<Collection>>>,
}

/// One round's view of the file.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) format: Format,
    pub(crate) memo: &'a Memo,
    cached: &'a Extents,
    missing: RefCell<Vec<Range<u64>>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(format: Format, cached: &'a Extents, memo: &'a Memo) -> Self {
        Self { format, memo, cached, missing: RefCell::default() }
    }

    /// The ranges the parse asked for in vain.
    pub(crate) fn into_missing(self) -> Vec<Range<u64>> {
        self.missing.into_inner()
    }

    /// See [`Format::range`].
    pub(crate) fn range(&self, what: &str, address: u64, length: u64) -> Parse<Range<u64>> {
        Ok(self.format.range(what, address, length)?)
    }

    /// `length` bytes at `address` (counted from the base address).
    pub(crate) fn read(&self, what: &'static str, address: u64, length: u64) -> Parse<Bytes> {
        let range = self.range(what, address, length)?;
        if length > LARGEST_STRUCTURE {
            return Err(Fault::corrupt(
                range.start,
                format!("{what} of at most {LARGEST_STRUCTURE} bytes"),
                format!("{length} bytes"),
            )
            .into());
        }
        match self.cached.get(range.clone()) {
            Some(bytes) => Ok(bytes),
            None => {
                self.missing.borrow_mut().push(range);
                Err(Stop::Missing)
            }
        }
    }

    /// Like [`View::read`], for a structure whose last four bytes are its checksum. The returned
    /// bytes do not include it.
    pub(crate) fn checked(&self, what: &'static str, address: u64, length: u64) -> Parse<Bytes> {
        let mut bytes = self.read(what, address, length)?;
        let start = address + self.format.base;
        let body = bytes.len().saturating_sub(4);
        let stored = bytes.split_off(body);
        self.verify_once(address, length, || self.compare(what, start, &stored, lookup3(&bytes)))?;
        Ok(bytes)
    }

    /// Runs `verify` for a structure unless an earlier round of the walk did.
    pub(crate) fn verify_once(
        &self,
        address: u64,
        length: u64,
        verify: impl FnOnce() -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let key = (address, length);
        if !self.memo.verified.borrow().contains(&key) {
            verify()?;
            self.memo.verified.borrow_mut().insert(key);
        }
        Ok(())
    }

    /// Compares a stored checksum (little endian) with the computed one.
    #[allow(unexpected_cfgs, reason = "cargo-fuzz sets `fuzzing`, and no other build does")]
    pub(crate) fn compare(
        &self,
        what: &'static str,
        start: u64,
        stored: &[u8],
        found: u32,
    ) -> Result<(), Fault> {
        // A fuzzer does not guess checksums, and what they shield must stand damage without them.
        if cfg!(fuzzing) || stored == found.to_le_bytes() {
            return Ok(());
        }
        let stored = stored.iter().rev().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
        Err(Fault::corrupt(
            start,
            format!("{what} with checksum {stored:#010x}"),
            format!("bytes with checksum {found:#010x}"),
        ))
    }

    /// A cursor over `bytes`, which were read at `address`.
    pub(crate) fn cursor<'b>(
        &self,
        what: &'static str,
        address: u64,
        bytes: &'b [u8],
    ) -> Cursor<'b> {
        Cursor::new(what, self.format, address.saturating_add(self.format.base), bytes)
    }
}

/// Blocks that one structure has visited. A second visit is a loop, and blocks that overlap could
/// be told to hold any amount: together they are no larger than the file.
#[derive(Debug, Default)]
pub(crate) struct Visited {
    addresses: HashSet<u64>,
    bytes: u64,
}

impl Visited {
    pub(crate) fn visit(
        &mut self,
        view: &View<'_>,
        what: &'static str,
        address: u64,
    ) -> Result<(), Fault> {
        if self.addresses.insert(address) {
            return Ok(());
        }
        Err(Fault::corrupt(
            address.saturating_add(view.format.base),
            format!("{what} that refers to no block twice"),
            "a second reference",
        ))
    }

    /// Counts `bytes` that were found in the block at `address`.
    pub(crate) fn hold(
        &mut self,
        view: &View<'_>,
        what: &'static str,
        address: u64,
        bytes: u64,
    ) -> Result<(), Fault> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes <= view.format.size {
            return Ok(());
        }
        Err(Fault::corrupt(
            address.saturating_add(view.format.base),
            format!("{what} of a structure no larger than the file"),
            format!("{} bytes in all", self.bytes),
        ))
    }

    pub(crate) fn len(&self) -> usize {
        self.addresses.len()
    }
}

//! Reading numbers from the bytes of one structure, every step checked.

use std::borrow::Cow;

use crate::fault::Fault;
use crate::view::Format;

/// A position in the bytes of one structure.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    what: &'static str,
    format: Format,
    origin: u64,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(what: &'static str, format: Format, origin: u64, bytes: &'a [u8]) -> Self {
        Self { what, format, origin, bytes, at: 0 }
    }

    /// The absolute offset in the file.
    pub(crate) fn offset(&self) -> u64 {
        self.origin.saturating_add(self.at as u64)
    }

    /// Bytes consumed so far.
    pub(crate) fn consumed(&self) -> usize {
        self.at
    }

    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// A fault at the current position.
    pub(crate) fn corrupt(
        &self,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> Fault {
        Fault::corrupt(self.offset(), expected, found)
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let end = self.at.checked_add(length);
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(taken) => {
                self.at += length;
                Ok(taken)
            }
            None => Err(self.corrupt(
                format!("{length} more bytes of {}", self.what),
                format!("{} bytes", self.remaining()),
            )),
        }
    }

    pub(crate) fn skip(&mut self, length: usize) -> Result<(), Fault> {
        self.take(length).map(|_| ())
    }

    /// Skips to the next multiple of `alignment` from the start of the structure; a structure that
    /// ends before it is left at its end.
    pub(crate) fn align(&mut self, alignment: usize) {
        self.at = self.at.next_multiple_of(alignment).min(self.bytes.len());
    }

    /// An unsigned little-endian number of `width` (at most 8) bytes.
    pub(crate) fn uint(&mut self, width: usize) -> Result<u64, Fault> {
        let bytes = self.take(width.min(8))?;
        Ok(bytes.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Fault> {
        self.uint(1).map(|value| value as u8)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Fault> {
        self.uint(2).map(|value| value as u16)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Fault> {
        self.uint(4).map(|value| value as u32)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Fault> {
        self.uint(8)
    }

    /// A length, of the file's width.
    pub(crate) fn length(&mut self) -> Result<u64, Fault> {
        self.uint(self.format.length_size.into())
    }

    /// An address, of the file's width; `None` is the undefined address (all bits set).
    pub(crate) fn address(&mut self) -> Result<Option<u64>, Fault> {
        self.unless_all_ones(self.format.offset_size)
    }

    /// A length, of the file's width, that may be without limit (all bits set).
    pub(crate) fn limit(&mut self) -> Result<Option<u64>, Fault> {
        self.unless_all_ones(self.format.length_size)
    }

    fn unless_all_ones(&mut self, width: u8) -> Result<Option<u64>, Fault> {
        let value = self.uint(width.into())?;
        let ones = u64::MAX >> (64 - 8 * u32::from(width.clamp(1, 8)));
        Ok((value != ones).then_some(value))
    }

    /// An address that must be there.
    pub(crate) fn defined_address(&mut self, of: &str) -> Result<u64, Fault> {
        let found = self.corrupt(format!("the address of {of}"), "the undefined address");
        self.address()?.ok_or(found)
    }

    pub(crate) fn signature(&mut self, signature: &'static [u8; 4]) -> Result<(), Fault> {
        let offset = self.offset();
        let found = self.take(4)?;
        if found == signature {
            return Ok(());
        }
        Err(Fault::corrupt(
            offset,
            format!("{} with signature \"{}\"", self.what, signature.escape_ascii()),
            format!("\"{}\"", found.escape_ascii()),
        ))
    }

    /// A version byte, which must be one of `known`.
    pub(crate) fn version(&mut self, known: &[u8]) -> Result<u8, Fault> {
        let offset = self.offset();
        let version = self.u8()?;
        if known.contains(&version) {
            return Ok(version);
        }
        Err(Fault::corrupt(
            offset,
            format!("{} of version {known:?}", self.what),
            format!("version {version}"),
        ))
    }
}

/// Text up to the first NUL, whatever its encoding.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let bytes = bytes.get(..end).unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

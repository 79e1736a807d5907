//! The superblock: where addresses count from, how wide they are, and where the root group is.

use std::sync::Arc;

use bytes::Bytes;

use crate::error::Error;
use crate::fault::{Fault, Parse, Siblings};
use crate::format::cursor::Cursor;
use crate::format::object_header::{ObjectHeader, kind};
use crate::view::{Format, View};

/// The file space strategy that keeps metadata and data in pages of their own.
const PAGED: u8 = 1;

const SIGNATURE: &[u8; 8] = b"\x89HDF\r\n\x1a\n";

/// What the superblock says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Superblock {
    pub(crate) root: u64,
    /// B-tree and local heap of the root group, where the superblock caches them.
    pub(crate) root_symbol_table: Option<(u64, u64)>,
    extension: Option<u64>,
    driver: Option<u64>,
}

/// Offsets at which a superblock may stand: 0, 512, 1024, 2048, …
fn candidates(size: u64) -> impl Iterator<Item = u64> {
    let doubling = std::iter::successors(Some(512_u64), |at| at.checked_mul(2));
    std::iter::once(0).chain(doubling).take_while(move |at| at.saturating_add(9) <= size)
}

/// Finds the signature; the result is the size of the user block.
pub(crate) fn locate(view: &View<'_>) -> Parse<Option<u64>> {
    let mut siblings = Siblings::default();
    for base in candidates(view.format.size) {
        // Nearly every file has no user block. Only if this one has are all the other places asked
        // for, together.
        let found = match base {
            0 => Some(view.read("signature", base, 8)?),
            _ => siblings.take(view.read("signature", base, 8))?,
        };
        if found.is_some_and(|found| found == SIGNATURE.as_slice()) {
            return Ok(Some(base));
        }
    }
    siblings.finish()?;
    Ok(None)
}

/// The error for a file without a signature, told by its first bytes.
pub(crate) fn not_hdf5(name: &Arc<str>, first: &Bytes) -> Error {
    let start = first.get(..8.min(first.len())).unwrap_or_default();
    Error::NotHdf5 {
        file: Arc::clone(name),
        found: format!("a file that starts with \"{}\"", start.escape_ascii()),
    }
}

impl Superblock {
    /// Reads the superblock at `base`. The format returned has the base and the widths set.
    pub(crate) fn read(view: &View<'_>, base: u64) -> Parse<(Self, Format)> {
        let format = Format { base, ..view.format };
        let view_at_base = |length: u64| view.read("superblock", base, length);
        let head = view_at_base(9)?;
        match head.last() {
            Some(0 | 1) => {
                let version = usize::from(head.last() == Some(&1));
                // Up to the widths, which tell the length of the rest.
                let head = view_at_base(16)?;
                let format = widths(format, head.get(13), head.get(14))?;
                let before = 24 + 4 * version;
                let offset = u64::from(format.offset_size);
                let all = view_at_base(before as u64 + 6 * offset + 24)?;
                let superblock = Self::version0(format, &all, before)?;
                Ok((superblock, format))
            }
            Some(2 | 3) => {
                let head = view_at_base(12)?;
                let format = widths(format, head.get(9), head.get(10))?;
                let length = 16 + 4 * u64::from(format.offset_size);
                let bytes = view.checked("superblock", base, length)?;
                let superblock = Self::version2(format, &bytes)?;
                Ok((superblock, format))
            }
            version => {
                let version = version.copied().unwrap_or_default();
                Err(Fault::unsupported(format!("superblock version {version}")).into())
            }
        }
    }

    fn version0(format: Format, bytes: &[u8], before: usize) -> Result<Self, Fault> {
        let mut cursor = Cursor::new("superblock", format, format.base, bytes);
        cursor.skip(before)?;
        let stored_base = cursor.address()?.unwrap_or_default();
        let _free_space = cursor.address()?;
        check_end(format, stored_base, cursor.address()?)?;
        let driver = cursor.address()?;
        // The symbol table entry of the root group.
        let _name = cursor.address()?;
        let root = cursor.defined_address("the root group")?;
        let cache = cursor.u32()?;
        cursor.skip(4)?;
        let root_symbol_table = if cache == 1 {
            Some((cursor.defined_address("a B-tree")?, cursor.defined_address("a local heap")?))
        } else {
            None
        };
        Ok(Self { root, root_symbol_table, extension: None, driver })
    }

    fn version2(format: Format, bytes: &[u8]) -> Result<Self, Fault> {
        let mut cursor = Cursor::new("superblock", format, format.base, bytes);
        cursor.skip(12)?;
        let stored_base = cursor.address()?.unwrap_or_default();
        let extension = cursor.address()?;
        check_end(format, stored_base, cursor.address()?)?;
        let root = cursor.defined_address("the root group")?;
        Ok(Self { root, root_symbol_table: None, extension, driver: None })
    }

    /// Refuses files that are stored in several parts. The result is the size of the pages, if
    /// metadata and data stand in pages of their own.
    pub(crate) fn read_extension(&self, view: &View<'_>) -> Parse<Option<u64>> {
        if let Some(address) = self.driver {
            let block = view.read("driver information block", address, 16)?;
            return Err(driver(block.get(8..16)).into());
        }
        let Some(address) = self.extension else {
            return Ok(None);
        };
        let header = ObjectHeader::read(view, address)?;
        if let Some(message) = header.first(kind::DRIVER_INFO) {
            return Err(driver(message.data.get(1..9)).into());
        }
        let Some(message) = header.first(kind::FILE_SPACE_INFO) else {
            return Ok(None);
        };
        let mut cursor = message.cursor(view, "file space information");
        let (version, strategy) = (cursor.u8()?, cursor.u8()?);
        if (version, strategy) != (1, PAGED) {
            return Ok(None);
        }
        cursor.skip(1)?;
        let _threshold = cursor.length()?;
        Ok(Some(cursor.length()?))
    }
}

fn driver(name: Option<&[u8]>) -> Fault {
    let name = name.unwrap_or_default().escape_ascii();
    Fault::unsupported(format!("a file in several parts (driver \"{name}\")"))
}

fn widths(format: Format, offset: Option<&u8>, length: Option<&u8>) -> Result<Format, Fault> {
    match (offset, length) {
        (Some(&offset_size @ (2 | 4 | 8)), Some(&length_size @ (2 | 4 | 8))) => {
            Ok(Format { offset_size, length_size, ..format })
        }
        _ => Err(Fault::corrupt(
            format.base,
            "a superblock with addresses and lengths of 2, 4 or 8 bytes",
            format!("{offset:?} and {length:?}"),
        )),
    }
}

/// Checks the end of the file as the superblock has it. It counts from the start of the file as it
/// was when the base address was stored; a user block may have been added or removed since.
fn check_end(format: Format, stored_base: u64, stored_end: Option<u64>) -> Result<(), Fault> {
    let end = stored_end.unwrap_or_default();
    let end = end.saturating_sub(stored_base).saturating_add(format.base);
    if end <= format.size {
        return Ok(());
    }
    Err(Fault::Truncated {
        offset: format.base,
        expected: format!("a file of {end} bytes"),
        end: format.size,
    })
}

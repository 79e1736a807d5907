//! The fractal heap: links of new-style groups and attributes of objects with many of them.

use bytes::{Bytes, BytesMut};

use super::fractal_table::Table;
use crate::checksum::lookup3;
use crate::fault::{Fault, Parse};
use crate::format::btree2::BTree2;
use crate::format::cursor::Cursor;
use crate::view::{View, Visited};

const HEADER: &str = "fractal heap header";
const INDIRECT: &str = "fractal heap indirect block";
const DIRECT: &str = "fractal heap direct block";

/// An open fractal heap.
#[derive(Debug, Clone)]
pub(crate) struct FractalHeap {
    address: u64,
    id_length: usize,
    checksums: bool,
    huge: Option<u64>,
    table: Table,
    /// Bits of the heap's address space.
    bits: u16,
    length_width: usize,
    root: Option<u64>,
    /// Rows of the root indirect block; zero means the root is a direct block.
    root_rows: u64,
}

impl FractalHeap {
    pub(crate) fn open(view: &View<'_>, address: u64) -> Parse<Self> {
        let (offset, length) =
            (u64::from(view.format.offset_size), u64::from(view.format.length_size));
        let size = 26 + 3 * offset + 12 * length;
        // Filters are announced at a fixed place and make the header longer.
        let start = view.read(HEADER, address, 9)?;
        let filtered = start.get(7..9).is_some_and(|length| length != [0, 0]);
        if filtered {
            return Err(Fault::unsupported("a fractal heap with filters").into());
        }
        let bytes = view.checked(HEADER, address, size)?;
        let heap = Self::parse(address, view.cursor(HEADER, address, &bytes))?;
        Ok(heap)
    }

    fn parse(address: u64, mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        cursor.signature(b"FRHP")?;
        cursor.version(&[0])?;
        let id_length = cursor.u16()?.into();
        cursor.skip(2)?;
        let flags = cursor.u8()?;
        let largest_object = u64::from(cursor.u32()?);
        let _next_huge = cursor.length()?;
        let huge = cursor.address()?;
        let _free_space = (cursor.length()?, cursor.address()?);
        for _ in 0..8 {
            cursor.length()?;
        }
        let width = cursor.u16()?.into();
        let table = Table { width, start: cursor.length()?, largest: cursor.length()? };
        let bits = cursor.u16()?;
        let _first_rows = cursor.u16()?;
        let root = cursor.address()?;
        let root_rows = cursor.u16()?.into();
        if !table.is_valid() || !(1..=64).contains(&bits) {
            let found = format!("{table:?} over {bits} bits");
            return Err(cursor.corrupt("a fractal heap with a valid doubling table", found));
        }
        let of_block = (table.largest.ilog2() as usize).div_ceil(8);
        let of_object = (largest_object.max(1).ilog2() as usize).div_ceil(8);
        Ok(Self {
            address,
            id_length,
            checksums: flags & 2 != 0,
            huge,
            table,
            bits,
            length_width: of_block.min(of_object),
            root,
            root_rows,
        })
    }

    /// Asks for the root block, which any object of the heap needs, before its id is known.
    pub(crate) fn prefetch(&self, view: &View<'_>) -> Parse<()> {
        match self.root {
            Some(root) if self.root_rows == 0 => {
                view.read(DIRECT, root, self.table.start).map(drop)
            }
            Some(root) => self.entry(view, root, self.root_rows, 0).map(drop),
            None => Ok(()),
        }
    }

    fn offset_width(&self) -> usize {
        usize::from(self.bits).div_ceil(8)
    }

    /// The object that `id` names.
    pub(crate) fn object(&self, view: &View<'_>, id: &[u8]) -> Parse<Bytes> {
        let mut cursor = view.cursor("fractal heap id", self.address, id);
        let head = cursor.u8()?;
        match (head >> 6, head >> 4 & 3) {
            (0, 0) => {
                let offset = cursor.uint(self.offset_width())?;
                let length = cursor.uint(self.length_width)?;
                self.managed(view, offset, length)
            }
            (0, 1) => self.huge(view, cursor),
            (0, 2) => Ok(self.tiny(head, cursor)?),
            _ => {
                let found = format!("first byte {head:#04x}");
                Err(cursor.corrupt("a fractal heap id of version 0", found).into())
            }
        }
    }

    fn tiny(&self, head: u8, mut cursor: Cursor<'_>) -> Result<Bytes, Fault> {
        let mut length = usize::from(head & 0x0f) + 1;
        if self.id_length > 18 {
            length = ((usize::from(head & 0x0f) << 8) | usize::from(cursor.u8()?)) + 1;
        }
        cursor.take(length).map(Bytes::copy_from_slice)
    }

    /// An object too large for a block: its place stands in the id, or in a B-tree by a key.
    fn huge(&self, view: &View<'_>, mut cursor: Cursor<'_>) -> Parse<Bytes> {
        const WHAT: &str = "huge object of a fractal heap";
        let (offset, length) = (view.format.offset_size, view.format.length_size);
        if self.id_length > usize::from(offset) + usize::from(length) {
            let address = cursor.defined_address(WHAT)?;
            return view.read(WHAT, address, cursor.length()?);
        }
        // A key is as wide as the id leaves room for, at most a length.
        let key = cursor.uint(cursor.remaining().min(length.into()))?;
        let tree = self.huge.ok_or_else(|| cursor.corrupt("a B-tree of huge objects", "none"))?;
        let tree = BTree2::open(view, tree, &[1])?;
        let record_key = |record: &[u8]| {
            let mut cursor = view.cursor("record of a huge object", self.address, record);
            let place = (cursor.defined_address(WHAT)?, cursor.length()?);
            Ok::<_, Fault>((cursor.length()?, place))
        };
        let records = tree.select(view, |record| Ok(record_key(record)?.0.cmp(&key)))?;
        let record = records.first().ok_or_else(|| {
            cursor.corrupt(format!("a huge object with key {key}"), "no such record")
        })?;
        let (_, (address, length)) = record_key(record)?;
        view.read(WHAT, address, length)
    }

    fn managed(&self, view: &View<'_>, offset: u64, length: u64) -> Parse<Bytes> {
        let outside = || {
            let at = self.address.saturating_add(view.format.base);
            let expected = "an object within its fractal heap";
            Fault::corrupt(at, expected, format!("{length} bytes at heap offset {offset}"))
        };
        let mut block = self.root.ok_or_else(outside)?;
        let mut start = 0_u64;
        let mut size = self.table.start;
        if self.root_rows > 0 {
            let mut rows = self.root_rows;
            let mut visited = Visited::default();
            loop {
                visited.visit(view, INDIRECT, block)?;
                let child = self.table.child(offset - start).ok_or_else(outside)?;
                let entry = self.entry(view, block, rows, child.entry)?;
                block = entry.ok_or_else(outside)?;
                start += child.start;
                size = child.size;
                if child.direct {
                    break;
                }
                rows = self.table.rows_of(child.size);
            }
        }
        let within = offset - start;
        if within.checked_add(length).is_none_or(|end| end > size) {
            return Err(outside().into());
        }
        let bytes = self.direct(view, block, size, within, length)?;
        Ok(bytes)
    }

    /// The address of child `entry` of an indirect block of `rows` rows.
    fn entry(&self, view: &View<'_>, address: u64, rows: u64, entry: u64) -> Parse<Option<u64>> {
        let width = u64::from(view.format.offset_size);
        let entries = rows * self.table.width;
        let before = 5 + width + self.offset_width() as u64;
        let length = before + entries * width + 4;
        let bytes = view.checked(INDIRECT, address, length)?;
        let mut cursor = view.cursor(INDIRECT, address, &bytes);
        self.prefix(&mut cursor, b"FHIB")?;
        if entry >= entries {
            return Ok(None);
        }
        cursor.skip((entry * width) as usize)?;
        Ok(cursor.address()?)
    }

    fn prefix(&self, cursor: &mut Cursor<'_>, signature: &'static [u8; 4]) -> Result<(), Fault> {
        cursor.signature(signature)?;
        cursor.version(&[0])?;
        let heap = cursor.address()?;
        if heap != Some(self.address) {
            let expected = format!("a block of the heap at {}", self.address);
            return Err(cursor.corrupt(expected, format!("one of the heap at {heap:?}")));
        }
        cursor.skip(self.offset_width())
    }

    /// `length` bytes at `within` of a direct block. Where blocks carry a checksum the whole block
    /// is read and verified.
    fn direct(
        &self,
        view: &View<'_>,
        address: u64,
        size: u64,
        within: u64,
        length: u64,
    ) -> Parse<Bytes> {
        if !self.checksums {
            return view.read(DIRECT, address.saturating_add(within), length);
        }
        let bytes = view.read(DIRECT, address, size)?;
        let mut cursor = view.cursor(DIRECT, address, &bytes);
        self.prefix(&mut cursor, b"FHDB")?;
        let at = cursor.consumed();
        let stored = cursor.take(4)?;
        view.verify_once(address, size, || {
            // The checksum is that of the block with zeros in its own place.
            let mut copy = BytesMut::from(bytes.as_ref());
            if let Some(place) = copy.get_mut(at..at + 4) {
                place.fill(0);
            }
            view.compare(DIRECT, address.saturating_add(view.format.base), stored, lookup3(&copy))
        })?;
        Ok(bytes.slice(within as usize..(within + length) as usize))
    }
}

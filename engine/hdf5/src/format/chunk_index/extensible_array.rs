//! The extensible array over chunks, for datasets with one axis without limit.

use std::ops::Range;

use super::fixed_array::bit;
use super::{Chunk, Grid};
use crate::fault::{Fault, Parse, Siblings};
use crate::format::cursor::Cursor;
use crate::view::{View, Visited};

const HEADER: &str = "extensible array header";
const INDEX_BLOCK: &str = "extensible array index block";
const SUPER_BLOCK: &str = "extensible array secondary block";
const DATA_BLOCK: &str = "extensible array data block";
const PAGE: &str = "extensible array page";

/// How an array stores one chunk.
#[derive(Debug)]
pub(super) struct Elements<'a> {
    grid: &'a Grid<'a>,
    /// Bytes of one element.
    pub(super) size: usize,
    /// Bytes of a chunk's stored size; zero in arrays without filters.
    size_width: usize,
}

impl<'a> Elements<'a> {
    /// From the client and the element size of an array's header; the error tells what they are.
    pub(super) fn new(
        view: &View<'_>,
        grid: &'a Grid<'a>,
        client: u8,
        size: u8,
    ) -> Result<Self, String> {
        let (size, offset) = (usize::from(size), usize::from(view.format.offset_size));
        let size_width = match (client, grid.filtered) {
            (0, false) if size == offset => 0,
            (1, true) if (offset + 5..=offset + 12).contains(&size) => size - offset - 4,
            _ => return Err(format!("client {client} with elements of {size} bytes")),
        };
        Ok(Self { grid, size, size_width })
    }

    /// Takes elements `here` from the cursor and keeps the chunks of those within `span`.
    pub(super) fn parse(
        &self,
        cursor: &mut Cursor<'_>,
        here: Range<u64>,
        span: &Range<u64>,
        chunks: &mut Vec<Chunk>,
    ) -> Result<(), Fault> {
        let first = span.start.clamp(here.start, here.end);
        cursor.skip((first - here.start) as usize * self.size)?;
        for index in first..span.end.clamp(first, here.end) {
            let address = cursor.address()?;
            let (size, mask) = match self.size_width {
                0 => (self.grid.bytes, 0),
                width => (cursor.uint(width)?, cursor.u32()?),
            };
            if let (Some(address), Some((row, column))) = (address, self.grid.place_of(index)) {
                chunks.push(Chunk { row, column, address, size, mask });
            }
        }
        // The cursor goes on after these elements.
        let last = span.end.clamp(first, here.end);
        cursor.skip((here.end - last) as usize * self.size)
    }
}

/// The array's shape, from its header.
#[derive(Debug)]
struct Array<'a> {
    address: u64,
    elements: Elements<'a>,
    /// Bits of an element's number.
    bits: u8,
    /// Elements in the index block.
    direct: u64,
    /// Elements in the smallest data block.
    smallest: u64,
    /// Data blocks of the smallest secondary block.
    pointers: u64,
    /// Elements of a page.
    per_page: u64,
    /// One more than the highest element that was ever set.
    used: u64,
}

/// A run of data blocks of equal size.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// First element, counted after those in the index block.
    start: u64,
    blocks: u64,
    /// Elements of each block.
    size: u64,
}

/// Where a data block is, and which elements it holds: `size` of them from `first`.
#[derive(Debug, Clone, Copy)]
struct DataBlock<'a> {
    address: Option<u64>,
    first: u64,
    size: u64,
    /// A paged block has a bitmap of used pages, and the number of its first bit there.
    used: Option<(&'a [u8], u64)>,
}

pub(super) fn read(
    view: &View<'_>,
    grid: &Grid<'_>,
    address: u64,
    rows: &Range<u64>,
) -> Parse<Vec<Chunk>> {
    let (offset, length) = (u64::from(view.format.offset_size), u64::from(view.format.length_size));
    let head = view.checked(HEADER, address, 16 + offset + 6 * length)?;
    let mut cursor = view.cursor(HEADER, address, &head);
    cursor.signature(b"EAHD")?;
    cursor.version(&[0])?;
    let elements = Elements::new(view, grid, cursor.u8()?, cursor.u8()?)
        .map_err(|found| cursor.corrupt("an array of this dataset's chunks", found))?;
    let [bits, direct, smallest, pointers, page_bits] =
        [cursor.u8()?, cursor.u8()?, cursor.u8()?, cursor.u8()?, cursor.u8()?];
    for _ in 0..4 {
        cursor.length()?;
    }
    let used = cursor.length()?;
    let _allocated = cursor.length()?;
    let index_block = cursor.address()?;
    let valid = (1..=64).contains(&bits)
        && smallest.is_power_of_two()
        && pointers.is_power_of_two()
        && pointers > 1
        && smallest.ilog2() <= u32::from(bits)
        && page_bits < 64;
    if !valid {
        let found = format!(
            "{bits} bits, data blocks of {smallest}, secondary blocks of {pointers}, pages of 2^{page_bits}"
        );
        return Err(cursor.corrupt("an extensible array with powers of two", found).into());
    }
    let array = Array {
        address,
        elements,
        bits,
        direct: direct.into(),
        smallest: smallest.into(),
        pointers: pointers.into(),
        per_page: 1 << page_bits,
        used,
    };
    match index_block {
        Some(block) => array.read(view, block, rows),
        None => Ok(Vec::new()),
    }
}

impl Array<'_> {
    fn levels(&self) -> u32 {
        1 + u32::from(self.bits) - self.smallest.ilog2()
    }

    /// The data blocks of level `level`: their number and size double in turn.
    fn level(&self, level: u32) -> Option<Level> {
        let power = |exponent: u32| 1_u64.checked_shl(exponent);
        let start = power(level)?.checked_sub(1)?.checked_mul(self.smallest)?;
        let size = power(level.div_ceil(2))?.checked_mul(self.smallest)?;
        Some(Level { start, blocks: power(level / 2)?, size })
    }

    /// Levels whose data blocks are listed in the index block itself.
    fn listed(&self) -> u32 {
        2 * self.pointers.ilog2()
    }

    fn read(&self, view: &View<'_>, block: u64, rows: &Range<u64>) -> Parse<Vec<Chunk>> {
        let offset = u64::from(view.format.offset_size);
        let span = self.elements.grid.span(rows);
        let span = span.start..span.end.min(self.used);
        let listed_blocks = 2 * (self.pointers - 1);
        let secondary = u64::from(self.levels().saturating_sub(self.listed()));
        let body = self.direct * self.elements.size as u64 + (listed_blocks + secondary) * offset;
        let bytes = view.checked(INDEX_BLOCK, block, 10 + offset + body)?;
        let mut cursor = view.cursor(INDEX_BLOCK, block, &bytes);
        self.prefix(&mut cursor, b"EAIB")?;
        let mut chunks = Vec::new();
        self.elements.parse(&mut cursor, 0..self.direct, &span, &mut chunks)?;

        let mut siblings = Siblings::default();
        let mut visited = Visited::default();
        for level in 0..self.levels() {
            let Some(run) = self.level(level) else { break };
            let start = self.direct.saturating_add(run.start);
            if start >= span.end {
                break;
            }
            if level < self.listed() {
                let blocks = (0..run.blocks).map(|_| cursor.address());
                let blocks = blocks.collect::<Result<Vec<_>, _>>()?;
                for (number, block) in (0..).zip(blocks) {
                    let first = start + number * run.size;
                    let place = DataBlock { address: block, first, size: run.size, used: None };
                    let data = self.data_block(view, place, &span, &mut visited);
                    chunks.extend(siblings.take(data)?.unwrap_or_default());
                }
            } else if let Some(block) = cursor.address()? {
                let data = self.super_block(view, block, (start, run), &span, &mut visited);
                chunks.extend(siblings.take(data)?.unwrap_or_default());
            }
        }
        siblings.finish()?;
        Ok(chunks)
    }

    fn super_block(
        &self,
        view: &View<'_>,
        address: u64,
        (start, run): (u64, Level),
        span: &Range<u64>,
        visited: &mut Visited,
    ) -> Parse<Vec<Chunk>> {
        let covered = run.blocks.saturating_mul(run.size);
        if span.start >= start.saturating_add(covered) {
            return Ok(Vec::new());
        }
        let offset = u64::from(view.format.offset_size);
        let pages = if run.size > self.per_page { run.size / self.per_page } else { 0 };
        let bitmap = pages.div_ceil(8);
        let per_block = bitmap + offset;
        let body = self.number_width() + run.blocks.saturating_mul(per_block);
        let length = body.saturating_add(10 + offset);
        let bytes = view.checked(SUPER_BLOCK, address, length)?;
        let mut cursor = view.cursor(SUPER_BLOCK, address, &bytes);
        self.prefix(&mut cursor, b"EASB")?;
        cursor.skip(self.number_width() as usize)?;
        let bitmaps = cursor.take((run.blocks * bitmap) as usize)?;
        let mut chunks = Vec::new();
        let mut siblings = Siblings::default();
        for number in 0..run.blocks {
            let block = cursor.address()?;
            let first = start.saturating_add(number.saturating_mul(run.size));
            // The bits of all blocks follow each other without padding.
            let used = (pages > 0).then_some((bitmaps, number * pages));
            let place = DataBlock { address: block, first, size: run.size, used };
            let data = self.data_block(view, place, span, visited);
            chunks.extend(siblings.take(data)?.unwrap_or_default());
        }
        siblings.finish()?;
        Ok(chunks)
    }

    /// The chunks of one data block.
    fn data_block(
        &self,
        view: &View<'_>,
        DataBlock { address, first, size, used }: DataBlock<'_>,
        span: &Range<u64>,
        visited: &mut Visited,
    ) -> Parse<Vec<Chunk>> {
        let here = first..first.saturating_add(size);
        let Some(address) = address.filter(|_| here.start < span.end && span.start < here.end)
        else {
            return Ok(Vec::new());
        };
        visited.visit(view, DATA_BLOCK, address)?;
        let mut chunks = Vec::new();
        let bytes_of = |count: u64| count.saturating_mul(self.elements.size as u64);
        let prefix = 6 + u64::from(view.format.offset_size) + self.number_width();
        let body = if used.is_some() { 0 } else { bytes_of(size) };
        let bytes = view.checked(DATA_BLOCK, address, (prefix + 4).saturating_add(body))?;
        let mut cursor = view.cursor(DATA_BLOCK, address, &bytes);
        self.prefix(&mut cursor, b"EADB")?;
        cursor.skip(self.number_width() as usize)?;
        let Some((used, first_bit)) = used else {
            visited.hold(view, DATA_BLOCK, address, bytes.len() as u64)?;
            self.elements.parse(&mut cursor, here, span, &mut chunks)?;
            return Ok(chunks);
        };
        let mut siblings = Siblings::default();
        let page_bytes = bytes_of(self.per_page).saturating_add(4);
        let low = (span.start.max(first) - first) / self.per_page;
        let high = (span.end.min(here.end) - first).div_ceil(self.per_page);
        for page in (low..high).filter(|&page| bit(used, first_bit + page)) {
            let at = (address + prefix + 4).saturating_add(page.saturating_mul(page_bytes));
            if let Some(bytes) = siblings.take(view.checked(PAGE, at, page_bytes))? {
                visited.hold(view, PAGE, at, bytes.len() as u64)?;
                let start = first + page * self.per_page;
                let mut cursor = view.cursor(PAGE, at, &bytes);
                self.elements.parse(
                    &mut cursor,
                    start..start.saturating_add(self.per_page),
                    span,
                    &mut chunks,
                )?;
            }
        }
        siblings.finish()?;
        Ok(chunks)
    }

    /// Bytes of an element's number in a block.
    fn number_width(&self) -> u64 {
        u64::from(self.bits).div_ceil(8)
    }

    fn prefix(&self, cursor: &mut Cursor<'_>, signature: &'static [u8; 4]) -> Result<(), Fault> {
        cursor.signature(signature)?;
        cursor.version(&[0])?;
        cursor.skip(1)?;
        let header = cursor.address()?;
        if header == Some(self.address) {
            return Ok(());
        }
        let expected = format!("a block of the array at {}", self.address);
        Err(cursor.corrupt(expected, format!("one of {header:?}")))
    }
}

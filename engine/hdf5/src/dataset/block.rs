//! A fetched block and its decoding.

use std::ops::Range;

use arrow::array::{ArrayData, ArrayRef, make_array};
use arrow::buffer::{Buffer, MutableBuffer};
use arrow::datatypes::DataType;
use bytes::Bytes;

use super::Dataset;
use super::storage::{Form, Storage};
use crate::decode::filters::{Chunk, Mismatch};
use crate::decode::nulls::Nulls;
use crate::decode::place::{self, Columns};
use crate::decode::{elements, scratch};
use crate::error::Result;
use crate::fault::Fault;
use crate::format::message::layout::Chunked;

/// The stored bytes of one block, as fetched. Decoding needs no I/O and may run on any thread.
///
/// Blocks that were fetched by one request share its buffer, which lives as long as any of them.
#[derive(Debug, Clone)]
pub struct RawBlock {
    dataset: Dataset,
    block: u64,
    column: Option<u64>,
    parts: Vec<Part>,
}

/// The stored bytes of one chunk, or of contiguous rows.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Position in the grid of chunks along the second axis.
    pub(super) column: u64,
    /// `None` was never written.
    pub(super) bytes: Option<Bytes>,
    pub(super) mask: u32,
    /// Where the bytes start in the file.
    pub(super) offset: u64,
}

impl RawBlock {
    pub(super) fn new(
        dataset: &Dataset,
        block: u64,
        column: Option<u64>,
        parts: Vec<Part>,
    ) -> Self {
        Self { dataset: dataset.clone(), block, column, parts }
    }

    /// The dataset it belongs to.
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The block's number.
    pub fn block(&self) -> u64 {
        self.block
    }

    /// The column it was asked for.
    pub fn column(&self) -> Option<u64> {
        self.column
    }

    /// The rows of the dataset that it covers.
    pub fn rows(&self) -> Range<u64> {
        self.dataset.rows_of_block(self.block)
    }

    /// HDF5 chunks that decoding will decode; zero for data that is not chunked.
    pub fn chunks(&self) -> usize {
        match self.dataset.storage().map(|storage| &storage.form) {
            Ok(Form::Chunked(_)) => self.parts.iter().filter(|part| part.bytes.is_some()).count(),
            _ => 0,
        }
    }

    /// Stored bytes it holds.
    pub fn stored_bytes(&self) -> usize {
        self.parts.iter().filter_map(|part| part.bytes.as_ref()).map(Bytes::len).sum()
    }

    /// The elements of the block's rows as an Arrow array of
    /// [`Dataset::block_type`]. Null elements are those with the dataset's null value and every
    /// NaN; an array without nulls has no validity buffer.
    ///
    /// # Errors
    ///
    /// If the bytes cannot be what the filters wrote, or a checksum does not match.
    pub fn decode(&self) -> Result<ArrayRef> {
        let storage = self.dataset.storage()?;
        let block_type = self.dataset.block_type(self.column)?;
        let rows = self.rows();
        let rows = (rows.end - rows.start) as usize;
        let width = storage.element.width;
        let columns = if self.column.is_some() { 1 } else { storage.columns as usize };
        let mut nulls = Nulls::new(&storage.element, storage.null, rows * columns);
        let values = self.values(storage, rows * columns * width, columns, &mut nulls)?;
        let length = values.len() / width.max(1);
        let elements = ArrayData::builder(storage.element.arrow_type())
            .len(length)
            .add_buffer(Buffer::from(values))
            .nulls(nulls.finish());
        let array = elements.build().and_then(|elements| match block_type {
            DataType::FixedSizeList(..) => {
                ArrayData::builder(block_type).len(rows).add_child_data(elements).build()
            }
            _ => Ok(elements),
        });
        array.map(make_array).map_err(|error| {
            let found = error.to_string();
            self.dataset.fault(Fault::corrupt(0, "values of a block", found))
        })
    }

    /// The `size` bytes of the values of all rows, which have so many `columns`.
    fn values(
        &self,
        storage: &Storage,
        size: usize,
        columns: usize,
        nulls: &mut Nulls,
    ) -> Result<MutableBuffer> {
        let element = &storage.element;
        let (of_chunk, layout) = match &storage.form {
            Form::Chunked(layout) => {
                (layout.shape.get(1).map_or(1, |&columns| columns as usize), Some(layout))
            }
            _ => (storage.columns as usize, None),
        };
        if let ([part], true) = (self.parts.as_slice(), of_chunk == columns)
            && let Some(bytes) = &part.bytes
        {
            // One chunk as wide as the block: its bytes are the block's, but for rows past the end.
            let chunk = self.chunk(storage, layout, part, bytes);
            let values =
                scratch::with(|scratch| elements::decode(&chunk, element, size, scratch, nulls));
            return values.map_err(|mismatch| self.corrupt(part, mismatch));
        }
        let absent = self.parts.iter().any(|part| part.bytes.is_none());
        let mut values = if absent { filled(storage, size) } else { zeroed(size) };
        for part in &self.parts {
            let Some(bytes) = &part.bytes else { continue };
            let first = part.column as usize * of_chunk;
            let copied = match self.column {
                Some(column) => {
                    let from = (column as usize).saturating_sub(first);
                    Columns { of_chunk, from, count: 1, of_output: 1, to: 0 }
                }
                None => {
                    let count = of_chunk.min(columns.saturating_sub(first));
                    Columns { of_chunk, from: 0, count, of_output: columns, to: first }
                }
            };
            let chunk = self.chunk(storage, layout, part, bytes);
            let decoded = scratch::with(|scratch| {
                let decoded = chunk.decode(scratch)?;
                place::copy(decoded, copied, element.width, values.as_slice_mut());
                Ok(())
            });
            decoded.map_err(|mismatch| self.corrupt(part, mismatch))?;
        }
        elements::finish(values.as_slice_mut(), element, nulls);
        Ok(values)
    }

    /// A part with the filters it passed through.
    fn chunk<'a>(
        &self,
        storage: &'a Storage,
        layout: Option<&Chunked>,
        part: &Part,
        stored: &'a Bytes,
    ) -> Chunk<'a> {
        let (filters, size) = match layout {
            Some(layout) if layout.raw_edges && self.is_edge(layout, part) => {
                (&[][..], storage.chunk_bytes as usize)
            }
            Some(_) => (storage.filters.as_slice(), storage.chunk_bytes as usize),
            None => (&[][..], stored.len()),
        };
        Chunk { filters, mask: part.mask, stored, size }
    }

    /// An error about the bytes of a part.
    fn corrupt(&self, part: &Part, (expected, found): Mismatch) -> crate::Error {
        self.dataset.fault(Fault::corrupt(part.offset, expected, found))
    }

    /// Whether a chunk reaches past the dataset.
    fn is_edge(&self, layout: &Chunked, part: &Part) -> bool {
        let places = [self.block, part.column];
        let dimensions = self.dataset.shape().iter().zip(&layout.shape).zip(places);
        dimensions.into_iter().any(|((&size, &chunk), at)| (at + 1).saturating_mul(chunk) > size)
    }
}

fn zeroed(size: usize) -> MutableBuffer {
    MutableBuffer::from_len_zeroed(size)
}

/// Elements that were never written.
fn filled(storage: &Storage, size: usize) -> MutableBuffer {
    let mut values = zeroed(size);
    if let Some(fill) = storage.fill.as_ref().filter(|fill| fill.iter().any(|&byte| byte != 0)) {
        for element in values.chunks_exact_mut(fill.len()) {
            element.copy_from_slice(fill);
        }
    }
    values
}

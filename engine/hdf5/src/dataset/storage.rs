//! How a dataset is stored.

use bytes::Bytes;

use crate::decode::element::Element;
use crate::fault::Fault;
use crate::format::message::dataspace::Dataspace;
use crate::format::message::filters::Filter;
use crate::format::message::layout::{Chunked, Layout};
use crate::view::Format;

mod parse;

pub(super) use parse::parse;

/// Rows of a virtual block, unless rows are long.
const VIRTUAL_ROWS: u64 = 65_536;

/// Bytes that a virtual block should not exceed.
const VIRTUAL_BYTES: u64 = 4 << 20;

/// The largest chunk, and the largest block, that is decoded.
const LARGEST_BLOCK: u64 = 256 << 20;

/// The most chunks side by side: each of them is a part of every block.
const MOST_CHUNKS: u64 = 1 << 16;

/// Where the bytes are.
#[derive(Debug)]
pub(super) enum Form {
    Compact(Bytes),
    /// In one piece at an address; `None` was never written.
    Contiguous(Option<u64>),
    Chunked(Chunked),
}

/// Everything needed to read blocks.
#[derive(Debug)]
pub(super) struct Storage {
    pub(super) element: Element,
    pub(super) form: Form,
    pub(super) filters: Vec<Filter>,
    pub(super) block_rows: u64,
    /// Elements of a row of the dataset.
    pub(super) columns: u64,
    /// Bytes of a chunk before filters; zero if not chunked.
    pub(super) chunk_bytes: u64,
    /// Bits of the value of elements that were never written.
    pub(super) fill: Option<Bytes>,
    /// Bits of the null value.
    pub(super) null: Option<u64>,
}

/// What is said of a dataset's storage, by its header or by whoever knows it.
pub(super) struct Described<'a> {
    pub(super) format: Format,
    pub(super) space: &'a Dataspace,
    pub(super) element: &'a Element,
    pub(super) layout: Layout,
    pub(super) filters: Vec<Filter>,
    pub(super) fill: Option<Bytes>,
    pub(super) null: Option<u64>,
    /// Where it is said, for errors.
    pub(super) offset: u64,
}

impl Described<'_> {
    /// Makes sure that blocks of bounded size can be read by it, within the file.
    pub(super) fn check(self) -> Result<Storage, Fault> {
        let Self { format, space, element, layout, filters, fill, null, offset } = self;
        let unknown = filters.iter().find_map(|filter| match filter {
            Filter::Other(name) => Some(name.clone()),
            _ => None,
        });
        if let Some(name) = unknown {
            return Err(Fault::unsupported(name));
        }

        let width = element.width;
        let shape = Shape::new(space, width, offset)?;
        let (form, block_rows, chunk_bytes) = match layout {
            Layout::Compact(bytes) => {
                if (bytes.len() as u64) < shape.bytes {
                    return Err(short(offset, "compact", shape.bytes, bytes.len() as u64));
                }
                (Form::Compact(bytes), shape.virtual_rows(), 0)
            }
            Layout::Contiguous { address, size } => {
                if let Some(address) = address {
                    if let Some(size) = size.filter(|&size| size < shape.bytes) {
                        return Err(short(offset, "contiguous", shape.bytes, size));
                    }
                    format.range("contiguous data", address, shape.bytes)?;
                }
                (Form::Contiguous(address), shape.virtual_rows(), 0)
            }
            Layout::Chunked(chunked) => {
                let bytes = check_chunks(&chunked, space, width, offset)?;
                let rows = chunked.shape.first().copied().unwrap_or(1);
                (Form::Chunked(chunked), rows, bytes)
            }
        };
        let rows = space.shape.first().copied().unwrap_or(1).min(block_rows);
        let block_bytes = rows.saturating_mul(shape.row_bytes);
        if block_bytes > LARGEST_BLOCK {
            let what = format!("blocks of {block_bytes} bytes (at most {LARGEST_BLOCK})");
            return Err(Fault::unsupported(what));
        }
        let across = match &form {
            Form::Chunked(chunked) => chunked.shape.get(1).copied().unwrap_or(u64::MAX),
            _ => u64::MAX,
        };
        let chunks = shape.columns.div_ceil(across.max(1));
        if chunks > MOST_CHUNKS {
            let what = format!("rows of {chunks} chunks (at most {MOST_CHUNKS})");
            return Err(Fault::unsupported(what));
        }
        let columns = shape.columns;
        Ok(Storage {
            element: element.clone(),
            form,
            filters,
            block_rows,
            columns,
            chunk_bytes,
            fill,
            null,
        })
    }
}

/// Sizes that follow from the shape.
#[derive(Debug, Clone, Copy)]
struct Shape {
    columns: u64,
    row_bytes: u64,
    bytes: u64,
}

impl Shape {
    fn new(space: &Dataspace, width: usize, offset: u64) -> Result<Self, Fault> {
        let mut columns = space.shape.iter().skip(1);
        let columns = columns.try_fold(1_u64, |product, &size| product.checked_mul(size));
        let row_bytes = columns.and_then(|columns| columns.checked_mul(width as u64));
        let bytes = space.elements().and_then(|count| count.checked_mul(width as u64));
        match (columns, row_bytes, bytes) {
            (Some(columns), Some(row_bytes), Some(bytes)) => Ok(Self { columns, row_bytes, bytes }),
            _ => {
                let found = format!("{:?} of {width} bytes", space.shape);
                Err(Fault::corrupt(offset, "a shape of countable bytes", found))
            }
        }
    }

    /// Rows of a virtual block: a power of two.
    fn virtual_rows(&self) -> u64 {
        let mut rows = VIRTUAL_ROWS;
        while rows > 1 && rows.saturating_mul(self.row_bytes) > VIRTUAL_BYTES {
            rows /= 2;
        }
        rows
    }
}

fn short(offset: u64, what: &str, expected: u64, found: u64) -> Fault {
    let expected = format!("{what} data of {expected} bytes");
    Fault::corrupt(offset, expected, format!("{found} bytes"))
}

/// Checks the chunks of a layout against the dataset and returns the bytes of one.
fn check_chunks(
    chunked: &Chunked,
    space: &Dataspace,
    width: usize,
    offset: u64,
) -> Result<u64, Fault> {
    let rank_matches = chunked.shape.len() == space.shape.len() && !space.shape.is_empty();
    if !rank_matches || chunked.element != width as u64 || chunked.shape.contains(&0) {
        let expected = format!("chunks of {} dimensions of {width} bytes", space.shape.len());
        let found = format!("{:?} of {} bytes", chunked.shape, chunked.element);
        return Err(Fault::corrupt(offset, expected, found));
    }
    let bytes =
        chunked.shape.iter().try_fold(width as u64, |product, &size| product.checked_mul(size));
    bytes.filter(|&bytes| bytes <= LARGEST_BLOCK).ok_or_else(|| {
        let shape = &chunked.shape;
        Fault::unsupported(format!("chunks of {shape:?} (at most {LARGEST_BLOCK} bytes)"))
    })
}

impl Storage {
    pub(super) fn summary(&self) -> String {
        let form = match &self.form {
            Form::Compact(_) => "compact".to_owned(),
            Form::Contiguous(_) => "contiguous".to_owned(),
            Form::Chunked(chunked) => {
                format!("chunked {:?} ({})", chunked.shape, chunked.index.name())
            }
        };
        let names = self.filters.iter().map(Filter::name);
        std::iter::once(form.as_str()).chain(names).collect::<Vec<_>>().join(", ")
    }
}

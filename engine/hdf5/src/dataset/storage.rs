//! How a dataset is stored, drawn together from the messages of its header.

use bytes::Bytes;

use crate::attribute::{Attribute, AttributeValue};
use crate::decode::element::{Element, Number};
use crate::fault::{Fault, Parse, Stop};
use crate::format::cursor::Cursor;
use crate::format::message::dataspace::Dataspace;
use crate::format::message::datatype::Datatype;
use crate::format::message::filters::{self, Filter};
use crate::format::message::layout::{Chunked, Layout};
use crate::format::message::{fill, shared};
use crate::format::object_header::{Message, ObjectHeader, kind};
use crate::view::View;

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

/// The element type and the storage, each with what stands against it. Only missing bytes stop the
/// parse: an unsupported or corrupt description is an error when the dataset is read.
pub(super) fn parse(
    view: &View<'_>,
    header: &ObjectHeader,
    space: &Dataspace,
    fill_attribute: Option<&Attribute>,
) -> Parse<(Result<Element, Fault>, Result<Storage, Fault>)> {
    let datatype = defer(datatype(view, header))?;
    let element = datatype.and_then(|datatype| Element::with_bytes(&datatype));
    let storage = match &element {
        Ok(element) => defer(storage(view, header, space, element, fill_attribute))?,
        Err(fault) => Err(fault.clone()),
    };
    Ok((element, storage))
}

fn defer<T>(parsed: Parse<T>) -> Parse<Result<T, Fault>> {
    match parsed {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Fault(fault)) => Ok(Err(fault)),
        Err(Stop::Missing) => Err(Stop::Missing),
    }
}

fn datatype(view: &View<'_>, header: &ObjectHeader) -> Parse<Datatype> {
    let offset = header.address.saturating_add(view.format.base);
    let message = header
        .first(kind::DATATYPE)
        .ok_or_else(|| Fault::corrupt(offset, "a dataset with a datatype message", "none"))?;
    let (address, bytes) = shared::resolve(view, message)?;
    Ok(Datatype::parse(view.cursor("datatype message", address, &bytes))?)
}

fn storage(
    view: &View<'_>,
    header: &ObjectHeader,
    space: &Dataspace,
    element: &Element,
    fill_attribute: Option<&Attribute>,
) -> Parse<Storage> {
    if let Some(fault) = header.refused() {
        return Err(fault.into());
    }
    if header.first(kind::EXTERNAL_FILES).is_some() {
        return Err(Fault::unsupported("data in external files").into());
    }
    let width = element.width;
    let layout = parsed(view, header, kind::LAYOUT, "data layout message", Layout::parse)?;
    let filters = parsed(view, header, kind::FILTERS, "filter pipeline message", |cursor| {
        filters::parse(cursor, width)
    })?;
    let new_fill = parsed(view, header, kind::FILL, "fill value message", |cursor| {
        fill::parse(cursor, width)
    })?;
    let old_fill = match new_fill {
        Some(_) => None,
        None => parsed(view, header, kind::FILL_OLD, "old fill value message", |cursor| {
            fill::parse_old(cursor, width)
        })?,
    };
    let fill = new_fill.or(old_fill).flatten();
    let offset = header.address.saturating_add(view.format.base);
    let layout = layout
        .ok_or_else(|| Fault::corrupt(offset, "a dataset with a data layout message", "none"))?;
    let filters = filters.unwrap_or_default();
    let unknown = filters.iter().find_map(|filter| match filter {
        Filter::Other(name) => Some(name.clone()),
        _ => None,
    });
    if let Some(name) = unknown {
        return Err(Fault::unsupported(name).into());
    }

    let shape = Shape::new(space, width, offset)?;
    let (form, block_rows, chunk_bytes) = match layout {
        Layout::Compact(bytes) => {
            if (bytes.len() as u64) < shape.bytes {
                return Err(short(offset, "compact", shape.bytes, bytes.len() as u64).into());
            }
            (Form::Compact(bytes), shape.virtual_rows(), 0)
        }
        Layout::Contiguous { address, size } => {
            if let Some(address) = address {
                if let Some(size) = size.filter(|&size| size < shape.bytes) {
                    return Err(short(offset, "contiguous", shape.bytes, size).into());
                }
                view.range("contiguous data", address, shape.bytes)?;
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
        return Err(Fault::unsupported(what).into());
    }
    let across = match &form {
        Form::Chunked(chunked) => chunked.shape.get(1).copied().unwrap_or(u64::MAX),
        _ => u64::MAX,
    };
    let chunks = shape.columns.div_ceil(across.max(1));
    if chunks > MOST_CHUNKS {
        let what = format!("rows of {chunks} chunks (at most {MOST_CHUNKS})");
        return Err(Fault::unsupported(what).into());
    }
    let null = null_bits(element, fill_attribute, fill.as_deref())?;
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

/// The first message of a kind, parsed.
fn parsed<T>(
    view: &View<'_>,
    header: &ObjectHeader,
    kind: u16,
    what: &'static str,
    parse: impl FnOnce(Cursor<'_>) -> Result<T, Fault>,
) -> Parse<Option<T>> {
    let parse = |message: &Message| {
        let (address, bytes) = shared::resolve(view, message)?;
        Ok(parse(view.cursor(what, address, &bytes))?)
    };
    header.first(kind).map(parse).transpose()
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

/// The bits of the null value. See [`Dataset::null_value`](super::Dataset::null_value).
fn null_bits(
    element: &Element,
    attribute: Option<&Attribute>,
    fill: Option<&[u8]>,
) -> Result<Option<u64>, Fault> {
    if !element.is_number() {
        return Ok(None);
    }
    let Some(attribute) = attribute else {
        return Ok(fill.map(|fill| element.bits(fill)).filter(|&bits| bits != 0));
    };
    let number = match &attribute.value {
        AttributeValue::Ints(values) => values.first().map(|&value| Number::Int(value)),
        AttributeValue::Floats(values) => values.first().map(|&value| Number::Float(value)),
        AttributeValue::Strings(_) => {
            return Err(Fault::unsupported("an attribute _FillValue that is text"));
        }
        AttributeValue::Unsupported(what) => {
            return Err(Fault::unsupported(format!("an attribute _FillValue: {what}")));
        }
    };
    Ok(number.and_then(|number| element.bits_of(number)))
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

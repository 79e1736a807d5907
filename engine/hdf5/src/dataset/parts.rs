//! A dataset as plain values: described once, and read again without its file's metadata.

use std::sync::Arc;

use bytes::Bytes;

use super::index::{self, ChunkIndex};
use super::storage::{Described, Form, Storage};
use super::{Dataset, Located};
use crate::attribute::Attribute;
use crate::decode::element::Element;
use crate::error::Result;
use crate::fault::Fault;
use crate::file::Inner;
use crate::format::chunk_index::{self, Chunk, Grid};
use crate::format::message::dataspace::Dataspace;
use crate::format::message::filters::MOST_FILTERS;
use crate::format::message::layout::{Chunked, Index, Layout};

/// Everything that reading a dataset takes, as plain values.
///
/// [`describe`] takes it from a file, and [`KnownFile::dataset`](crate::KnownFile::dataset) reads by it.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetParts {
    /// Its path in the file, which names it in errors.
    pub path: String,
    /// Size of each dimension; empty for a scalar.
    pub shape: Vec<u64>,
    /// The type of an element in numpy's words, byte order included: `<f4`, `>i2`, `|u1`, `|S12`.
    pub dtype: String,
    /// Elements that were never written, as the bytes of one; without it they are zero.
    pub fill: Option<Vec<u8>>,
    /// The value that stands for null, as the bytes of one element. See [`Dataset::null_value`].
    pub null: Option<Vec<u8>>,
    /// The filters in the order of writing: `deflate`, `shuffle(4)` with the bytes of an element, `fletcher32`.
    pub filters: Vec<String>,
    /// Where the elements lie.
    pub layout: DatasetLayout,
    /// Attributes, by name.
    pub attributes: Vec<Attribute>,
}

impl DatasetParts {
    /// How many chunks were written.
    pub fn chunks(&self) -> usize {
        match &self.layout {
            DatasetLayout::Chunked { chunks, .. } => chunks.len(),
            DatasetLayout::Compact(_) | DatasetLayout::Contiguous(_) => 0,
        }
    }
}

/// Where the elements of a dataset lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatasetLayout {
    /// Here: the file has them among its metadata.
    Compact(Vec<u8>),
    /// In one piece at this offset of the file; `None` was never written.
    Contiguous(Option<u64>),
    /// In chunks.
    Chunked {
        /// Size of a chunk along each dimension.
        shape: Vec<u64>,
        /// Whether chunks that reach past the dataset are stored without filters.
        raw_edges: bool,
        /// All chunks that were ever written.
        chunks: Vec<ChunkPlace>,
    },
}

/// Where a chunk lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkPlace {
    /// Its first row.
    pub row: u64,
    /// Its first column; zero for one dimension.
    pub column: u64,
    /// Its first byte in the file.
    pub offset: u64,
    /// Its bytes there.
    pub size: u64,
    /// A set bit means that the filter with its number was not applied.
    pub mask: u32,
}

/// Describes datasets in full. What is not known yet of their chunk indexes is loaded, together for each file.
///
/// # Errors
///
/// If the store fails, an index is corrupt, or a dataset has a layout, filter, type or number of dimensions
/// that is not supported.
pub async fn describe(datasets: &[&Dataset]) -> Result<Vec<DatasetParts>> {
    let mut rest = datasets.to_vec();
    while let Some(file) = rest.first().map(|dataset| Arc::clone(&dataset.inner.file)) {
        let (of_file, others) =
            rest.into_iter().partition(|other| Arc::ptr_eq(&other.inner.file, &file));
        let of_file: Vec<&Dataset> = of_file;
        index::load(&file, of_file.iter().map(|dataset| (*dataset, 0..dataset.blocks()))).await?;
        rest = others;
    }
    datasets.iter().map(|dataset| dataset.parts()).collect()
}

impl Dataset {
    /// Its parts, once its index is loaded.
    fn parts(&self) -> Result<DatasetParts> {
        let Storage { element, form, filters, fill, null, .. } = self.storage()?;
        let base = self.inner.file.format.base;
        if self.inner.space.null || self.shape().len() > 2 {
            let what = format!("describing a dataset of {} dimensions", self.shape().len());
            return Err(self.fault(Fault::unsupported(what)));
        }
        let layout = match form {
            Form::Compact(bytes) => DatasetLayout::Compact(bytes.to_vec()),
            Form::Contiguous(address) => DatasetLayout::Contiguous(address.map(|at| base + at)),
            Form::Chunked(chunked) => {
                let side = |axis: usize| chunked.shape.get(axis).copied().unwrap_or(1);
                let place = |((row, column), stored): ((u64, u64), index::Stored)| ChunkPlace {
                    row: row * side(0),
                    column: column * side(1),
                    offset: base + stored.address,
                    size: stored.size,
                    mask: stored.mask,
                };
                DatasetLayout::Chunked {
                    shape: chunked.shape.clone(),
                    raw_edges: chunked.raw_edges,
                    chunks: self.inner.index.all().into_iter().map(place).collect(),
                }
            }
        };
        Ok(DatasetParts {
            path: self.path().to_owned(),
            shape: self.shape().to_vec(),
            dtype: element.dtype(),
            fill: fill.as_ref().map(|fill| fill.to_vec()),
            null: null.map(|bits| element.stored(bits)),
            filters: filters.iter().map(|filter| filter.text()).collect(),
            layout,
            attributes: self.attributes().to_vec(),
        })
    }

    /// See [`KnownFile::dataset`](crate::KnownFile::dataset).
    pub(crate) fn from_parts(file: &Arc<Inner>, parts: DatasetParts) -> Result<Self> {
        let path = parts.path.clone();
        let located = Located::from_parts(file, parts).map_err(|fault| {
            // What is wrong was given, and does not stand at any offset of the file.
            let what = match fault {
                Fault::Truncated { offset, expected, .. } => {
                    format!("{expected} at {offset}, past the end of the file")
                }
                Fault::Corrupt { expected, found, .. } => {
                    format!("expected {expected}, found {found}")
                }
                Fault::Unsupported { what } => format!("not supported: {what}"),
                Fault::Invalid { what } => what.into_owned(),
            };
            Fault::invalid(format!("given layout: {what}")).at(&file.source.name, &path)
        });
        Ok(Self { inner: Arc::new(located?) })
    }
}

impl Located {
    fn from_parts(file: &Arc<Inner>, parts: DatasetParts) -> Result<Self, Fault> {
        let DatasetParts { path, shape, dtype, fill, null, filters, layout, attributes } = parts;
        let element: Element = dtype.parse()?;
        let space = Dataspace::fixed(shape)?;
        for value in [&fill, &null].into_iter().flatten() {
            if value.len() != element.width {
                let found = format!("{} bytes", value.len());
                return Err(Fault::corrupt(0, format!("a fill value of type {dtype}"), found));
            }
        }
        if filters.len() > MOST_FILTERS.into() {
            return Err(Fault::invalid(format!("{} filters", filters.len())));
        }
        let (layout, chunks) = match layout {
            DatasetLayout::Compact(bytes) => (Layout::Compact(Bytes::from(bytes)), Vec::new()),
            DatasetLayout::Contiguous(address) => {
                (Layout::Contiguous { address, size: None }, Vec::new())
            }
            DatasetLayout::Chunked { shape, raw_edges, chunks } => {
                let (element, index) = (element.width as u64, Index::Listed);
                let address = None;
                (Layout::Chunked(Chunked { shape, element, raw_edges, index, address }), chunks)
            }
        };
        let described = Described {
            format: file.format,
            space: &space,
            element: &element,
            layout,
            filters: filters.iter().map(|filter| filter.parse()).collect::<Result<_, _>>()?,
            fill: fill.map(Bytes::from),
            null: null.filter(|_| element.is_number()).map(|null| element.bits(&null)),
            offset: 0,
        };
        let storage = described.check()?;
        let index = listed(file, &storage, &space, chunks)?;
        let file = Arc::clone(file);
        let (storage, element) = (Ok(storage), Ok(element));
        Ok(Self { file, path, space, attributes, storage, element, index })
    }
}

/// The index that knows `chunks`, and that there are no others.
fn listed(
    file: &Inner,
    storage: &Storage,
    space: &Dataspace,
    chunks: Vec<ChunkPlace>,
) -> Result<ChunkIndex, Fault> {
    let index = ChunkIndex::default();
    let Form::Chunked(layout) = &storage.form else {
        return Ok(index);
    };
    if space.shape.len() > 2 {
        return Err(Fault::unsupported(format!("{} dimensions", space.shape.len())));
    }
    let grid = Grid::new(layout, space, !storage.filters.is_empty(), storage.chunk_bytes)?;
    let count = chunks.len();
    let chunk = |given: ChunkPlace| {
        let ChunkPlace { row, column, offset: address, size, mask } = given;
        let sides = layout.shape.iter().zip([row, column]);
        let scaled: Vec<u64> = sides.clone().map(|(side, at)| at / side).collect();
        let aligned = sides.clone().all(|(side, at)| at % side == 0);
        let place = grid.place(&scaled).filter(|_| aligned && (column == 0 || scaled.len() == 2));
        let Some((row, column)) = place else {
            let expected = format!("chunks of {:?} in {:?}", layout.shape, space.shape);
            return Err(Fault::corrupt(0, expected, format!("one at row {row}, column {column}")));
        };
        let chunk = Chunk { row, column, address, size, mask };
        chunk_index::check(&file.format, &grid, &chunk)?;
        Ok(chunk)
    };
    let chunks = chunks.into_iter().map(chunk).collect::<Result<Vec<_>, _>>()?;
    let rows = space.shape.first().copied().unwrap_or(1);
    index.add(0..rows.div_ceil(storage.block_rows.max(1)), chunks);
    if index.len() != count {
        let found = format!("{count} for {} places", index.len());
        return Err(Fault::corrupt(0, "one chunk for each place", found));
    }
    Ok(index)
}

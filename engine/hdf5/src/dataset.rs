//! A located dataset: what is known of it, and the blocks it is read in.

mod block;
mod fetch;
pub(crate) mod index;
mod parts;
mod storage;

use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field};

pub use block::RawBlock;
pub use fetch::{BlockRequest, fetch_blocks, foreseen_requests};
pub use parts::{ChunkPlace, DatasetLayout, DatasetParts, describe};

use crate::attribute::{Attribute, AttributeValue};
use crate::decode::element::{Element, Number};
use crate::error::Result;
use crate::fault::{Fault, Parse};
use crate::file::Inner;
use crate::format::attributes;
use crate::format::message::dataspace::Dataspace;
use crate::format::message::shared;
use crate::format::object_header::{ObjectHeader, kind};
use crate::view::View;
use index::ChunkIndex;
use storage::{Form, Storage};

/// The name of the attribute that declares the null value.
const FILL_ATTRIBUTE: &str = "_FillValue";

/// A dataset of a file. Clones share it, and the chunk index it has loaded.
///
/// It holds no cached bytes of the file, and stays usable after
/// [`forget_metadata`](crate::File::forget_metadata).
#[derive(Debug, Clone)]
pub struct Dataset {
    inner: Arc<Located>,
}

#[derive(Debug)]
struct Located {
    file: Arc<Inner>,
    path: String,
    space: Dataspace,
    attributes: Vec<Attribute>,
    /// How to read it, or what stands against that.
    storage: Result<Storage, Fault>,
    element: Result<Element, Fault>,
    index: ChunkIndex,
}

impl Dataset {
    /// Reads everything about the dataset with this header but its chunk index.
    pub(crate) fn parse(
        view: &View<'_>,
        file: &Arc<Inner>,
        path: &str,
        header: &ObjectHeader,
    ) -> Parse<Self> {
        let (attributes, space) =
            crate::fault::both(attributes::read(view, header), dataspace(view, header))?;
        let fill = attributes.iter().find(|attribute| attribute.name == FILL_ATTRIBUTE);
        let (element, storage) = storage::parse(view, header, &space, fill)?;
        let (file, path, index) = (Arc::clone(file), path.to_owned(), ChunkIndex::default());
        let located = Located { file, path, space, attributes, storage, element, index };
        Ok(Self { inner: Arc::new(located) })
    }

    /// The path by which it was located.
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    /// The location of its file.
    pub fn file_name(&self) -> &str {
        &self.inner.file.source.name
    }

    /// Size of each dimension; empty for a scalar.
    pub fn shape(&self) -> &[u64] {
        &self.inner.space.shape
    }

    /// Rows: the size of the first dimension, one for a scalar.
    pub fn rows(&self) -> u64 {
        let scalar = u64::from(!self.inner.space.null);
        self.shape().first().copied().unwrap_or(scalar)
    }

    /// The Arrow type of one element. Fixed-length text is a `FixedSizeBinary`.
    ///
    /// # Errors
    ///
    /// If the type is not supported; the error names it.
    pub fn arrow_type(&self) -> Result<DataType> {
        let element = self.inner.element.as_ref();
        element.map(Element::arrow_type).map_err(|fault| self.fault(fault.clone()))
    }

    /// The Arrow type of a decoded block: that of one element, or for 2-D data without a column a
    /// `FixedSizeList` of them.
    ///
    /// # Errors
    ///
    /// If the type or the number of dimensions is not supported, or `column` does not exist.
    pub fn block_type(&self, column: Option<u64>) -> Result<DataType> {
        let element = self.arrow_type()?;
        let columns = self.checked_columns(column)?;
        Ok(match columns {
            Some(columns) => {
                let field = Arc::new(Field::new_list_field(element, true));
                DataType::FixedSizeList(field, columns)
            }
            None => element,
        })
    }

    /// The list size of a block read with this column choice; `None` for plain arrays.
    fn checked_columns(&self, column: Option<u64>) -> Result<Option<i32>> {
        let invalid = |what: String| self.fault(Fault::invalid(what));
        match (self.shape(), column) {
            ([] | [_], None) => Ok(None),
            ([] | [_], Some(column)) => {
                Err(invalid(format!("column {column} of a dataset of shape {:?}", self.shape())))
            }
            ([_, columns], Some(column)) if column >= *columns => {
                Err(invalid(format!("column {column} of {columns}")))
            }
            ([_, _], Some(_)) => Ok(None),
            ([_, columns], None) => i32::try_from(*columns)
                .map(Some)
                .map_err(|_| self.fault(Fault::unsupported(format!("rows of {columns} columns")))),
            (shape, _) => {
                let what = format!("a dataset of {} dimensions", shape.len());
                Err(self.fault(Fault::unsupported(what)))
            }
        }
    }

    /// Its attributes, by name.
    pub fn attributes(&self) -> &[Attribute] {
        &self.inner.attributes
    }

    /// The value of the attribute `name`.
    pub fn attribute(&self, name: &str) -> Option<&AttributeValue> {
        let attribute = self.attributes().iter().find(|attribute| attribute.name == name);
        attribute.map(|attribute| &attribute.value)
    }

    /// The value that stands for null: the `_FillValue` attribute in the dataset's type, else the
    /// dataset's own user-defined fill value unless that is zero. Elements with exactly its bits
    /// are null; a float NaN is null besides. A value the type cannot hold is none.
    pub fn null_value(&self) -> Option<Number> {
        let storage = self.inner.storage.as_ref().ok()?;
        storage.null.map(|bits| storage.element.number_of_bits(bits))
    }

    /// Rows of a block: the first dimension of a chunk. Data that is not chunked is read in
    /// virtual blocks of up to 65,536 rows, fewer if they would be larger than 4 MiB.
    pub fn block_rows(&self) -> u64 {
        let rows = self.inner.storage.as_ref().map_or(self.rows(), |storage| storage.block_rows);
        rows.max(1)
    }

    /// The number of blocks; the last may be shorter than the others.
    pub fn blocks(&self) -> u64 {
        self.rows().div_ceil(self.block_rows())
    }

    /// The rows of one block; empty past the last.
    pub fn rows_of_block(&self, block: u64) -> Range<u64> {
        let (size, rows) = (self.block_rows(), self.rows());
        let at = |block: u64| block.saturating_mul(size).min(rows);
        at(block)..at(block.saturating_add(1))
    }

    /// The blocks that hold any of `rows`.
    pub fn blocks_of(&self, rows: &Range<u64>) -> Range<u64> {
        let end = rows.end.min(self.rows());
        if rows.start >= end {
            return 0..0;
        }
        rows.start / self.block_rows()..end.div_ceil(self.block_rows())
    }

    /// The shape of a chunk; `None` if the dataset is not chunked or its layout is not supported.
    pub fn chunk_shape(&self) -> Option<&[u64]> {
        match &self.inner.storage.as_ref().ok()?.form {
            Form::Chunked(chunked) => Some(&chunked.shape),
            _ => None,
        }
    }

    /// In a few words how it is stored: layout, index and filters, or what is not supported.
    pub fn storage_summary(&self) -> String {
        match &self.inner.storage {
            Ok(storage) => storage.summary(),
            Err(fault) => self.fault(fault.clone()).to_string(),
        }
    }

    /// Where in the file the bytes of a block lie: one range per stored chunk, or one of contiguous
    /// rows. `None` if the block does not exist, is not supported, or its index is not loaded.
    pub fn stored_ranges(&self, block: u64) -> Option<Vec<Range<u64>>> {
        fetch::ranges(self, block)
    }

    /// Chunks that the index knows, for the rows it was loaded for.
    pub fn known_chunks(&self) -> usize {
        self.inner.index.len()
    }

    /// How to read it.
    fn storage(&self) -> Result<&Storage> {
        self.inner.storage.as_ref().map_err(|fault| self.fault(fault.clone()))
    }

    /// An error about this dataset.
    fn fault(&self, fault: Fault) -> crate::Error {
        fault.at(&self.inner.file.source.name, &self.inner.path)
    }
}

fn dataspace(view: &View<'_>, header: &ObjectHeader) -> Parse<Dataspace> {
    let message = header.first(kind::DATASPACE).ok_or_else(|| {
        let offset = header.address.saturating_add(view.format.base);
        Fault::corrupt(offset, "a dataset with a dataspace message", "none")
    })?;
    let (address, bytes) = shared::resolve(view, message)?;
    Ok(Dataspace::parse(view.cursor("dataspace message", address, &bytes))?)
}

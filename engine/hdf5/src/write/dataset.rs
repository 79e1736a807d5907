//! A dataset being described, and its bytes.

use super::btree::{self, StoredChunk};
use super::chunk::{Array, origins};
use super::element::Element;
use super::filter::Filters;
use super::header::{Header, Kind, UNDEFINED, align, dataspace};
use super::{AttributeValue, Data, Dims, Scalar, WriteError};

/// The most dimensions that libhdf5 opens.
const MAX_RANK: usize = 32;

/// A dataset of a [`FileBuilder`](super::FileBuilder). Without further calls it is contiguous and
/// of one dimension. What does not fit together is reported by
/// [`finish`](super::FileBuilder::finish).
#[derive(Debug)]
pub struct DatasetBuilder {
    element: Element,
    bytes: Vec<u8>,
    shape: Vec<usize>,
    chunk: Option<Vec<usize>>,
    filters: Filters,
    fill: Option<Scalar>,
    attributes: Vec<(String, AttributeValue)>,
}

impl DatasetBuilder {
    pub(super) fn new(data: Data<'_>) -> Self {
        let (element, bytes) = data.encode();
        Self {
            element,
            bytes,
            shape: vec![data.len()],
            chunk: None,
            filters: Filters::default(),
            fill: None,
            attributes: Vec::new(),
        }
    }

    /// Gives the values another shape, of as many elements: `[n, 5]`, or `[]` for a scalar.
    pub fn shape(&mut self, shape: impl Into<Dims>) -> &mut Self {
        self.shape = shape.into().0;
        self
    }

    /// Cuts the dataset into chunks of so many elements along each dimension. Chunks may be larger
    /// than the dataset; the first dimension of a chunked dataset is declared unlimited, as
    /// granules have it.
    pub fn chunk(&mut self, chunk: impl Into<Dims>) -> &mut Self {
        self.chunk = Some(chunk.into().0);
        self
    }

    /// Whether the bytes of the elements of a chunk are transposed before they are compressed.
    pub fn shuffle(&mut self, shuffle: bool) -> &mut Self {
        self.filters.shuffle = shuffle;
        self
    }

    /// Compresses chunks at this zlib level, 0 to 9. A chunk that would not shrink is stored as it
    /// is, with the mask that says so.
    pub fn deflate(&mut self, level: u8) -> &mut Self {
        self.filters.deflate = Some(level);
        self
    }

    /// Whether each chunk is followed by a checksum.
    pub fn fletcher32(&mut self, fletcher32: bool) -> &mut Self {
        self.filters.fletcher32 = fletcher32;
        self
    }

    /// The value of elements that were never written, both as the dataset's creation property and
    /// as the attribute `_FillValue`. Must be of the dataset's own type.
    pub fn fill(&mut self, value: impl Into<Scalar>) -> &mut Self {
        let value = value.into();
        self.creation_fill(value).attribute("_FillValue", value)
    }

    /// The value of elements that were never written, as the creation property alone.
    pub fn creation_fill(&mut self, value: impl Into<Scalar>) -> &mut Self {
        self.fill = Some(value.into());
        self
    }

    /// Adds an attribute.
    pub fn attribute(&mut self, name: &str, value: impl Into<AttributeValue>) -> &mut Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// Appends the values and the object header, and gives the header's address.
    pub(super) fn write(&self, path: &str, file: &mut Vec<u8>) -> Result<u64, WriteError> {
        self.check_shape(path)?;
        let fill = self.encoded_fill(path)?;
        let size = self.element.size();
        let (layout, maximum) = match &self.chunk {
            None => {
                if !self.filters.is_empty() {
                    return Err(WriteError::Filter {
                        path: path.to_owned(),
                        reason: "it has no chunks".to_owned(),
                    });
                }
                (self.write_contiguous(file), self.shape.iter().map(|&n| Some(n)).collect())
            }
            Some(chunk) => {
                self.check_chunk(path, chunk)?;
                let fill = fill.clone().unwrap_or_else(|| vec![0; size]);
                let layout = self.write_chunked(path, chunk, &fill, file)?;
                (layout, maximum(&self.shape, chunk))
            }
        };

        let mut header = Header::new(path);
        header.push(Kind::Dataspace, &dataspace(&self.shape, &maximum), "the dataspace")?;
        header.push(Kind::Datatype, &self.element.message(), "the datatype")?;
        header.push(Kind::FillValue, &self.fill_message(fill), "the fill value")?;
        header.push(Kind::Layout, &layout, "the layout")?;
        if !self.filters.is_empty() {
            header.push(Kind::Filters, &self.filters.message(size), "the filter pipeline")?;
        }
        header.push_attributes(&self.attributes)?;
        Ok(header.write(file))
    }

    /// Appends the values as one piece and gives the layout message.
    fn write_contiguous(&self, file: &mut Vec<u8>) -> Vec<u8> {
        let address = if self.bytes.is_empty() { UNDEFINED } else { align(file) };
        file.extend(&self.bytes);
        let mut layout = vec![3, 1];
        layout.extend(address.to_le_bytes());
        layout.extend((self.bytes.len() as u64).to_le_bytes());
        layout
    }

    /// Appends the chunks and their tree and gives the layout message.
    fn write_chunked(
        &self,
        path: &str,
        chunk: &[usize],
        fill: &[u8],
        file: &mut Vec<u8>,
    ) -> Result<Vec<u8>, WriteError> {
        let element = self.element.size();
        let level = self.filters.deflate.filter(|&level| level > 9);
        let encoder = if level.is_none() { self.filters.encoder(element) } else { None };
        let mut encoder = encoder.ok_or_else(|| WriteError::Filter {
            path: path.to_owned(),
            reason: format!("deflate levels are 0 to 9, not {}", level.unwrap_or_default()),
        })?;
        let array = Array { bytes: &self.bytes, element, shape: &self.shape };
        let mut chunks = Vec::new();
        for origin in origins(&self.shape, chunk) {
            let (bytes, mask) = encoder.encode(&array.chunk(chunk, &origin, fill));
            // The size fits: deflate never enlarges, and room for the checksum was left.
            let size = bytes.len() as u32;
            chunks.push(StoredChunk { address: align(file), size, mask, origin });
            file.extend(bytes);
        }
        let root = btree::write(file, &chunks, chunk, element);
        let mut layout = vec![3, 2, chunk.len() as u8 + 1];
        layout.extend(root.to_le_bytes());
        for length in chunk.iter().chain([&element]) {
            layout.extend((*length as u32).to_le_bytes());
        }
        Ok(layout)
    }

    /// The fill value message, of version 3.
    fn fill_message(&self, fill: Option<Vec<u8>>) -> Vec<u8> {
        // Space is taken late, for chunks piece by piece; the value is written if one is set.
        let allocation = if self.chunk.is_some() { 3 } else { 2 };
        let mut message = vec![3, allocation | 2 << 2 | u8::from(fill.is_some()) << 5];
        if let Some(fill) = fill {
            message.extend((fill.len() as u32).to_le_bytes());
            message.extend(fill);
        }
        message
    }

    fn encoded_fill(&self, path: &str) -> Result<Option<Vec<u8>>, WriteError> {
        let Some(value) = self.fill else {
            return Ok(None);
        };
        let (element, bytes) = value.encode();
        if element != self.element {
            return Err(WriteError::Fill {
                path: path.to_owned(),
                expected: self.element.to_string(),
                found: element.to_string(),
            });
        }
        Ok(Some(bytes))
    }

    fn check_shape(&self, path: &str) -> Result<(), WriteError> {
        if self.shape.len() > MAX_RANK {
            return Err(WriteError::Rank { path: path.to_owned(), rank: self.shape.len() });
        }
        let found = self.bytes.len() / self.element.size();
        let expected = product(&self.shape);
        if expected == Some(found) {
            return Ok(());
        }
        Err(WriteError::Shape {
            path: path.to_owned(),
            shape: self.shape.clone(),
            expected: expected.unwrap_or(usize::MAX),
            found,
        })
    }

    fn check_chunk(&self, path: &str, chunk: &[usize]) -> Result<(), WriteError> {
        // Four bytes are left for a checksum.
        let most = u32::MAX as usize - 4;
        let bytes = product(chunk).and_then(|count| count.checked_mul(self.element.size()));
        let reason = if self.shape.is_empty() {
            "a scalar has no chunks"
        } else if chunk.len() != self.shape.len() {
            "the number of dimensions differs"
        } else if chunk.contains(&0) {
            "a length is zero"
        } else if bytes.is_none_or(|bytes| bytes > most) {
            "a chunk would take 4 GiB or more"
        } else {
            return Ok(());
        };
        Err(WriteError::Chunk {
            path: path.to_owned(),
            shape: self.shape.clone(),
            chunk: chunk.to_vec(),
            reason,
        })
    }
}

/// The number of elements of an array of this shape, if it can be counted.
fn product(shape: &[usize]) -> Option<usize> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(1_usize, |product, &length| product.checked_mul(length))
}

/// How far each dimension may grow: the first without limit, and so every other that is shorter
/// than a chunk, since the format lets no chunk exceed a limit.
fn maximum(shape: &[usize], chunk: &[usize]) -> Vec<Option<usize>> {
    let limit = |(dimension, (&length, &chunk))| {
        let grows = dimension == 0 || chunk > length;
        if grows { None } else { Some(length) }
    };
    shape.iter().zip(chunk).enumerate().map(limit).collect()
}

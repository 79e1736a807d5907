//! Chunks of one array: their keys and their bytes.

use bytes::Bytes;
use serde_json::Value;
use std::num::NonZeroU64;
use std::sync::Arc;
use zarrs::array::{
    Array, ArrayBytes, ArrayMetadata, ArrayMetadataV3, ArrayToBytesCodecTraits, CodecError,
    CodecOptions,
};

use super::error::StoreError;

/// An array whose chunks are encoded and decoded whole. It knows no storage, so it works on any thread.
#[derive(Debug)]
pub(super) struct ChunkCodec {
    array: Array<()>,
    shape: [NonZeroU64; 1],
    /// Set if the object is a zstd frame: the most bytes that it may claim to hold.
    zstd_limit: Option<u64>,
}

/// What a frame may hold beyond the values: checksums of codecs between them and zstd.
const SLACK: u64 = 64;

impl ChunkCodec {
    /// From the array's document. `path` is `level/name`. The error is a problem with that document.
    pub(super) fn new(path: &str, document: &Value) -> Result<Self, String> {
        let metadata: ArrayMetadataV3 =
            serde_json::from_value(document.clone()).map_err(|e| e.to_string())?;
        let array = Array::new_with_metadata(
            Arc::new(()),
            &format!("/{path}"),
            ArrayMetadata::V3(metadata),
        )
        .map_err(|e| e.to_string())?;
        let shape =
            array.chunk_shape(&vec![0; array.dimensionality()]).map_err(|e| e.to_string())?;
        let shape = <[NonZeroU64; 1]>::try_from(shape)
            .map_err(|shape| format!("expected one dimension, found {}", shape.len()))?;
        let last = document.pointer("/codecs").and_then(Value::as_array).and_then(|c| c.last());
        let zstd = last.is_some_and(|codec| codec.get("name") == Some(&Value::from("zstd")));
        let size = array.data_type().fixed_size().ok_or("its values have no fixed size")? as u64;
        let [cells] = shape;
        let zstd_limit = zstd.then(|| cells.get().saturating_mul(size).saturating_add(SLACK));
        Ok(Self { array, shape, zstd_limit })
    }

    /// `level/name`.
    pub(super) fn path(&self) -> &str {
        self.array.path().as_str().trim_start_matches('/')
    }

    /// The key of a chunk's object, relative to the root.
    pub(super) fn key(&self, chunk: u64) -> String {
        self.array.chunk_key(&[chunk]).as_str().to_owned()
    }

    /// Values in the machine's byte order to a chunk object.
    pub(super) fn encode(&self, chunk: u64, values: Vec<u8>) -> Result<Bytes, StoreError> {
        let array = &self.array;
        array
            .codecs()
            .encode(
                ArrayBytes::new_flen(values),
                &self.shape,
                array.data_type(),
                array.fill_value(),
                &CodecOptions::default(),
            )
            .map(|encoded| Bytes::from(encoded.into_owned()))
            .map_err(|e| self.failed("encode", chunk, e))
    }

    /// A chunk object to values in the machine's byte order.
    pub(super) fn decode(&self, chunk: u64, object: &[u8]) -> Result<Vec<u8>, StoreError> {
        // The decompressor allocates what the frame claims before it looks at the data, and memory that is not to be had ends
        // the process.
        if let (Some(limit), Some(claimed)) = (self.zstd_limit, zstd_content_size(object))
            && claimed > limit
        {
            let problem =
                format!("the zstd frame claims {claimed} bytes, the chunk has at most {limit}");
            return Err(self.failed("decode", chunk, CodecError::Other(problem)));
        }
        let array = &self.array;
        let decoded = array.codecs().decode(
            object.into(),
            &self.shape,
            array.data_type(),
            array.fill_value(),
            &CodecOptions::default(),
        );
        let fixed = decoded.and_then(|d| Ok(d.into_fixed()?));
        fixed.map(std::borrow::Cow::into_owned).map_err(|e| self.failed("decode", chunk, e))
    }

    fn failed(&self, action: &'static str, chunk: u64, e: CodecError) -> StoreError {
        StoreError::Codec { action, array: self.path().to_owned(), chunk, source: Box::new(e) }
    }
}

/// The size of its content that a zstd frame states in its header (RFC 8878, section 3.1.1.1), if it does.
fn zstd_content_size(frame: &[u8]) -> Option<u64> {
    let descriptor = *frame.strip_prefix(&[0x28, 0xb5, 0x2f, 0xfd])?.first()?;
    let single_segment = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let start = 5 + usize::from(!single_segment) + dictionary;
    let (length, offset) = match descriptor >> 6 {
        0 if single_segment => (1, 0),
        0 => return None,
        1 => (2, 256),
        2 => (4, 0),
        _ => (8, 0),
    };
    let mut field = [0; 8];
    field.get_mut(..length)?.copy_from_slice(frame.get(start..start + length)?);
    u64::from_le_bytes(field).checked_add(offset)
}

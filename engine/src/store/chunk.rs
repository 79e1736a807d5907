//! Chunks of one array: their keys and their bytes.

use arrow::datatypes::ToByteSlice;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use std::cell::RefCell;
use std::io;
use std::num::NonZeroU64;
use std::sync::Arc;
use zarrs::array::{
    Array, ArrayBytes, ArrayMetadata, ArrayMetadataV3, ArrayToBytesCodecTraits, CodecError,
    CodecOptions,
};
use zstd::bulk::Compressor;

use super::error::StoreError;
use super::frame;

/// An array whose chunks are encoded and decoded whole. It knows no storage, so it works on any thread.
#[derive(Debug)]
pub(super) struct ChunkCodec {
    array: Array<()>,
    shape: [NonZeroU64; 1],
    /// Set if the object is a zstd frame: the most bytes that it may claim to hold.
    zstd_limit: Option<u64>,
    /// Set if the frame holds the values as they lie in memory.
    plain_zstd: Option<PlainZstd>,
}

/// The codecs `bytes` and `zstd` and no others, which is what this engine writes.
#[derive(Debug, Clone, Copy, Deserialize)]
struct PlainZstd {
    level: i32,
    checksum: bool,
}

thread_local! {
    /// Setting up a compressor takes longer than compressing a chunk of some thousand cells.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

impl PlainZstd {
    fn of(document: &Value) -> Option<Self> {
        let codecs = document.pointer("/codecs")?.as_array()?;
        let [bytes, zstd] = codecs.as_slice() else { return None };
        let little = bytes.pointer("/configuration/endian").is_none_or(|endian| endian == "little");
        let known = bytes.get("name")? == "bytes" && zstd.get("name")? == "zstd";
        (known && little && cfg!(target_endian = "little"))
            .then(|| Self::deserialize(zstd.get("configuration")?).ok())
            .flatten()
    }

    fn compress(self, values: &[u8]) -> io::Result<Vec<u8>> {
        COMPRESSOR.with_borrow_mut(|kept| {
            let mut compressor = match kept.take() {
                Some(kept) => kept,
                None => Compressor::new(self.level)?,
            };
            compressor.set_compression_level(self.level)?;
            compressor.include_checksum(self.checksum)?;
            let compressed = compressor.compress(values);
            *kept = Some(compressor);
            compressed
        })
    }
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
        Ok(Self { array, shape, zstd_limit, plain_zstd: PlainZstd::of(document) })
    }

    /// `level/name`.
    pub(super) fn path(&self) -> &str {
        self.array.path().as_str().trim_start_matches('/')
    }

    /// The key of a chunk's object, relative to the root.
    pub(super) fn key(&self, chunk: u64) -> String {
        self.array.chunk_key(&[chunk]).as_str().to_owned()
    }

    /// The chunk that a key is of, if it is one's.
    pub(super) fn chunk_of(&self, key: &str) -> Option<u64> {
        let digits = key.rsplit(|c: char| !c.is_ascii_digit()).next()?;
        let chunk = digits.parse().ok()?;
        (self.key(chunk) == key).then_some(chunk)
    }

    /// Values in the machine's byte order to a chunk object.
    pub(super) fn encode(&self, chunk: u64, values: &[u8]) -> Result<Bytes, StoreError> {
        if let Some(zstd) = self.plain_zstd {
            let compressed = zstd.compress(values).map(Bytes::from);
            return compressed.map_err(|e| self.failed("encode", chunk, e.into()));
        }
        self.encode_by_codecs(chunk, values.to_vec())
    }

    /// The same for a coordinate: words that count upwards.
    pub(super) fn encode_words(&self, chunk: u64, words: &[u64]) -> Result<Bytes, StoreError> {
        match self.plain_zstd.and_then(|zstd| frame::encode(words, zstd.checksum)) {
            Some(frame) => Ok(frame.into()),
            None => self.encode(chunk, words.to_byte_slice()),
        }
    }

    fn encode_by_codecs(&self, chunk: u64, values: Vec<u8>) -> Result<Bytes, StoreError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_writes_what_the_codecs_write() {
        for (data_type, checksum) in [("float32", true), ("uint64", false)] {
            let document = serde_json::json!({
                "zarr_format": 3, "node_type": "array", "shape": [8192], "data_type": data_type,
                "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": [4096] } },
                "chunk_key_encoding": { "name": "default" }, "fill_value": 0,
                "codecs": [
                    { "name": "bytes", "configuration": { "endian": "little" } },
                    { "name": "zstd", "configuration": { "level": 3, "checksum": checksum } },
                ],
            });
            let codec = ChunkCodec::new("12/x", &document).unwrap();
            assert!(codec.plain_zstd.is_some() || cfg!(target_endian = "big"));
            let size = codec.array.data_type().fixed_size().unwrap();
            let values: Vec<u8> = (0..4096 * size).map(|i| (i * i / 7) as u8).collect();
            for _ in 0..2 {
                let short = codec.encode(0, &values).unwrap();
                assert_eq!(short, codec.encode_by_codecs(0, values.clone()).unwrap());
                assert_eq!(codec.decode(0, &short).unwrap(), values);
            }
        }
    }
}

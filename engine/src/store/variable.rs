//! One array of a store that is read.

use arrow::datatypes::Field;
use serde_json::{Map, Value};
use std::collections::HashMap;

use super::chunk::ChunkCodec;
use super::column::Column;
use super::dtype::StoreDtype;
use super::error::StoreError;

/// A variable of a store.
#[derive(Debug)]
pub struct StoreVariable {
    pub(super) name: String,
    pub(super) dtype: StoreDtype,
    fill: Value,
    attributes: Map<String, Value>,
    pub(super) codec: ChunkCodec,
}

impl StoreVariable {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type in the store.
    #[must_use]
    pub fn dtype(&self) -> StoreDtype {
        self.dtype
    }

    /// Its attributes, `units` and `long_name` among them.
    #[must_use]
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// The Arrow field, with those attributes that are strings as its metadata.
    ///
    /// It is nullable if the fill is not zero: a NaN or a fill reads as NULL, but a count of zero is a zero.
    #[must_use]
    pub fn field(&self) -> Field {
        let text = |(k, v): (&String, &Value)| v.as_str().map(|v| (k.clone(), v.to_owned()));
        let metadata: HashMap<String, String> = self.attributes.iter().filter_map(text).collect();
        let zero_fill = self.fill.as_f64() == Some(0.0);
        let nullable = self.dtype.is_float() || !zero_fill;
        Field::new(&self.name, self.dtype.arrow(), nullable).with_metadata(metadata)
    }

    /// The reason why an array is no variable that can be read here, or the variable.
    pub(super) fn new(
        path: &str,
        name: &str,
        document: &Value,
        dimension: &str,
        chunk: usize,
    ) -> Result<Self, String> {
        let dims = document.get("dimension_names");
        if dims != Some(&Value::from(vec![dimension])) {
            return Err(format!("its dimensions are {}", dims.unwrap_or(&Value::Null)));
        }
        let data_type = document.get("data_type").unwrap_or(&Value::Null);
        let dtype = data_type.as_str().and_then(StoreDtype::from_name);
        let dtype = dtype.ok_or_else(|| format!("its type is {data_type}"))?;
        if chunk_length(document) != Some(chunk as u64) {
            return Err("its chunks are not one per shard".into());
        }
        let fill = document.get("fill_value").cloned().unwrap_or(Value::Null);
        if Column::filled(dtype, &fill, 0).is_none() {
            return Err(format!("its fill value {fill} is not a value of {dtype}"));
        }
        let attributes =
            document.get("attributes").and_then(Value::as_object).cloned().unwrap_or_default();
        let codec = ChunkCodec::new(path, document)?;
        Ok(Self { name: name.into(), dtype, fill, attributes, codec })
    }

    /// `cells` cells of fill.
    pub(super) fn column(&self, cells: usize) -> Result<Column, StoreError> {
        Column::filled(self.dtype, &self.fill, cells).ok_or_else(|| StoreError::Spec {
            problem: format!("{}: {} is not a value of {}", self.name, self.fill, self.dtype),
        })
    }
}

/// Cells per chunk.
pub(super) fn chunk_length(document: &Value) -> Option<u64> {
    document.pointer("/chunk_grid/configuration/chunk_shape/0")?.as_u64()
}

//! How a catalog was made.

use std::collections::HashMap;

use arrow::datatypes::Schema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{CatalogFileError, Result};

/// The key of the file, as zagg names it.
pub(super) const KEY: &str = "zagg:catalog_meta";

/// What was searched, when and where, as zagg writes it: the key `zagg:catalog_meta`. A shard map made of the
/// catalog carries the same keys in its metadata.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CatalogMeta {
    /// Where the items are from: `CMR-STAC`, or the endpoint of another API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// `NSIDC_CPRD`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// `ATL06_007`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// `ATL06`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short_name: Option<String>,
    /// `007`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// First day: `2018-10-13`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// Last day, included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// The box of the search: west, south, east, north in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    /// Whether thumbnails were kept among the assets. Never by this crate.
    pub preserve_thumbnails: bool,
    /// Number of rows.
    pub total_granules: u64,
    /// Order of the column `footprint_cells`, if the catalog has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footprint_cells_order: Option<u8>,
    /// Further keys, kept as they are.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl CatalogMeta {
    pub(super) fn of(catalog: &str, schema: &Schema) -> Result<Option<Self>> {
        let parse = |text: &String| {
            serde_json::from_str(text).map_err(|source| CatalogFileError::Meta {
                catalog: catalog.to_owned(),
                key: KEY,
                source,
            })
        };
        schema.metadata().get(KEY).map(parse).transpose()
    }

    pub(super) fn put(&self, metadata: &mut HashMap<String, String>) {
        metadata.insert(KEY.to_owned(), Value::Object(self.to_map()).to_string());
    }

    /// The keys, for the metadata of a shard map.
    pub fn to_map(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            // Text, numbers and keys of text: it is an object.
            _ => Map::new(),
        }
    }
}

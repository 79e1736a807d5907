//! zagg's Parquet form: one row per shard, with the granules as JSON text.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde_json::Value;

use super::form;
use super::write::{self, Granules};
use super::{ShardMap, read};
use crate::{CatalogError, GridSignature};

/// Key-value of the file: the metadata and grid signature as JSON.
const META: &str = "zagg:shardmap_meta";

/// Shards in a row group, whose text is held in memory.
const ROWS: usize = 4096;

type Result<T> = std::result::Result<T, CatalogError>;

pub(super) fn read(file: &Path) -> Result<ShardMap> {
    let name = file.display().to_string();
    let opened =
        File::open(file).map_err(|source| CatalogError::Read { file: file.to_owned(), source })?;
    let wrong = |source| CatalogError::Parquet { file: file.to_owned(), source };
    let reader = ParquetRecordBatchReaderBuilder::try_new(opened).map_err(wrong)?;
    let pairs = reader.metadata().file_metadata().key_value_metadata();
    let meta = pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == META)?.value.clone());
    let Some(meta) = meta else {
        let expected = "the metadata and grid signature of a shard map";
        return Err(form::wrong(&name, META, expected, "nothing".to_owned()));
    };
    let json = |text: &str| {
        serde_json::from_str(text)
            .map_err(|source| CatalogError::Json { file: name.clone(), source })
    };
    let Value::Object(mut top) = json(&meta)? else {
        return Err(form::wrong(&name, META, "an object", "another value".to_owned()));
    };

    // From here on the same way as the JSON form.
    let (mut keys, mut granules, mut masks) = (Vec::new(), Vec::new(), Vec::new());
    let mut masked = false;
    for batch in reader.build().map_err(wrong)? {
        let batch = batch.map_err(|e| wrong(e.into()))?;
        keys.extend(words(&name, &batch)?.into_iter().map(Value::from));
        let text = column(&name, &batch, "granules", &DataType::Utf8)?;
        for text in strings(&text) {
            granules.push(text.map_or(Ok(Value::Array(Vec::new())), json)?);
        }
        if batch.column_by_name("aoi_mask").is_some() {
            masked = true;
            let text = column(&name, &batch, "aoi_mask", &DataType::Utf8)?;
            for text in strings(&text) {
                masks.push(text.map_or(Ok(Value::Array(Vec::new())), json)?);
            }
        }
    }
    top.insert("shard_keys".to_owned(), Value::Array(keys));
    top.insert("granules".to_owned(), Value::Array(granules));
    if masked {
        top.insert("aoi_mask".to_owned(), Value::Array(masks));
    }
    read::map_of_value(&name, Value::Object(top))
}

pub(super) fn write(map: &ShardMap, file: &Path) -> Result<()> {
    let masked = write::masks(map).is_some();
    let mut meta = map.extra.clone();
    meta.insert("metadata".to_owned(), Value::Object(map.metadata.clone()));
    meta.insert("grid_signature".to_owned(), map.signature.to_value());
    let meta = KeyValue::new(META.to_owned(), Value::Object(meta).to_string());
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(vec![meta]))
        .build();
    let schema = Arc::new(schema(&map.signature, masked));
    write::whole(file, |out| {
        let mut writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties))?;
        for shards in map.shards.chunks(ROWS) {
            let text = shards.iter().map(|s| serde_json::to_string(&Granules(map, s)));
            let mut columns: Vec<ArrayRef> = vec![
                Arc::new(UInt64Array::from_iter_values(shards.iter().map(|s| s.key))),
                Arc::new(StringArray::from(text.collect::<serde_json::Result<Vec<_>>>()?)),
            ];
            if masked {
                let text = shards
                    .iter()
                    .map(|s| serde_json::to_string(s.aoi_mask.as_deref().unwrap_or_default()));
                columns.push(Arc::new(StringArray::from(
                    text.collect::<serde_json::Result<Vec<_>>>()?,
                )));
            }
            let batch = RecordBatch::try_new(Arc::clone(&schema), columns);
            writer.write(&batch.map_err(std::io::Error::other)?)?;
            writer.flush()?;
        }
        writer.close()?;
        Ok(())
    })
}

fn schema(signature: &GridSignature, masked: bool) -> Schema {
    let key = Field::new("shard_keys", DataType::UInt64, false);
    let key = match signature {
        GridSignature::Healpix(_) => key.with_metadata(HashMap::from([
            ("ARROW:extension:name".to_owned(), "mortie.morton_index".to_owned()),
            ("ARROW:extension:metadata".to_owned(), String::new()),
        ])),
        GridSignature::Rectilinear(_) => key,
    };
    let mut fields = vec![key, Field::new("granules", DataType::Utf8, false)];
    if masked {
        fields.push(Field::new("aoi_mask", DataType::Utf8, true));
    }
    Schema::new(fields)
}

/// The keys, which use all 64 bits. Writers that know no unsigned numbers have them as negative ones.
fn words(name: &str, batch: &RecordBatch) -> Result<Vec<u64>> {
    let expected = "a column of 64-bit integers without nulls";
    let found = |what: String| form::wrong(name, "shard_keys", expected, what);
    let column = batch.column_by_name("shard_keys").ok_or_else(|| found("none".to_owned()))?;
    if column.null_count() > 0 {
        return Err(found(format!("{} nulls", column.null_count())));
    }
    if let Some(words) = column.as_any().downcast_ref::<UInt64Array>() {
        return Ok(words.values().to_vec());
    }
    if let Some(words) = column.as_any().downcast_ref::<arrow::array::Int64Array>() {
        return Ok(words.values().iter().map(|word| *word as u64).collect());
    }
    Err(found(format!("{}", column.data_type())))
}

fn column(name: &str, batch: &RecordBatch, key: &str, to: &DataType) -> Result<ArrayRef> {
    let expected = "a column of JSON text";
    let Some(column) = batch.column_by_name(key) else {
        return Err(form::wrong(name, key, expected, "none".to_owned()));
    };
    match column.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            cast(column, to).map_err(|e| form::wrong(name, key, expected, e.to_string()))
        }
        other => Err(form::wrong(name, key, expected, other.to_string())),
    }
}

fn strings(column: &ArrayRef) -> impl Iterator<Item = Option<&str>> {
    column.as_any().downcast_ref::<StringArray>().into_iter().flatten()
}

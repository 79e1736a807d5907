//! The properties of items, each a column.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use arrow::error::ArrowError;
use arrow_json::ReaderBuilder;
use arrow_json::reader::infer_json_schema;
use serde_json::{Map, Value};

use super::{Result, rows};
use crate::Item;

/// Properties that have a column of their own.
const TIMES: [&str; 3] = ["datetime", "start_datetime", "end_datetime"];

/// The properties of all items so far. Types are known only when the last has come: until then they are
/// lines of JSON, which need a fraction of the memory of parsed ones.
#[derive(Debug, Default)]
pub(super) struct Properties {
    lines: Vec<u8>,
    some: bool,
}

type Columns = (Vec<FieldRef>, Vec<ArrayRef>);

impl Properties {
    pub(super) fn push(&mut self, item: &Item) {
        let properties = item.json().get("properties").and_then(Value::as_object);
        let line: Map<String, Value> = properties
            .into_iter()
            .flatten()
            .filter(|(key, _)| !TIMES.contains(&key.as_str()))
            .map(|(key, value)| match rows::SCHEMA.field_with_name(key) {
                // A column that every catalog has, and it means another thing.
                Ok(_) => (format!("properties.{key}"), value.clone()),
                Err(_) => (key.clone(), value.clone()),
            })
            .collect();
        self.some |= !line.is_empty();
        self.lines.extend_from_slice(Value::Object(line).to_string().as_bytes());
        self.lines.push(b'\n');
    }

    /// Columns of `rows` rows. Where one property is of types that do not go together (an object here, a
    /// number there), all of them are kept as text in JSON.
    pub(super) fn finish(self, rows: usize) -> Result<Columns> {
        if !self.some || rows == 0 {
            return Ok(Columns::default());
        }
        match self.typed(rows) {
            Ok(columns) => Ok(columns),
            Err(_) => Ok(self.text()?),
        }
    }

    fn typed(&self, rows: usize) -> Result<Columns, ArrowError> {
        let (schema, _) = infer_json_schema(Cursor::new(&self.lines), None)?;
        let fields = sorted(schema.fields())?;
        let reader = ReaderBuilder::new(Arc::new(Schema::new(fields.clone())))
            .with_batch_size(rows)
            .with_coerce_primitive(true)
            .build(Cursor::new(&self.lines))?;
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        match batches.as_slice() {
            [batch] if batch.num_rows() == rows => {
                Ok((fields.iter().cloned().collect(), batch.columns().to_vec()))
            }
            _ => Err(ArrowError::JsonError(format!("expected {rows} lines of properties"))),
        }
    }

    fn text(&self) -> Result<Columns, ArrowError> {
        let mut columns: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
        let lines = serde_json::Deserializer::from_slice(&self.lines).into_iter();
        let mut rows = 0;
        for line in lines {
            let line: Map<String, Value> =
                line.map_err(|e| ArrowError::JsonError(e.to_string()))?;
            for (key, value) in line {
                let column = columns.entry(key).or_default();
                column.resize(rows, None);
                column.push(Some(value.to_string()));
            }
            rows += 1;
        }
        let columns = columns.into_iter().map(|(name, mut values)| {
            values.resize(rows, None);
            let field = Arc::new(Field::new(name, DataType::Utf8, true));
            (field, Arc::new(StringArray::from(values)) as ArrayRef)
        });
        Ok(columns.unzip())
    }
}

/// The fields by name, at every depth: the inference has them in another order each time. Refuses what
/// Parquet cannot hold.
fn sorted(fields: &Fields) -> Result<Fields, ArrowError> {
    let mut list = fields.iter().map(|f| field(f)).collect::<Result<Vec<Field>, _>>()?;
    if list.is_empty() {
        return Err(ArrowError::JsonError("an object without keys".to_owned()));
    }
    list.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(list.into())
}

fn field(field: &Field) -> Result<Field, ArrowError> {
    let data_type = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(sorted(fields)?),
        DataType::List(element) => DataType::List(Arc::new(self::field(element)?)),
        // Never anything but null: of which type it would be is not known.
        DataType::Null => DataType::Utf8,
        other => other.clone(),
    };
    Ok(field.clone().with_data_type(data_type))
}

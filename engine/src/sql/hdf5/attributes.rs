//! Attributes as rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::common::plan_err;
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use zagg_hdf5::{AttributeValue, File};

use crate::error::Error;

/// `name`, `type`, `value`: text all three.
pub(super) async fn table(file: &File, path: &str) -> Result<MemTable> {
    let Some(attributes) = file.attributes(path).await.map_err(Error::from)? else {
        return plan_err!(
            "{}: there is no {path}; hdf5_tree('{}') lists what there is",
            file.name(),
            file.name()
        );
    };
    let names: StringArray = attributes.iter().map(|a| Some(a.name.as_str())).collect();
    let types: StringArray = attributes.iter().map(|a| Some(kind(&a.value))).collect();
    let values: StringArray = attributes.iter().map(|a| Some(text(&a.value))).collect();
    let batch = RecordBatch::try_from_iter([
        ("name", Arc::new(names) as ArrayRef),
        ("type", Arc::new(types) as _),
        ("value", Arc::new(values) as _),
    ])?;
    MemTable::try_new(batch.schema(), vec![vec![batch]])
}

fn kind(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::Ints(_) => "integer",
        AttributeValue::Floats(_) => "float",
        AttributeValue::Strings(_) => "text",
        _ => "not supported",
    }
}

/// A single value as it is, several in brackets.
fn text(value: &AttributeValue) -> String {
    fn list<T>(values: &[T], one: impl Fn(&T) -> String) -> String {
        match values {
            [value] => one(value),
            values => format!("[{}]", values.iter().map(one).collect::<Vec<_>>().join(", ")),
        }
    }
    match value {
        AttributeValue::Ints(values) => list(values, i128::to_string),
        AttributeValue::Floats(values) => list(values, f64::to_string),
        AttributeValue::Strings(values) => list(values, String::clone),
        AttributeValue::Unsupported(what) => what.clone(),
        other => format!("{other:?}"),
    }
}

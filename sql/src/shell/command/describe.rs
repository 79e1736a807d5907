//! The columns of whatever can stand after FROM.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::FieldRef;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;

/// Attributes that say what a column means, where the table has them.
const MEANING: [&str; 2] = ["units", "long_name"];

/// Columns of a table, a file in quotes or a table function, with their types, and with unit and meaning
/// where any column has them.
pub(super) async fn columns(context: &SessionContext, relation: &str) -> Result<RecordBatch> {
    let sql = format!("SELECT * FROM {relation}");
    let plan = context.state().create_logical_plan(&sql).await?;
    let fields: Vec<FieldRef> = plan.schema().fields().iter().cloned().collect();
    let names: StringArray = fields.iter().map(|field| Some(field.name().as_str())).collect();
    let types: StringArray =
        fields.iter().map(|field| Some(field.data_type().to_string())).collect();
    let nullable: BooleanArray = fields.iter().map(|field| Some(field.is_nullable())).collect();
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("column", Arc::new(names)),
        ("type", Arc::new(types)),
        ("nullable", Arc::new(nullable)),
    ];
    for key in MEANING {
        let texts: StringArray =
            fields.iter().map(|field| field.metadata().get(key).map(String::as_str)).collect();
        if texts.iter().any(|text| text.is_some()) {
            columns.push((key, Arc::new(texts)));
        }
    }
    Ok(RecordBatch::try_from_iter(columns)?)
}

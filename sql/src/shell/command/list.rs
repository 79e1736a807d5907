//! The tables of a session.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::arrow::error::ArrowError;
use datafusion::catalog::information_schema::INFORMATION_SCHEMA;
use datafusion::common::utils::quote_identifier;
use datafusion::error::Result;
use datafusion::logical_expr::TableType;
use datafusion::prelude::SessionContext;

/// A table by the name that SQL finds it under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
}

/// All tables and views, by name; those of the session's own schema without its name.
pub(crate) async fn tables(context: &SessionContext) -> Result<Vec<Listed>> {
    let state = context.state();
    let default = &state.config_options().catalog;
    let mut found = Vec::new();
    for catalog_name in state.catalog_list().catalog_names() {
        let Some(catalog) = state.catalog_list().catalog(&catalog_name) else { continue };
        for schema_name in catalog.schema_names() {
            if schema_name == INFORMATION_SCHEMA {
                continue;
            }
            let Some(schema) = catalog.schema(&schema_name) else { continue };
            let mut path = Vec::new();
            if catalog_name != default.default_catalog {
                path.push(quote_identifier(&catalog_name));
            }
            if !path.is_empty() || schema_name != default.default_schema {
                path.push(quote_identifier(&schema_name));
            }
            for table in schema.table_names() {
                let kind = schema.table_type(&table).await?;
                let mut path = path.clone();
                path.push(quote_identifier(&table));
                found.push(Listed { name: path.join("."), kind: described(kind) });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn described(kind: Option<TableType>) -> &'static str {
    match kind {
        Some(TableType::View) => "view",
        Some(TableType::Temporary) => "temporary",
        Some(TableType::Base) | None => "table",
    }
}

/// The list as rows.
pub(super) fn batch(tables: &[Listed]) -> Result<RecordBatch, ArrowError> {
    let names: StringArray = tables.iter().map(|table| Some(table.name.as_str())).collect();
    let kinds: StringArray = tables.iter().map(|table| Some(table.kind)).collect();
    RecordBatch::try_from_iter([("name", Arc::new(names) as _), ("kind", Arc::new(kinds) as _)])
}

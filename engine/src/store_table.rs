//! A store as a table: one row per cell.

mod centres;
mod kept;
mod pieces;
mod rules;
mod scan;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::plan_err;
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;

use crate::store::{Rows, StoreReader};

use kept::Kept;
use scan::StoreScan;
pub use scan::StoreScanExec;

/// A finished store as a table.
///
/// | column | type | what |
/// |---|---|---|
/// | `cell` | `UInt64` | nested id at the store's order |
/// | `longitude`, `latitude` | `Float64` | the centre of the cell, degrees, geodetic where the store declares WGS84 |
/// | `morton` | `UInt64` | packed Morton word, if the store holds such words; made from the cell, not read |
/// | the variables | as in the store | NaN is NULL, as is a fill value other than zero |
///
/// Rows are the cells with data, or all cells of the store's shards. Filters on these columns leave out shards, whose chunks
/// are then not fetched: comparisons and lists of `cell`, `longitude`, `latitude` and `morton`, of `healpix_parent`,
/// `healpix_to_morton` and `morton_parent` of these, and `morton_contains` and `cell_in_polygon` with a constant. The plan says
/// how many shards each has dropped, and of which filters it could make nothing.
#[derive(Debug)]
pub struct StoreTable {
    reader: Arc<StoreReader>,
    schema: SchemaRef,
    rows: Rows,
}

/// The columns that no array of a store holds.
pub(crate) const MADE: [&str; 4] = ["cell", "longitude", "latitude", "morton"];

impl StoreTable {
    /// The occupied cells of an opened store.
    pub fn new(reader: StoreReader) -> Self {
        Self::with_rows(reader, Rows::Occupied)
    }

    /// The cells of an opened store that `rows` says.
    pub fn with_rows(reader: StoreReader, rows: Rows) -> Self {
        let stored = reader.schema();
        let degrees = |name: &str| {
            let units = [("units".to_owned(), "degrees".to_owned())].into();
            Arc::new(Field::new(name, DataType::Float64, false).with_metadata(units))
        };
        let mut fields = stored.fields().to_vec();
        fields.splice(1..1, [degrees("longitude"), degrees("latitude")]);
        if reader.has_morton() {
            fields.insert(3, Arc::new(Field::new("morton", DataType::UInt64, false)));
        }
        // A variable of that name would be hidden by the centre; the variable is what the store is about.
        let mut seen = std::collections::HashSet::new();
        let fields: Vec<_> =
            fields.into_iter().rev().filter(|f| seen.insert(f.name().clone())).collect();
        let fields: Vec<_> = fields.into_iter().rev().collect();
        Self { schema: Arc::new(Schema::new(fields)), reader: Arc::new(reader), rows }
    }

    /// The same with the columns that a statement declared for it, in their order.
    ///
    /// # Errors
    /// If the store has no such column, or one of another type.
    pub(crate) fn declared(mut self, declared: &SchemaRef) -> Result<Self> {
        for field in declared.fields() {
            let found = self.schema.field_with_name(field.name()).map(Field::data_type).ok();
            if found != Some(field.data_type()) {
                let found = found.map_or_else(|| "none".to_owned(), DataType::to_string);
                return plan_err!(
                    "column `{}` is declared as {}: the store has {found}",
                    field.name(),
                    field.data_type()
                );
            }
        }
        self.schema = Arc::clone(declared);
        Ok(self)
    }
}

#[async_trait]
impl TableProvider for StoreTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        // They leave out shards, not rows.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let schema = Arc::new(self.schema.project(projection.unwrap_or(&all))?);
        let kept = Kept::by_filters(session, &self.reader, &self.schema, filters)?;
        let partitions = session.config().target_partitions();
        let reader = Arc::clone(&self.reader);
        let scan = StoreScan { reader, schema, kept, rows: self.rows, partitions, fetch: limit };
        Ok(Arc::new(StoreScanExec::new(scan)))
    }
}

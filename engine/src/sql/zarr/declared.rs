//! A store that is declared before it is written.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::not_impl_err;
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;

use crate::granule::Locations;
use crate::sql::copy::{Statement, ZarrOptions, ZarrSinkExec};
use crate::sql::place;
use crate::store::ReadOptions;
use crate::store_table::StoreTable;

/// `CREATE EXTERNAL TABLE t (cell BIGINT UNSIGNED, …) STORED AS ZARR LOCATION 'new.zarr'`: written once by `INSERT INTO`, anew
/// by `INSERT OVERWRITE`, and read like any other store.
#[derive(Debug)]
pub(super) struct DeclaredStore {
    pub(super) place: String,
    pub(super) schema: SchemaRef,
    pub(super) options: ZarrOptions,
    pub(super) locations: Arc<Locations>,
}

#[async_trait]
impl TableProvider for DeclaredStore {
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
        let reader = place::open(&self.place, ReadOptions::default(), &self.locations).await?;
        let table = StoreTable::new(reader).declared(&self.schema)?;
        table.scan(session, projection, filters, limit).await
    }

    async fn insert_into(
        &self,
        session: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        operation: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let overwrite = match operation {
            InsertOp::Append => false,
            InsertOp::Overwrite => true,
            InsertOp::Replace => {
                return not_impl_err!("REPLACE INTO a store: write it anew by INSERT OVERWRITE");
            }
        };
        let mut options = self.options.clone();
        options.overwrite |= overwrite;
        let (place, locations) = (self.place.clone(), Arc::clone(&self.locations));
        let statement = Statement::of(session);
        Ok(Arc::new(ZarrSinkExec::try_new(input, place, options, locations, statement)?))
    }
}

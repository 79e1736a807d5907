//! `granules('catalog.parquet')`

use std::sync::Arc;

use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::datasource::MemTable;
use datafusion::error::Result;
use zagg_catalog::Catalog;

use super::arguments;
use crate::error::Error;

/// A catalog as a table: one row for each granule, in the columns of its file.
#[derive(Debug)]
pub(super) struct Table;

impl TableFunctionImpl for Table {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let texts = arguments::texts("granules('CATALOG.parquet')", args.exprs(), 1, 1)?;
        let catalog = Catalog::read(&texts[0]).map_err(Error::from)?;
        let batches = catalog.batches().to_vec();
        Ok(Arc::new(MemTable::try_new(Arc::clone(catalog.schema()), vec![batches])?))
    }
}

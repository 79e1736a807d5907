//! Stores as tables: `zarr('x.zarr')` and `STORED AS ZARR`.

mod declared;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{
    Session, TableFunctionArgs, TableFunctionImpl, TableProvider, TableProviderFactory,
};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::CreateExternalTable;

use super::copy::ZarrOptions;
use super::options::Options;
use super::wait::wait;
use super::{arguments, locations, place};
use crate::store::{ReadOptions, Rows};
use crate::store_table::StoreTable;

use declared::DeclaredStore;

const OF: &str = "STORED AS ZARR";
pub(super) const OPTIONS: [&str; 4] = ["rows", "level", "allow_unfinished", "ellipsoid"];
const ROWS: [&str; 2] = ["occupied", "dense"];

fn rows(name: &str) -> Rows {
    if name == "dense" { Rows::Dense } else { Rows::Occupied }
}

/// `zarr('x.zarr' [, 'occupied' | 'dense'])`
#[derive(Debug)]
pub(super) struct Table;

impl TableFunctionImpl for Table {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let usage = "zarr('STORE' [, 'occupied' | 'dense'])";
        let texts = arguments::texts(usage, args.exprs(), 1, 2)?;
        let kind = texts.get(1).map_or("occupied", String::as_str);
        if !ROWS.contains(&kind) {
            return plan_err!("expected {usage}, found `{kind}`");
        }
        let locations = locations(args.session());
        wait(async {
            let reader = place::open(&texts[0], ReadOptions::default(), &locations).await?;
            Ok(Arc::new(StoreTable::with_rows(reader, rows(kind))) as _)
        })
    }
}

/// `STORED AS ZARR`
#[derive(Debug)]
pub(super) struct Factory;

#[async_trait]
impl TableProviderFactory for Factory {
    async fn create(
        &self,
        session: &dyn Session,
        statement: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        let place = place::only(OF, statement)?;
        if !statement.schema.fields().is_empty() {
            return Ok(Arc::new(DeclaredStore {
                place: place.to_owned(),
                schema: Arc::clone(statement.schema.inner()),
                options: ZarrOptions::parse(&statement.options)?,
                locations: locations(session),
            }));
        }
        let options = Options::new(OF, &statement.options, &OPTIONS)?;
        let read = ReadOptions {
            level: options.parse("level", "a HEALPix order")?,
            allow_unfinished: options.flag("allow_unfinished")?.unwrap_or_default(),
            ellipsoid: options.ellipsoid()?,
        };
        let kind = options.choice("rows", &ROWS)?.unwrap_or("occupied");
        let reader = place::open(place, read, &locations(session)).await?;
        Ok(Arc::new(StoreTable::with_rows(reader, rows(kind))))
    }
}

//! HDF5 files as they are: `hdf5`, `hdf5_tree`, `hdf5_attributes` and `STORED AS HDF5`.

mod attributes;
mod group;
mod rows;
mod tree;

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{
    Session, TableFunctionArgs, TableFunctionImpl, TableProvider, TableProviderFactory,
};
use datafusion::error::Result;
use datafusion::logical_expr::CreateExternalTable;
use zagg_hdf5::File;

use super::options::Options;
use super::wait::wait;
use super::{arguments, locations, place};
use crate::error::Error;

pub use group::Hdf5Table;

pub(super) const OPTIONS: [&str; 1] = ["group"];

async fn open(session: &dyn Session, link: &str) -> Result<File> {
    let location = locations(session).resolve(link)?;
    Ok(File::open(location.store, location.path).await.map_err(Error::from)?)
}

/// `hdf5('f.h5', 'group')`: the datasets of a group that have the same number of rows.
#[derive(Debug)]
pub(super) struct Table;

impl TableFunctionImpl for Table {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let usage = "hdf5('FILE', 'GROUP OR DATASET')";
        let texts = arguments::texts(usage, args.exprs(), 1, 2)?;
        let (link, path) = (&texts[0], texts.get(1).map_or("/", String::as_str));
        wait(async {
            Ok(Arc::new(Hdf5Table::open(open(args.session(), link).await?, path).await?) as _)
        })
    }
}

/// `hdf5_tree('f.h5')`: everything in a file.
#[derive(Debug)]
pub(super) struct Tree;

impl TableFunctionImpl for Tree {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let texts = arguments::texts("hdf5_tree('FILE' [, 'GROUP'])", args.exprs(), 1, 2)?;
        let (link, group) = (&texts[0], texts.get(1).map_or("/", String::as_str));
        wait(async {
            Ok(Arc::new(tree::table(&open(args.session(), link).await?, group).await?) as _)
        })
    }
}

/// `hdf5_attributes('f.h5', '/path')`: the attributes of a group or dataset.
#[derive(Debug)]
pub(super) struct Attributes;

impl TableFunctionImpl for Attributes {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let texts = arguments::texts("hdf5_attributes('FILE' [, 'PATH'])", args.exprs(), 1, 2)?;
        let (link, path) = (&texts[0], texts.get(1).map_or("/", String::as_str));
        wait(async {
            Ok(Arc::new(attributes::table(&open(args.session(), link).await?, path).await?) as _)
        })
    }
}

/// `STORED AS HDF5`
#[derive(Debug)]
pub(super) struct Factory;

#[async_trait]
impl TableProviderFactory for Factory {
    async fn create(
        &self,
        session: &dyn Session,
        statement: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        let options = Options::new("STORED AS HDF5", &statement.options, &OPTIONS)?;
        let file = open(session, place::only("STORED AS HDF5", statement)?).await?;
        Ok(Arc::new(Hdf5Table::open(file, options.text("group").unwrap_or("/")).await?))
    }
}

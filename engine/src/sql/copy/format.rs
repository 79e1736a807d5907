//! The format as DataFusion looks it up by its name.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{GetExt, Statistics, not_impl_err};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::{FileFormat, FileFormatFactory};
use datafusion::datasource::physical_plan::{FileScanConfig, FileSinkConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};

use super::layout::ZarrOptions;
use super::shards::Statement;
use super::sink::ZarrSinkExec;
use crate::sql::locations;

/// Makes [`ZarrFormat`]s.
#[derive(Debug)]
pub(crate) struct ZarrFormatFactory;

impl GetExt for ZarrFormatFactory {
    fn get_ext(&self) -> String {
        "zarr".to_owned()
    }
}

impl FileFormatFactory for ZarrFormatFactory {
    fn create(
        &self,
        _session: &dyn Session,
        options: &HashMap<String, String>,
    ) -> Result<Arc<dyn FileFormat>> {
        Ok(Arc::new(ZarrFormat { options: ZarrOptions::parse(options)? }))
    }

    fn default(&self) -> Arc<dyn FileFormat> {
        Arc::new(ZarrFormat { options: ZarrOptions::default() })
    }
}

/// A store as the target of a `COPY`. It is no file, and nothing of it is read by way of this format.
#[derive(Debug)]
struct ZarrFormat {
    options: ZarrOptions,
}

#[async_trait]
impl FileFormat for ZarrFormat {
    fn get_ext(&self) -> String {
        "zarr".to_owned()
    }

    fn get_ext_with_compression(&self, _compression: &FileCompressionType) -> Result<String> {
        Ok(self.get_ext())
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        None
    }

    async fn infer_schema(
        &self,
        _session: &dyn Session,
        _store: &Arc<dyn ObjectStore>,
        _objects: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        not_impl_err!("a store is no list of files: read it by zarr('x.zarr')")
    }

    async fn infer_stats(
        &self,
        _session: &dyn Session,
        _store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        _object: &ObjectMeta,
    ) -> Result<Statistics> {
        Ok(Statistics::new_unknown(&table_schema))
    }

    async fn create_physical_plan(
        &self,
        _session: &dyn Session,
        _files: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        not_impl_err!("a store is no list of files: read it by zarr('x.zarr')")
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        session: &dyn Session,
        sink: FileSinkConfig,
        _order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let place = sink.original_url.clone();
        let (options, locations) = (self.options.clone(), locations(session));
        let statement = Statement::of(session);
        Ok(Arc::new(ZarrSinkExec::try_new(input, place, options, locations, statement)?))
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        // Asked for when files are read, which `create_physical_plan` refuses.
        Arc::new(datafusion::datasource::physical_plan::ParquetSource::new(table_schema))
    }
}

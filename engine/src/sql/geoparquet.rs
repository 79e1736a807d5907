//! `STORED AS PARQUET`: DataFusion's own format, whose files say which of their columns are geometries.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{GetExt, Statistics};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::parquet::{ParquetFormat, ParquetFormatFactory};
use datafusion::datasource::file_format::{FileFormat, FileFormatFactory, FileMeta};
use datafusion::datasource::physical_plan::{FileScanConfig, FileSinkConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::physical_expr::{LexOrdering, LexRequirement};
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};
use zagg_catalog::geoparquet;

/// Makes [`GeoParquetFormat`]s.
#[derive(Debug, Default)]
pub(super) struct GeoParquetFormatFactory(ParquetFormatFactory);

impl GetExt for GeoParquetFormatFactory {
    fn get_ext(&self) -> String {
        self.0.get_ext()
    }
}

impl FileFormatFactory for GeoParquetFormatFactory {
    fn create(
        &self,
        session: &dyn Session,
        options: &HashMap<String, String>,
    ) -> Result<Arc<dyn FileFormat>> {
        Ok(Arc::new(GeoParquetFormat(self.0.create(session, options)?)))
    }

    fn default(&self) -> Arc<dyn FileFormat> {
        Arc::new(GeoParquetFormat(self.0.default()))
    }
}

/// Parquet that is GeoParquet where a query has geometries. All else is as the format within has it.
#[derive(Debug)]
struct GeoParquetFormat(Arc<dyn FileFormat>);

impl GeoParquetFormat {
    /// The format that writes files of these columns. Metadata that the statement gives itself stands.
    fn writer(&self, schema: &SchemaRef) -> Option<ParquetFormat> {
        let geo = geoparquet::metadata(schema)?;
        let mut options = self.0.downcast_ref::<ParquetFormat>()?.options().clone();
        options.key_value_metadata.entry(geoparquet::KEY.to_owned()).or_insert(Some(geo));
        Some(ParquetFormat::default().with_options(options))
    }
}

#[async_trait]
impl FileFormat for GeoParquetFormat {
    fn get_ext(&self) -> String {
        self.0.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.0.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        self.0.compression_type()
    }

    async fn infer_schema(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        objects: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        self.0.infer_schema(session, store, objects).await
    }

    async fn infer_stats(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Statistics> {
        self.0.infer_stats(session, store, table_schema, object).await
    }

    async fn infer_ordering(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<Option<LexOrdering>> {
        self.0.infer_ordering(session, store, table_schema, object).await
    }

    async fn infer_stats_and_ordering(
        &self,
        session: &dyn Session,
        store: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        object: &ObjectMeta,
    ) -> Result<FileMeta> {
        self.0.infer_stats_and_ordering(session, store, table_schema, object).await
    }

    async fn create_physical_plan(
        &self,
        session: &dyn Session,
        files: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.0.create_physical_plan(session, files).await
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        session: &dyn Session,
        sink: FileSinkConfig,
        order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match self.writer(sink.output_schema()) {
            Some(writer) => writer.create_writer_physical_plan(input, session, sink, order).await,
            None => self.0.create_writer_physical_plan(input, session, sink, order).await,
        }
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        self.0.file_source(table_schema)
    }
}

#[cfg(test)]
mod tests;

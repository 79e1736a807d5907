//! Columns for programs.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::StreamWriter;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use zagg_catalog::geoparquet;

use super::{Out, Printer};

/// An Arrow IPC stream: a reader can begin before it ends.
pub(super) struct Arrow<'a>(StreamWriter<Out<'a>>);

impl<'a> Arrow<'a> {
    pub(super) fn try_new(schema: &SchemaRef, out: Out<'a>) -> Result<Self, ArrowError> {
        Ok(Self(StreamWriter::try_new(out, schema)?))
    }
}

impl Printer for Arrow<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        self.0.write(rows)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ArrowError> {
        self.0.finish()
    }
}

/// A Parquet file; GeoParquet, where a column is a geometry.
pub(super) struct Parquet<'a>(ArrowWriter<Out<'a>>);

impl<'a> Parquet<'a> {
    pub(super) fn try_new(schema: &SchemaRef, out: Out<'a>) -> Result<Self, ArrowError> {
        let geo = geoparquet::metadata(schema);
        let geo = geo.map(|geo| vec![KeyValue::new(geoparquet::KEY.to_owned(), geo)]);
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_key_value_metadata(geo)
            .build();
        Ok(Self(ArrowWriter::try_new(out, schema.clone(), Some(properties))?))
    }
}

impl Printer for Parquet<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        Ok(self.0.write(rows)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ArrowError> {
        self.0.close()?;
        Ok(())
    }
}

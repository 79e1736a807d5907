//! Text for programs.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::csv;
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{JsonArray, LineDelimited};
use datafusion::arrow::json::{Writer, WriterBuilder};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

use super::{Out, Printer};

/// Values between commas or tabs, under a header.
pub(super) struct Delimited<'a>(csv::Writer<Out<'a>>);

impl<'a> Delimited<'a> {
    pub(super) fn try_new(
        schema: &SchemaRef,
        delimiter: u8,
        out: Out<'a>,
    ) -> Result<Self, ArrowError> {
        let mut writer = csv::WriterBuilder::new().with_delimiter(delimiter).build(out);
        // The header comes with the first batch, and a result without rows has a header too.
        writer.write(&flat(&RecordBatch::new_empty(Arc::clone(schema)))?)?;
        Ok(Self(writer))
    }
}

impl Printer for Delimited<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        self.0.write(&flat(rows)?)
    }

    fn finish(self: Box<Self>) -> Result<(), ArrowError> {
        Ok(())
    }
}

/// The same rows with lists and structures as text: a field has no parts.
fn flat(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let options = FormatOptions::default();
    let schema = rows.schema();
    let columns = schema.fields().iter().zip(rows.columns()).map(|(field, column)| {
        let nested = field.data_type().is_nested() && !matches!(field.data_type(), DataType::Null);
        if !nested {
            return Ok((field.name().clone(), Arc::clone(column)));
        }
        let formatter = ArrayFormatter::try_new(column, &options)?;
        let text = |row| (!column.is_null(row)).then(|| formatter.value(row).to_string());
        let texts: StringArray = (0..column.len()).map(text).collect();
        Ok((field.name().clone(), Arc::new(texts) as ArrayRef))
    });
    let columns = columns.collect::<Result<Vec<_>, ArrowError>>()?;
    if columns.is_empty() {
        return Ok(rows.clone());
    }
    RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )
}

/// One array of objects.
pub(super) struct Json<'a>(Writer<Out<'a>, JsonArray>);

impl<'a> Json<'a> {
    pub(super) fn new(out: Out<'a>) -> Self {
        Self(WriterBuilder::new().with_explicit_nulls(true).build(out))
    }
}

impl Printer for Json<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        self.0.write(rows)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ArrowError> {
        self.0.finish()?;
        Ok(writeln!(self.0.get_mut())?)
    }
}

/// One object per line.
pub(super) struct NdJson<'a>(Writer<Out<'a>, LineDelimited>);

impl<'a> NdJson<'a> {
    pub(super) fn new(out: Out<'a>) -> Self {
        Self(WriterBuilder::new().with_explicit_nulls(true).build(out))
    }
}

impl Printer for NdJson<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        self.0.write(rows)
    }

    fn finish(mut self: Box<Self>) -> Result<(), ArrowError> {
        self.0.finish()
    }
}

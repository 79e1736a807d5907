//! Results in the forms that people and programs read.

mod binary;
mod cells;
mod fit;
mod plan;
mod table;
mod text;
mod vertical;

use std::io::Write;

use clap::ValueEnum;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns with a header; what does not fit the terminal is left out, and said to be
    Table,
    /// Comma-separated values with a header; NULL is an empty field
    Csv,
    /// The same with tabs
    Tsv,
    /// One JSON array of objects; NULL and NaN are null
    Json,
    /// One JSON object per line
    Ndjson,
    /// A table for Markdown
    Markdown,
    /// One line per value
    #[value(alias = "line")]
    Vertical,
    /// An Arrow IPC stream
    Arrow,
    /// A Parquet file, compressed by zstd
    Parquet,
}

impl Format {
    /// Whether it is for eyes: the row limit holds for it, and a footer counts its rows.
    pub(crate) fn is_for_eyes(self) -> bool {
        matches!(self, Self::Table | Self::Markdown | Self::Vertical)
    }

    /// Whether a terminal cannot show it.
    pub(crate) fn is_binary(self) -> bool {
        matches!(self, Self::Arrow | Self::Parquet)
    }

    /// As it is written on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Writes one result, batch after batch.
pub(crate) trait Printer {
    /// Some more rows.
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError>;
    /// There are no more.
    fn finish(self: Box<Self>) -> Result<(), ArrowError>;
}

/// Where a result goes. Parquet is written by what may move between threads.
pub(crate) type Out<'a> = &'a mut (dyn Write + Send);

/// A printer for rows of `schema`. `width` is that of the terminal, in characters, if there is one.
pub(crate) fn printer<'a>(
    format: Format,
    schema: &SchemaRef,
    width: Option<usize>,
    out: Out<'a>,
) -> Result<Box<dyn Printer + 'a>, ArrowError> {
    Ok(match format {
        Format::Table => Box::new(table::Table::new(schema, width, out)),
        Format::Markdown => Box::new(table::Table::markdown(schema, out)),
        Format::Vertical => Box::new(vertical::Vertical::new(schema, out)),
        Format::Csv => Box::new(text::Delimited::try_new(schema, b',', out)?),
        Format::Tsv => Box::new(text::Delimited::try_new(schema, b'\t', out)?),
        Format::Json => Box::new(text::Json::new(out)),
        Format::Ndjson => Box::new(text::NdJson::new(out)),
        Format::Arrow => Box::new(binary::Arrow::try_new(schema, out)?),
        Format::Parquet => Box::new(binary::Parquet::try_new(schema, out)?),
    })
}

/// A printer for the result of EXPLAIN: lines of text, which a table would only break.
pub(crate) fn plan_printer<'a>(out: Out<'a>) -> Box<dyn Printer + 'a> {
    Box::new(plan::Plan::new(out))
}

#[cfg(test)]
mod tests;

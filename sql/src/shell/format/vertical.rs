//! One line per value, for rows that are wider than a terminal.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use unicode_width::UnicodeWidthStr;

use super::{Out, Printer, cells};

/// Names at the left, values at the right, rows under numbered lines.
pub(super) struct Vertical<'a> {
    header: Vec<String>,
    widest: usize,
    rows: usize,
    out: Out<'a>,
}

impl<'a> Vertical<'a> {
    pub(super) fn new(schema: &SchemaRef, out: Out<'a>) -> Self {
        let header = cells::header(schema);
        let widest = header.iter().map(|name| name.width()).max().unwrap_or(0);
        Self { header, widest, rows: 0, out }
    }
}

impl Printer for Vertical<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        for row in cells::rows(rows)? {
            self.rows += 1;
            writeln!(self.out, "-- row {} --", self.rows)?;
            for (name, value) in self.header.iter().zip(&row) {
                let indent = " ".repeat(self.widest.saturating_sub(name.width()));
                // Further lines of a value stand under its first.
                let under = format!("\n{}", " ".repeat(self.widest + 3));
                writeln!(self.out, "{indent}{name} = {}", value.replace('\n', &under))?;
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), ArrowError> {
        Ok(())
    }
}

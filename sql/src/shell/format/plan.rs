//! Plans as the text that they are.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::error::ArrowError;

use super::{Out, Printer, cells};

/// Each plan under its name.
pub(super) struct Plan<'a> {
    out: Out<'a>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(out: Out<'a>) -> Self {
        Self { out }
    }
}

impl Printer for Plan<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        for row in cells::rows(rows)? {
            if let [name, text, ..] = row.as_slice() {
                writeln!(self.out, "-- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), ArrowError> {
        Ok(())
    }
}

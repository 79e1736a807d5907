//! Aligned columns.

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{Cell, CellAlignment, ContentArrangement};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Out, Printer, cells, fit};

/// The frame that DataFusion's own tables have.
const FRAME: &str = "||--+-++|    ++++++";

/// Rows whose widths are measured together. A longer result is printed as several tables, so that it needs
/// no more memory than one of them.
const BLOCK: usize = 1000;

/// A table for a terminal, or for Markdown.
pub(super) struct Table<'a> {
    header: Vec<String>,
    numeric: Vec<bool>,
    rows: Vec<Vec<String>>,
    printed: bool,
    markdown: bool,
    width: Option<usize>,
    hidden: usize,
    out: Out<'a>,
}

impl<'a> Table<'a> {
    pub(super) fn new(schema: &SchemaRef, width: Option<usize>, out: Out<'a>) -> Self {
        Self {
            header: cells::header(schema),
            numeric: cells::numeric(schema),
            rows: Vec::new(),
            printed: false,
            markdown: false,
            width,
            hidden: 0,
            out,
        }
    }

    pub(super) fn markdown(schema: &SchemaRef, out: Out<'a>) -> Self {
        let mut table = Self { markdown: true, ..Self::new(schema, None, out) };
        table.header.iter_mut().for_each(|name| *name = in_markdown(name));
        table
    }

    /// Prints the rows there are.
    fn block(&mut self) -> Result<(), ArrowError> {
        let mut rows = std::mem::take(&mut self.rows);
        let mut shown: Vec<Option<usize>> = (0..self.header.len()).map(Some).collect();
        if let Some(terminal) = self.width {
            let widths = self.widths(&rows);
            if fit::is_wider(&widths, terminal) {
                let widest = fit::widest(&widths, terminal);
                rows.iter_mut().flatten().for_each(|cell| shorten(cell, widest));
            }
            shown = fit::columns(&self.widths(&rows), terminal);
        }
        self.hidden = if shown.contains(&None) { self.header.len() + 1 - shown.len() } else { 0 };

        let mut table = comfy_table::Table::new();
        table.load_preset(if self.markdown { ASCII_MARKDOWN } else { FRAME });
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(self.row(&self.header, &shown));
        table.add_rows(rows.iter().map(|row| self.row(row, &shown)));
        writeln!(self.out, "{table}")?;
        self.printed = true;
        Ok(())
    }

    fn row(&self, cells: &[String], shown: &[Option<usize>]) -> Vec<Cell> {
        let cell = |column: &Option<usize>| {
            let text = column.and_then(|column| cells.get(column)).map_or("…", String::as_str);
            let right =
                column.and_then(|column| self.numeric.get(column)).is_some_and(|right| *right);
            let alignment = if right { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(text).set_alignment(alignment)
        };
        shown.iter().map(cell).collect()
    }

    fn widths(&self, rows: &[Vec<String>]) -> Vec<usize> {
        let width = |text: &String| text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
        let mut widths: Vec<usize> = self.header.iter().map(width).collect();
        for row in rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = width(cell).max(*widest);
            }
        }
        widths
    }
}

impl Printer for Table<'_> {
    fn print(&mut self, rows: &RecordBatch) -> Result<(), ArrowError> {
        let mut rows = cells::rows(rows)?;
        if self.markdown {
            rows.iter_mut().flatten().for_each(|cell| *cell = in_markdown(cell));
        }
        for row in rows {
            self.rows.push(row);
            if self.rows.len() == BLOCK {
                self.block()?;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), ArrowError> {
        if !self.rows.is_empty() || !self.printed {
            self.block()?;
        }
        if self.hidden > 0 {
            let (hidden, all) = (self.hidden, self.header.len());
            writeln!(self.out, "({hidden} of {all} columns do not fit; .mode vertical shows all)")?;
        }
        Ok(())
    }
}

/// Cuts what is wider than `widest`, and shows that it did.
fn shorten(text: &mut String, widest: usize) {
    if text.width() <= widest && !text.contains('\n') {
        return;
    }
    let mut width = 0;
    let end = text.char_indices().find(|(_, c)| {
        width += c.width().unwrap_or(0);
        width >= widest || *c == '\n'
    });
    text.truncate(end.map_or(text.len(), |(at, _)| at));
    text.push('…');
}

/// Text in a cell of a Markdown table.
fn in_markdown(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', "<br>")
}

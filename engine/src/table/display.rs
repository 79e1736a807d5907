//! What EXPLAIN says of a scan.
//!
//! The summary is of the plan alone. What is left out, by which rule, what is read and what that costs come after it, where
//! that was estimated.

use std::fmt;

use datafusion::physical_plan::{DisplayAs, DisplayFormatType};

use super::GranuleScanExec;
use crate::cost::{Estimate, Figures};

/// A scan without its estimate.
pub(super) struct Summary<'a>(pub(super) &'a GranuleScanExec);

/// What an estimate says of the reading.
struct Foretold<'a> {
    scan: &'a GranuleScanExec,
    estimate: &'a Estimate,
}

impl GranuleScanExec {
    /// What a partition is.
    fn kind(&self) -> &'static str {
        match self.partitions.first().and_then(|partition| partition.shard) {
            Some(_) => "shards",
            None => "granules",
        }
    }

    fn foretold(&self) -> Option<Foretold<'_>> {
        self.estimate.as_ref().map(|estimate| Foretold { scan: self, estimate })
    }
}

impl Foretold<'_> {
    /// What is not read, rule by rule.
    fn left_out(&self) -> Vec<String> {
        let Estimate { granules, granules_of, figures, .. } = self.estimate;
        let shards = self.scan.partitions_before - self.scan.partitions.len();
        let figures = figures.unwrap_or_default();
        let by = |index: bool| if index { "the index" } else { "positions" };
        let rows_by = by(self.estimate.basis.by_index > 0);
        let counts = [
            (shards as u64, self.scan.kind(), "the filter on cell and shard"),
            ((granules_of - granules) as u64, "granules", "shards"),
            (figures.rows_of.saturating_sub(figures.rows), "rows", rows_by),
            (figures.chunks_of_other_columns, "chunks", "columns"),
            (figures.chunks_of_other_rows, "chunks", "rows"),
        ];
        let some = counts.into_iter().filter(|(count, ..)| *count > 0);
        some.map(|(count, what, rule)| format!("{count} {what} by {rule}")).collect()
    }

    /// What is.
    fn read(&self) -> String {
        let granules = self.estimate.granules;
        let Some(Figures { counted, rows, row_ranges, chunks, .. }) = self.estimate.figures else {
            return format!("granules={granules}");
        };
        match counted {
            true => format!(
                "granules={granules}, rows={rows}, row_ranges={row_ranges}, chunks={chunks}"
            ),
            false => format!("granules={granules}, about rows={rows}, chunks={chunks}"),
        }
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scan = self.0;
        let columns: Vec<&str> =
            scan.read.output.fields().iter().map(|field| field.name().as_str()).collect();
        write!(
            f,
            "GranuleScanExec: table={}, {}={} of {}, index={}, columns=[{}]",
            scan.table,
            scan.kind(),
            scan.partitions.len(),
            scan.partitions_before,
            scan.known,
            columns.join(", ")
        )?;
        if let Some(predicate) = &scan.read.predicate {
            write!(f, ", filter={predicate}")?;
        }
        if !scan.failed.is_empty() {
            write!(f, ", granules_left_out={}", scan.failed.len())?;
        }
        if let Some(fetch) = scan.fetch {
            write!(f, ", limit={fetch}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Foretold<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left_out, read) = (self.left_out().join(", "), self.read());
        write!(f, "left_out=[{left_out}], reads=[{read}], estimate={}", self.estimate)
    }
}

impl DisplayAs for GranuleScanExec {
    fn fmt_as(&self, t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match t {
            DisplayFormatType::TreeRender => {
                let (kept, before) = (self.partitions.len(), self.partitions_before);
                writeln!(f, "table={}", self.table)?;
                writeln!(f, "{}={kept} of {before}", self.kind())?;
                writeln!(f, "index={}", self.known)?;
                if let Some(predicate) = &self.read.predicate {
                    writeln!(f, "filter={predicate}")?;
                }
                // There is room for a few words.
                if let Some(figures) = self.estimate.as_ref().and_then(|e| e.figures) {
                    let (rows, chunks) = (figures.rows, figures.chunks);
                    writeln!(f, "reads={rows} rows, {chunks} chunks")?;
                    let (requests, seconds) = (figures.requests, figures.seconds);
                    let dollars = figures.functions.dollars;
                    writeln!(f, "estimate={requests} requests, {seconds:.2} s, ${dollars:.6}")?;
                }
                Ok(())
            }
            DisplayFormatType::Default | DisplayFormatType::Verbose => {
                write!(f, "{}", Summary(self))?;
                match self.foretold() {
                    Some(told) => write!(f, ", {told}"),
                    None => Ok(()),
                }
            }
        }
    }
}

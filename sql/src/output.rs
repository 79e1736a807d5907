//! What people see of a run.

mod cost;

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use zagg_engine::run::{DryRun, FailedGranule, IndexSummary, IndexUse, RunSummary, ShardOutcome};
use zagg_engine::store::three_lines;

use crate::error::CliError;

/// A progress line on stderr, where that is a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    rows: u64,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_message("reading positions");
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, rows: 0 }
    }

    /// From the first of `all` on, their number is known.
    fn begin(&self, done: usize, all: usize, what: &str) {
        if done == 1 {
            self.bar.set_length(all as u64);
            let template = format!(
                "{{bar:30}} {{pos}}/{{len}} {what}  {{msg}}  {{elapsed}} gone, {{eta}} left"
            );
            // A template of our own that indicatif refuses would only cost the looks.
            if let Ok(style) = ProgressStyle::with_template(&template) {
                self.bar.set_style(style);
            }
        }
    }

    /// One more granule is done.
    pub(crate) fn granule(&mut self, done: usize, all: usize) {
        self.begin(done, all, "granules");
        self.bar.set_message("");
        self.bar.set_position(done as u64);
    }

    /// One more shard is done.
    pub(crate) fn shard(&mut self, outcome: &ShardOutcome, done: usize, all: usize) {
        self.begin(done, all, "shards");
        self.rows += outcome.read.rows_read;
        self.bar.set_message(format!("{} rows", grouped(self.rows)));
        self.bar.set_position(done as u64);
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// An error, on stderr.
pub(crate) fn error(error: &CliError) {
    // Nowhere is left to say that stderr cannot be written.
    let _ = writeln!(io::stderr(), "error: {error}");
}

/// Something the user should know, on stderr.
pub(crate) fn warning(text: &str) -> io::Result<()> {
    writeln!(io::stderr(), "warning: {text}")
}

/// The end of a run.
pub(crate) fn summary(out: &mut impl Write, run: &RunSummary) -> io::Result<()> {
    let state = if run.complete { "complete" } else { "PARTIAL: data is missing, see below" };
    writeln!(out, "{}  ({state})", run.store)?;
    let mut line = |name: &str, text: String| writeln!(out, "  {name:<9} {text}");
    line("shards", format!("{}, {} with data", run.shards, run.shards_with_data))?;
    line(
        "granules",
        format!(
            "{} read, {} skipped (no rows in these shards), {} failed, {} beams absent",
            run.granules_read,
            run.granules_skipped,
            run.granules_failed.len(),
            run.beams_missing
        ),
    )?;
    line(
        "rows",
        format!(
            "{} read, {} filtered out, {} kept, {} without a valid position",
            grouped(run.rows_read),
            grouped(run.rows_filtered),
            grouped(run.rows_kept),
            grouped(run.rows_invalid_position)
        ),
    )?;
    line("cells", grouped(run.cells))?;
    line(
        "read",
        format!(
            "{} in {} requests ({} for metadata), {} HDF5 chunks decoded",
            bytes(run.bytes_read),
            grouped(run.requests),
            grouped(run.metadata_requests),
            grouped(run.chunks_decoded)
        ),
    )?;
    line("written", format!("{} in {} chunks", bytes(run.bytes_written), grouped(run.objects)))?;
    line("seconds", format!("{:.2}", run.seconds))?;
    index_use(out, run.index.as_ref())?;
    if let Some(index) = &run.index_out {
        let size = bytes(index.bytes);
        writeln!(out, "  index     {} written, {size}, {} granules", index.index, index.granules)?;
        failures(out, &index.granules_failed)?;
    }
    failures(out, &run.granules_failed)?;
    writeln!(out, "\nOpen it in Python:\n")?;
    for text in three_lines(&run.store, run.level).lines() {
        writeln!(out, "  {text}")?;
    }
    Ok(())
}

/// What a run would do.
pub(crate) fn dry_run(out: &mut impl Write, run: &DryRun) -> io::Result<()> {
    let (fewest, most) = run.granules_per_shard;
    writeln!(out, "{}  (dry run, nothing written)", run.store)?;
    writeln!(out, "  shards    {}", run.shards)?;
    writeln!(
        out,
        "  granules  {}, {fewest} to {most} in a shard, {} pairs",
        run.granules, run.pairs
    )?;
    index_use(out, run.index.as_ref())?;
    if let Some(estimate) = &run.estimate {
        cost::estimate(out, estimate)?;
    }
    failures(out, &run.granules_failed)?;
    writeln!(out, "\n{}", run.sql)
}

/// Whether a granule index told of all granules, and which it did not.
fn index_use(out: &mut impl Write, index: Option<&IndexUse>) -> io::Result<()> {
    let Some(IndexUse { index, granules, lacks }) = index else { return Ok(()) };
    writeln!(out, "  index     {index}: {granules} of {} granules", granules + lacks.len())?;
    for granule in lacks {
        writeln!(out, "  opened    {granule}: the index lacks it, or some of its datasets")?;
    }
    Ok(())
}

/// A granule index that was written.
pub(crate) fn index(out: &mut impl Write, index: &IndexSummary) -> io::Result<()> {
    let state = match index.granules_failed.is_empty() {
        true => "complete",
        false => "PARTIAL: granules are missing, see below",
    };
    writeln!(out, "{}  ({state})", index.index)?;
    let mut line = |name: &str, text: String| writeln!(out, "  {name:<9} {text}");
    line("granules", format!("{}, {} failed", index.granules, index.granules_failed.len()))?;
    line("rows", format!("{} in {} runs", grouped(index.rows), grouped(index.runs)))?;
    line("chunks", grouped(index.chunks))?;
    line("read", format!("{} in {} requests", bytes(index.bytes_read), grouped(index.requests)))?;
    let each = index.bytes / (index.granules as u64).max(1);
    line("written", format!("{}, {} for each granule", bytes(index.bytes), bytes(each)))?;
    line("seconds", format!("{:.2}", index.seconds))?;
    failures(out, &index.granules_failed)
}

fn failures(out: &mut impl Write, failed: &[FailedGranule]) -> io::Result<()> {
    for failure in failed {
        writeln!(out, "  failed    {}: {}", failure.granule, failure.reason)?;
    }
    Ok(())
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes with a unit.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..10_000 => format!("{number} B"),
        10_000..10_000_000 => format!("{:.1} kB", number as f64 / 1e3),
        10_000_000..10_000_000_000 => format!("{:.1} MB", number as f64 / 1e6),
        _ => format!("{:.1} GB", number as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        let texts: Vec<String> = [0, 999, 1000, 23_980_000].map(grouped).into();
        assert_eq!(texts, ["0", "999", "1,000", "23,980,000"]);
        let sizes: Vec<String> = [512, 15_500, 465_000_000].map(bytes).into();
        assert_eq!(sizes, ["512 B", "15.5 kB", "465.0 MB"]);
    }
}

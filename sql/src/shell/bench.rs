//! `--bench N`: how long a statement takes, and how much that varies.

mod cpu;

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use datafusion::error::DataFusionError;

use crate::command::cores;
use crate::shell::Shell;
use crate::shell::failure::Failure;
use crate::shell::query::Query;
use crate::shell::run::warn_of_failed_granules;

/// What the figures hold for.
pub(super) fn conditions(out: &mut impl Write) -> io::Result<()> {
    let build = if cfg!(debug_assertions) { "a debug build" } else { "an optimised build" };
    let (os, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    writeln!(out, "bench: zagg-sql {version}, {build}, {} cores, {os} on {machine}", cores())
}

/// Runs `sql` again and again, and prints the spread instead of its rows. What has no rows (SET, CREATE …) runs once, and
/// is not measured.
pub(super) async fn run(shell: &mut Shell, sql: &str, runs: NonZeroUsize) -> Result<(), Failure> {
    let interrupts = shell.interrupts.clone();
    let _running = interrupts.running();
    let mut seconds = Vec::with_capacity(runs.get());
    let mut rows = 0;
    let cpu = cpu::seconds();
    for number in 0..runs.get() {
        let begun = Instant::now();
        let mut query = Query::start(&shell.context, sql, &shell.parameters);
        let ran = tokio::select! {
            biased;
            () = interrupts.asked() => Err(Failure::Cancelled),
            ran = drained(shell, &mut query, number == 0) => ran,
        };
        seconds.push(begun.elapsed().as_secs_f64());
        query.stop().await;
        match ran? {
            Some(found) => rows = found,
            None => return Ok(()),
        }
    }
    let cpu = cpu.zip(cpu::seconds()).map(|(from, to)| (to - from) / runs.get() as f64);
    let spread = spread(sql, rows, &seconds, cpu).map_err(DataFusionError::from)?;
    shell.print(&spread)?;
    Ok(shell.output.flush()?)
}

/// The number of a statement's rows, once all are there; None where it is of a kind that has none.
async fn drained(
    shell: &mut Shell,
    query: &mut Query,
    is_first: bool,
) -> Result<Option<u64>, Failure> {
    let planned = query.planned().await?;
    let mut rows = 0;
    while let Some(batch) = query.next().await? {
        rows += batch.num_rows() as u64;
    }
    if is_first {
        warn_of_failed_granules(shell, &planned.plan)?;
    }
    Ok((!planned.schema.fields().is_empty()).then_some(rows))
}

/// One row: the first run, which may find nothing prepared, then the spread of all.
fn spread(
    sql: &str,
    rows: u64,
    seconds: &[f64],
    cpu: Option<f64>,
) -> datafusion::arrow::error::Result<RecordBatch> {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied();
    let (low, high) = (at((sorted.len().max(1) - 1) / 2), at(sorted.len() / 2));
    let median = low.zip(high).map(|(low, high)| f64::midpoint(low, high));
    let whole = |value: u64| Arc::new(UInt64Array::from(vec![value])) as ArrayRef;
    let time = |value: Option<f64>| {
        let micros = value.map(|value| (value * 1e6).round() / 1e6);
        Arc::new(Float64Array::from(vec![micros])) as ArrayRef
    };
    let statement = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    RecordBatch::try_from_iter_with_nullable([
        ("statement", Arc::new(StringArray::from(vec![statement])) as ArrayRef, false),
        ("rows", whole(rows), false),
        ("runs", whole(seconds.len() as u64), false),
        ("first_s", time(seconds.first().copied()), false),
        ("min_s", time(at(0)), false),
        ("median_s", time(median), false),
        ("max_s", time(sorted.last().copied()), false),
        ("cpu_s", time(cpu), true),
    ])
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Float64Type;

    use super::*;

    #[test]
    fn the_spread_is_of_all_runs() {
        let of = |seconds: &[f64], name: &str| {
            let row = spread("SELECT\n  1", 3, seconds, Some(0.25)).unwrap();
            row.column_by_name(name).unwrap().as_primitive::<Float64Type>().value(0)
        };
        let seconds = [0.5, 0.1, 0.3, 0.2];
        for (name, expected) in
            [("first_s", 0.5), ("min_s", 0.1), ("median_s", 0.25), ("max_s", 0.5), ("cpu_s", 0.25)]
        {
            assert_eq!(of(&seconds, name), expected, "{name}");
        }
        assert_eq!(of(&[0.3, 0.1, 0.2], "median_s"), 0.2);
        let row = spread("SELECT\n  1", 3, &seconds, None).unwrap();
        assert_eq!(row.column(0).as_string::<i32>().value(0), "SELECT 1");
        assert!(row.column_by_name("cpu_s").unwrap().is_null(0));
    }
}

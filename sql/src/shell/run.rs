//! One statement from its text to its last row on the screen.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::physical_plan::ExecutionPlan;
use tokio::time::timeout;

use crate::output::grouped;
use crate::shell::Shell;
use crate::shell::completeness::failed_granules;
use crate::shell::failure::Failure;
use crate::shell::format::{self, Format};
use crate::shell::progress::Progress;
use crate::shell::query::{Planned, Query};

/// How long a full screen waits to learn whether there is more.
const PEEK: Duration = Duration::from_millis(50);

/// Runs `sql` and shows its result.
pub(crate) async fn run(shell: &mut Shell, sql: &str) -> Result<(), Failure> {
    let interrupts = shell.interrupts.clone();
    let _running = interrupts.running();
    let mut query = Query::start(&shell.context, sql, &shell.parameters);
    let result = tokio::select! {
        biased;
        () = interrupts.asked() => Err(Failure::Cancelled),
        result = show(shell, &mut query) => result,
    };
    let ended = query.stop().await;
    if !ended && shell.interactive {
        writeln!(io::stderr(), "some of its work is still coming to its end")?;
    }
    result
}

/// When what happened.
struct Times {
    start: Instant,
    planned: Duration,
    first_row: Option<Duration>,
}

async fn show(shell: &mut Shell, query: &mut Query) -> Result<(), Failure> {
    let mut progress = Progress::new(shell.settings.quiet);
    let mut times = Times { start: Instant::now(), planned: Duration::ZERO, first_row: None };
    let planned = progress.during(query.planned()).await?;
    times.planned = times.start.elapsed();
    progress.watch(planned.plan.clone());
    if planned.schema.fields().is_empty() {
        while progress.during(query.next()).await?.is_some() {}
        progress.clear();
        if shell.interactive && !shell.settings.quiet {
            writeln!(io::stderr(), "done")?;
        }
    } else {
        rows(shell, query, &planned, &mut progress, &mut times).await?;
    }
    drop(progress);
    shell.output.flush()?;
    warn_of_failed_granules(shell, &planned.plan)?;
    if shell.settings.timer {
        writeln!(io::stderr(), "{}", times.line())?;
    }
    Ok(())
}

/// Names the granules that the executed `plan` went on without.
pub(super) fn warn_of_failed_granules(
    shell: &mut Shell,
    plan: &Arc<dyn ExecutionPlan>,
) -> Result<(), Failure> {
    let failed = failed_granules(plan);
    for (granule, reason) in &failed {
        crate::output::warning(&format!("the result misses granule {granule}: {reason}"))?;
    }
    shell.partial |= !failed.is_empty();
    Ok(())
}

async fn rows(
    shell: &mut Shell,
    query: &mut Query,
    planned: &Planned,
    progress: &mut Progress,
    times: &mut Times,
) -> Result<(), Failure> {
    let output = &mut shell.output;
    let format = shell.settings.format(output.is_terminal());
    let as_plan = planned.explains && shell.settings.format.is_none_or(|f| f == Format::Table);
    let limit = shell.settings.limit(format, output.is_terminal()).filter(|_| !planned.explains);
    output.admit(format)?;
    let width = output.width();
    let mut printer = match as_plan {
        true => format::plan_printer(output),
        false => format::printer(format, &planned.schema, width, output)?,
    };
    let (mut shown, mut stopped) = (0, false);
    loop {
        let left = limit.map(|limit| limit - shown);
        let next = match left {
            // What waits for the next row may be a long scan.
            Some(0) => match timeout(PEEK, query.next()).await {
                Ok(next) => next?,
                Err(_) => {
                    stopped = true;
                    break;
                }
            },
            _ => progress.during(query.next()).await?,
        };
        let Some(batch) = next else { break };
        if batch.num_rows() == 0 {
            continue;
        }
        times.first_row.get_or_insert_with(|| times.start.elapsed());
        let part = batch.slice(0, left.unwrap_or(usize::MAX).min(batch.num_rows()));
        if part.num_rows() > 0 {
            progress.clear();
            printer.print(&part)?;
            shown += part.num_rows();
        }
        if part.num_rows() < batch.num_rows() {
            stopped = true;
            break;
        }
    }
    progress.clear();
    printer.finish()?;
    if format.is_for_eyes() && !as_plan && !shell.settings.quiet {
        writeln!(shell.output, "{}", footer(shown, stopped))?;
    }
    Ok(())
}

fn footer(rows: usize, stopped: bool) -> String {
    let count = grouped(rows as u64);
    match (rows, stopped) {
        (_, true) => {
            format!("(first {count} rows; reading stopped here, .maxrows 0 reads on to the end)")
        }
        (1, _) => "(1 row)".to_owned(),
        _ => format!("({count} rows)"),
    }
}

impl Times {
    fn line(&self) -> String {
        let seconds = |time: Duration| format!("{:.3} s", time.as_secs_f64());
        let first = self.first_row.map_or("none".to_owned(), seconds);
        let (planning, total) = (seconds(self.planned), seconds(self.start.elapsed()));
        format!("time: planning {planning}, first row {first}, total {total}")
    }
}

//! Whether all found the same: a fast wrong answer is no result.

use serde::Serialize;

use crate::cells::Cells;
use crate::error::{BenchError, Result};
use crate::rounds::Run;

mod compare;

use compare::STATISTICS;

/// What was compared, all of which agreed.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Agreement {
    /// Cells with data.
    pub(crate) cells: usize,
    /// Results that were compared with the first one of zagg-sql.
    pub(crate) results: usize,
    /// The largest deviation of a script's result, as a fraction of what is tolerated.
    pub(crate) largest: f64,
}

/// Compares each result with the first one of zagg-sql: another one of zagg-sql has to be the same, one of a
/// script the same within tolerances. Without a result of zagg-sql nothing is compared.
///
/// # Errors
/// For the first result that differs, with the first cells; when a result cannot be read.
pub(crate) fn check(runs: &[Run]) -> Result<Agreement> {
    let mut agreement = Agreement::default();
    let Some(first) = runs.iter().find(|run| !run.contender.is_peer()) else {
        return Ok(agreement);
    };
    let ours = read(first)?;
    agreement.cells = ours.cell.len();
    for run in runs.iter().filter(|run| run.output != first.output) {
        let theirs = read(run)?;
        // The same granules give zagg-sql the same bits. A file is read by partitions that share its parts as they have time, so
        // that the last bits of a sum are not always the same.
        let exact = !run.contender.is_peer() && !run.contender.reads_points();
        let tolerated = if exact { 0.0 } else { 1.0 };
        let found = compare::compare(&ours, &theirs, tolerated);
        if found.total > 0 {
            return Err(BenchError::Disagree {
                ours: title(first),
                theirs: title(run),
                total: found.total,
                first: found.first,
            });
        }
        agreement.results += 1;
        agreement.largest = agreement.largest.max(found.largest);
    }
    Ok(agreement)
}

fn read(run: &Run) -> Result<Cells> {
    let names = STATISTICS.map(|statistic| statistic.name);
    if run.contender.writes_store() {
        Cells::of_store(&run.output, &names)
    } else {
        Cells::of_parquet(&run.output, &names)
    }
}

fn title(run: &Run) -> String {
    format!("{} (repetition {})", run.contender.name(), run.repetition + 1)
}

#[cfg(test)]
mod tests;

//! Everyone by turns.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::child::{self, Usage};
use crate::contender::{Contender, Tools};
use crate::data::DataSet;
use crate::error::{BenchError, Result};

/// One contender's run in one repetition.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) contender: Contender,
    /// Counted from zero.
    pub(crate) repetition: usize,
    #[serde(flatten)]
    pub(crate) usage: Usage,
    /// Of zagg-sql alone.
    pub(crate) summary: Option<Summary>,
    /// The store or the Parquet file.
    #[serde(skip)]
    pub(crate) output: PathBuf,
}

/// What of zagg-sql's summary goes into the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) shards: u64,
    pub(crate) rows_read: u64,
    pub(crate) rows_kept: u64,
    pub(crate) cells: u64,
    pub(crate) requests: u64,
    pub(crate) bytes_read: u64,
    pub(crate) chunks_decoded: u64,
}

/// Runs every contender `repeat` times, each run into a folder of its own below `folder`. Another one
/// begins each time, so that none always follows the same.
pub(crate) fn run(
    contenders: &[Contender],
    repeat: usize,
    tools: &Tools,
    data: &DataSet,
    folder: &Path,
) -> Result<Vec<Run>> {
    let mut runs = Vec::new();
    for repetition in 0..repeat {
        let turn = (0..contenders.len())
            .filter_map(|i| contenders.get((repetition + i) % contenders.len()).copied());
        for contender in turn {
            let folder = folder.join(format!("{repetition}-{}", contender.name()));
            std::fs::create_dir(&folder).map_err(|e| BenchError::io("create", &folder, e))?;
            let output = contender.output(&folder);
            let mut command = contender.command(tools, data, &output);
            let (mut usage, stdout) = child::measure(&mut command, &folder)?;
            let summary = match contender {
                Contender::Zagg | Contender::Zagg1 => Some(printed(&folder, &stdout)?),
                _ => None,
            };
            if matches!(contender, Contender::DuckdbSql | Contender::DuckdbList) {
                usage.wall_s = printed(&folder, &stdout)?;
            }
            eprintln!(
                "{} of {repeat}: {} {:.1} s CPU, {:.1} s",
                repetition + 1,
                contender.name(),
                usage.cpu_s(),
                usage.wall_s
            );
            runs.push(Run { contender, repetition, usage, summary, output });
        }
    }
    Ok(runs)
}

/// What a program prints of itself.
fn printed<T: DeserializeOwned>(folder: &Path, stdout: &str) -> Result<T> {
    serde_json::from_str(stdout).map_err(|error| BenchError::Output {
        path: folder.join("stdout"),
        expected: "the summary of zagg-sql run, or seconds",
        found: error.to_string(),
    })
}

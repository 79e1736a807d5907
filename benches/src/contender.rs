//! Who is compared.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;
use serde::Serialize;

use crate::data::DataSet;
use crate::{points, workplace};

/// Threads that everyone may use. It is also what the script by hand has.
const THREADS: usize = 2;

/// One way from granules to statistics per cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Contender {
    /// zagg-sql with two workers.
    Zagg,
    /// zagg-sql with one worker.
    #[value(name = "zagg-1")]
    #[serde(rename = "zagg-1")]
    Zagg1,
    /// The script, grouping by DuckDB.
    Duckdb,
    /// The same, reading by two processes.
    #[value(name = "duckdb-2")]
    #[serde(rename = "duckdb-2")]
    Duckdb2,
    /// The script, grouping by polars.
    Polars,
    /// A statement of zagg-sql over a file of points, whose cells it finds.
    ZaggSql,
    /// The same of DuckDB, which is given the cells.
    DuckdbSql,
    /// That, with the quantiles as one list.
    DuckdbList,
}

/// The programs that contenders are.
pub(crate) struct Tools {
    pub(crate) binary: PathBuf,
    pub(crate) python: PathBuf,
    /// The file of points, once it is written.
    pub(crate) points: PathBuf,
}

impl Contender {
    pub(crate) const ALL: [Self; 8] = [
        Self::Zagg,
        Self::Zagg1,
        Self::Duckdb,
        Self::Duckdb2,
        Self::Polars,
        Self::ZaggSql,
        Self::DuckdbSql,
        Self::DuckdbList,
    ];

    /// Whether points are read, from a Parquet file, instead of granules.
    pub(crate) fn reads_points(self) -> bool {
        matches!(self, Self::ZaggSql | Self::DuckdbSql | Self::DuckdbList)
    }

    /// Who the others are measured by.
    pub(crate) fn yardstick(self) -> Self {
        if self.reads_points() { Self::DuckdbSql } else { Self::Duckdb }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Zagg => "zagg",
            Self::Zagg1 => "zagg-1",
            Self::Duckdb => "duckdb",
            Self::Duckdb2 => "duckdb-2",
            Self::Polars => "polars",
            Self::ZaggSql => "zagg-sql",
            Self::DuckdbSql => "duckdb-sql",
            Self::DuckdbList => "duckdb-list",
        }
    }

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Zagg => "zagg-sql, 2 workers",
            Self::Zagg1 => "zagg-sql, 1 worker",
            Self::Duckdb => "by hand: h5py, healpix-geo, DuckDB",
            Self::Duckdb2 => "the same, reading by 2 processes",
            Self::Polars => "by hand: h5py, healpix-geo, polars",
            Self::ZaggSql => "zagg-sql, SQL that finds the cells",
            Self::DuckdbSql => "DuckDB, the same SQL given the cells (wall: the statement alone)",
            Self::DuckdbList => "the same, its quantiles as one list",
        }
    }

    /// Whether it is a script by hand.
    pub(crate) fn is_peer(&self) -> bool {
        !matches!(self, Self::Zagg | Self::Zagg1 | Self::ZaggSql)
    }

    /// Whether the result is a store, or a Parquet file.
    pub(crate) fn writes_store(self) -> bool {
        matches!(self, Self::Zagg | Self::Zagg1)
    }

    /// The format of the result.
    pub(crate) fn writes(self) -> &'static str {
        if self.writes_store() { "Zarr" } else { "Parquet" }
    }

    /// Where the result goes in a folder of its own.
    pub(crate) fn output(self, folder: &Path) -> PathBuf {
        folder.join(if self.writes_store() { "cells.zarr" } else { "cells.parquet" })
    }

    /// What to run, in the folder of the granules: the links of its shard map may be relative.
    pub(crate) fn command(self, tools: &Tools, data: &DataSet, output: &Path) -> Command {
        let mut command = match self {
            Self::Zagg => zagg(tools, data, output, THREADS),
            Self::Zagg1 => zagg(tools, data, output, 1),
            Self::Duckdb => by_hand(tools, data, output, "duckdb", 1),
            Self::Duckdb2 => by_hand(tools, data, output, "duckdb", 2),
            Self::Polars => by_hand(tools, data, output, "polars", 1),
            Self::ZaggSql => points::command(tools, &tools.points, output),
            Self::DuckdbSql => by_sql(tools, "each", output),
            Self::DuckdbList => by_sql(tools, "list", output),
        };
        command.current_dir(&data.folder);
        command
    }
}

fn zagg(tools: &Tools, data: &DataSet, store: &Path, workers: usize) -> Command {
    let mut command = Command::new(&tools.binary);
    command.args(["run", "--config", "atl06", "--json", "--max-workers"]).arg(workers.to_string());
    if data.has_shard_map {
        command.args(["--catalog", DataSet::SHARD_MAP]);
    } else {
        command.arg("--granules").args(data.granules.iter().filter_map(|path| path.file_name()));
    }
    command.args([OsStr::new("--store"), store.as_os_str()]);
    command
}

fn by_hand(tools: &Tools, data: &DataSet, out: &Path, engine: &str, processes: u8) -> Command {
    let mut command = Command::new(&tools.python);
    command
        .arg(workplace::root().join("benches/peers/by_hand.py"))
        .arg(engine)
        .args([data.folder.as_path(), out])
        .args(["--processes", &processes.to_string()]);
    command
}

fn by_sql(tools: &Tools, form: &str, out: &Path) -> Command {
    let mut command = Command::new(&tools.python);
    let script = workplace::root().join("benches/peers/points.py");
    command.arg(script).arg(form).args([&tools.points, out]);
    command
}

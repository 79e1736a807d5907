//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::contender::Contender;

/// Runs zagg-sql and scripts written by hand on the same granules, and prints what each needed.
///
/// Contenders: zagg (2 workers), zagg-1 (1 worker), duckdb and polars (one script with h5py and healpix-geo;
/// 2 threads), duckdb-2 (the same script reading by 2 processes).
#[derive(Debug, Parser)]
#[command(name = "zagg-bench", version, max_term_width = 100)]
pub(crate) struct Options {
    /// ATL06 granules that are there already (*.h5, and shardmap.json if there is one)
    #[arg(long, value_name = "DIR", conflicts_with_all = ["granules", "points", "scale10"])]
    pub(crate) data: Option<PathBuf>,
    /// Synthetic granules to make, once
    #[arg(long, value_name = "N", default_value_t = 40)]
    granules: usize,
    /// Rows of each of a granule's six beams
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub(crate) points: usize,
    /// How often everyone runs
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    repeat: u16,
    /// Only these
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<Contender>,
    /// SQL beside SQL over one Parquet file of the granules' points, instead of whole runs: zagg-sql, which
    /// finds the cells, and DuckDB, which is given them
    #[arg(long, conflicts_with_all = ["only", "scale10"])]
    pub(crate) sql: bool,
    /// Leave out the scripts by hand
    #[arg(long)]
    skip_peers: bool,
    /// The zagg-sql to run [default: cargo builds it]
    #[arg(long, value_name = "PATH")]
    pub(crate) binary: Option<PathBuf>,
    /// Ten times the granules, one run of zagg-sql: its peak memory alone
    #[arg(long, conflicts_with_all = ["only", "repeat"])]
    pub(crate) scale10: bool,
    /// Also write everything that was measured, run by run
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Make the granules in this folder, and nothing else
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) make: Option<PathBuf>,
}

impl Options {
    pub(crate) fn granules(&self) -> usize {
        if self.scale10 { self.granules * 10 } else { self.granules }
    }

    pub(crate) fn repeat(&self) -> usize {
        if self.scale10 { 1 } else { self.repeat.into() }
    }

    /// Who runs, each once.
    pub(crate) fn contenders(&self) -> Vec<Contender> {
        let wanted = |contender: &Contender| {
            if self.scale10 {
                return *contender == Contender::Zagg;
            }
            contender.reads_points() == self.sql
                && (self.only.is_empty() || self.only.contains(contender))
                && !(self.skip_peers && contender.is_peer())
        };
        Contender::ALL.into_iter().filter(wanted).collect()
    }
}

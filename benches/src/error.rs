//! What can go wrong.

use std::error::Error as _;
use std::path::{Path, PathBuf};

pub(crate) type Result<T, E = BenchError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    #[error("cannot {doing} {path}", path = path.display())]
    Io { doing: &'static str, path: PathBuf, source: std::io::Error },
    #[error("cannot start {command}")]
    Start { command: String, source: std::io::Error },
    /// With the end of what it wrote to stderr.
    #[error("{command}: {status}{stderr}")]
    Failed { command: String, status: std::process::ExitStatus, stderr: String },
    #[error("{path} has no *.h5 files", path = .0.display())]
    NoGranules(PathBuf),
    #[error("cargo built zagg-sql, and did not say where it is")]
    NoBinary,
    #[error("{path}: expected {expected}, found {found}", path = path.display())]
    Output { path: PathBuf, expected: &'static str, found: String },
    #[error(
        "{theirs} and {ours} disagree in {total} places, such as\n  {first}",
        first = first.join("\n  ")
    )]
    Disagree { ours: String, theirs: String, total: usize, first: Vec<String> },
    #[error("cannot make the granules")]
    Synthetic(#[from] zagg_engine::synthetic::SyntheticError),
    #[error(transparent)]
    Engine(#[from] zagg::Error),
    #[error("cannot read {path}", path = path.display())]
    Parquet { path: PathBuf, source: parquet::errors::ParquetError },
    #[error("cannot read the statistics of cells")]
    Arrow(#[from] arrow::error::ArrowError),
    #[error("cannot write the report")]
    Json(#[from] serde_json::Error),
}

impl BenchError {
    pub(crate) fn io(doing: &'static str, path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io { doing, path: path.as_ref().to_owned(), source }
    }
}

/// An error and what caused it, in one line each.
pub(crate) fn chain(error: &BenchError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!("\n  because: {error}");
        cause = error.source();
    }
    text
}

//! The granules that everyone reads.

use std::path::{Path, PathBuf};
use std::process::Command;

use zagg_engine::synthetic::Synthetic;

use crate::error::{BenchError, Result};
use crate::options::Options;
use crate::{child, granules};

/// A folder of granules.
pub(crate) struct DataSet {
    pub(crate) folder: PathBuf,
    /// Their paths, by name.
    pub(crate) granules: Vec<PathBuf>,
    pub(crate) has_shard_map: bool,
    /// Of all granules.
    pub(crate) bytes: u64,
    /// Whether they are real or made by whom.
    pub(crate) origin: String,
}

impl DataSet {
    /// The name of the shard map among the granules.
    pub(crate) const SHARD_MAP: &str = "shardmap.json";

    /// The folder that was named, or synthetic granules, which are made if they are not there.
    pub(crate) fn ready(options: &Options, work: &Path) -> Result<Self> {
        if let Some(folder) = &options.data {
            return Self::open(folder, format!("in {}", folder.display()));
        }
        let (granules, points) = (options.granules(), options.points);
        let folder = work.join(format!("{granules}x{points}"));
        if !folder.exists() {
            eprintln!("making {granules} granules of 6 × {points} rows in {}", folder.display());
            make_elsewhere(&folder, granules, points)?;
        }
        Self::open(&folder, format!("synthetic, 6 beams × {points} rows"))
    }

    fn open(folder: &Path, origin: String) -> Result<Self> {
        let open = || {
            let folder = folder.canonicalize()?;
            let entries: Vec<_> = folder.read_dir()?.collect::<std::io::Result<_>>()?;
            let mut granules: Vec<PathBuf> = entries.iter().map(|entry| entry.path()).collect();
            granules.retain(|path| path.extension().is_some_and(|e| e == "h5"));
            granules.sort();
            let sizes = granules.iter().map(|path| Ok(path.metadata()?.len()));
            let bytes = sizes.sum::<std::io::Result<u64>>()?;
            let has_shard_map = folder.join(Self::SHARD_MAP).exists();
            Ok(Self { folder, granules, has_shard_map, bytes, origin })
        };
        let data = open().map_err(|e| BenchError::io("read the folder", folder, e))?;
        if data.granules.is_empty() {
            return Err(BenchError::NoGranules(data.folder));
        }
        Ok(data)
    }

    /// Reads every granule once, so that all find them in the page cache.
    pub(crate) fn warm_up(&self) -> Result<()> {
        for path in &self.granules {
            std::fs::File::open(path)
                .and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()))
                .map_err(|e| BenchError::io("read", path, e))?;
        }
        Ok(())
    }
}

/// Makes a folder of granules and their shard map. It appears when all is there.
pub(crate) fn make(folder: &Path, granules: usize, points: usize) -> Result<()> {
    let partial = folder.with_extension("partial");
    let settings = Synthetic {
        granules,
        segments_per_beam: points,
        // A set of a round number of rows.
        missing_beams: false,
        ..Synthetic::default()
    };
    let paths = settings.write(&partial)?;
    granules::write_shard_map(&paths, &partial.join(DataSet::SHARD_MAP))?;
    std::fs::rename(&partial, folder).map_err(|e| BenchError::io("rename to", folder, e))
}

/// The same in another process: this one has to stay small.
fn make_elsewhere(folder: &Path, granules: usize, points: usize) -> Result<()> {
    let this = std::env::current_exe().map_err(|e| BenchError::io("find", "this program", e))?;
    let mut command = Command::new(this);
    command.arg("--make").arg(folder);
    command.args(["--granules", &granules.to_string(), "--points", &points.to_string()]);
    let status = command
        .status()
        .map_err(|source| BenchError::Start { command: child::name(&command), source })?;
    if status.success() {
        return Ok(());
    }
    Err(child::failure(&command, status, String::new()))
}

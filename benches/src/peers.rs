//! The Python that runs the scripts by hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workplace;

/// Imports the packages, which also compiles them, and prints their versions.
const VERSIONS: &str = "\
import json, platform
from importlib import metadata
import duckdb, h5py, healpix_geo, numpy, polars, pyarrow
names = ['duckdb', 'h5py', 'healpix-geo', 'numpy', 'polars', 'pyarrow']
print(json.dumps({'Python': platform.python_version()} | {name: metadata.version(name) for name in names}))";

/// The interpreter, once [`prepare`] has made it.
pub(crate) fn python(work: &Path) -> PathBuf {
    work.join("venv/bin/python")
}

/// Makes a virtual environment with the pinned packages, where there is none yet. Gives their versions, or
/// says why there can be none: no Python, no network.
pub(crate) fn prepare(work: &Path) -> Result<BTreeMap<String, String>, String> {
    let python = python(work);
    // A Python that comes without pip leaves half an environment.
    if !work.join("venv/bin/pip").exists() {
        eprintln!("making a virtual environment of Python");
        run(Command::new("python3").args(["-m", "venv"]).arg(work.join("venv")))?;
    }
    let requirements = workplace::root().join("benches/peers/requirements.txt");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(pip).arg(requirements))?;
    let versions = run(Command::new(&python).args(["-c", VERSIONS]))?;
    serde_json::from_str(&versions).map_err(|e| format!("python told no versions: {e}"))
}

/// What a command prints, or why it failed, in one line.
fn run(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{name} cannot be started: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    // What pip and Python have to say is in the last line.
    let last = stderr.trim_end().lines().last().unwrap_or_default();
    Err(format!("{}: {}: {last}", crate::child::name(command), output.status))
}

//! Where everything goes: below the target folder, so that nothing outlives `cargo clean`.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{BenchError, Result};

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The folder that keeps granules and Python packages from run to run.
pub(crate) fn folder() -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let folder = target.unwrap_or_else(|| root().join("target")).join("bench");
    let made = std::fs::create_dir_all(&folder).and_then(|()| folder.canonicalize());
    made.map_err(|e| BenchError::io("create", &folder, e))
}

/// A folder for the results of one invocation. It goes away at the end and not before: ext4 is slow to
/// create files where as many have just been deleted, which would be measured.
pub(crate) fn results(work: &Path) -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("results-").tempdir_in(work);
    folder.map_err(|e| BenchError::io("create a folder in", work, e))
}

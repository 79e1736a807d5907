//! Where the shell keeps what is the user's: as the XDG base directory specification says.

use std::path::{Path, PathBuf};

const FOLDER: &str = "zagg-sql";

/// The file of past input: `$XDG_STATE_HOME/zagg-sql/history`. None without a home.
pub(crate) fn history() -> Option<PathBuf> {
    Some(base("XDG_STATE_HOME", Path::new(".local/state"))?.join("history"))
}

/// What every shell runs first: `$XDG_CONFIG_HOME/zagg-sql/rc.sql`. None without a home.
pub(crate) fn rc() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", Path::new(".config"))?.join("rc.sql"))
}

fn base(variable: &str, in_home: &Path) -> Option<PathBuf> {
    // The specification has relative paths ignored.
    let given = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = given.or_else(|| {
        let home = std::env::home_dir().filter(|home| home.is_absolute())?;
        Some(home.join(in_home))
    });
    Some(base?.join(FOLDER))
}

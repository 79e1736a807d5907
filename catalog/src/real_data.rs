//! Real catalogs, shard maps and polygons, for tests.

use std::path::PathBuf;

/// A file of the data folder, or a line that says that there is none.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");
    let folder = std::env::var_os("ZAGG_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let file = folder.join(name);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: no {}", file.display());
    None
}

//! What tests share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zagg::Config;
use zagg::run::{Input, RunRequest, RunSummary, run};
use zagg_engine::synthetic::Synthetic;

/// A few small granules: three complete ones and one without some of its beams.
pub(crate) fn synthetic() -> (TempDir, Vec<String>) {
    let dir = TempDir::new().unwrap();
    let granules = Synthetic { segments_per_beam: 3_000, ..Synthetic::default() };
    let paths = granules.write(dir.path()).unwrap();
    let links = paths.iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    (dir, links)
}

/// A run of `atl06` with a fixed time in its completion mark.
pub(crate) fn request(input: Input, store: &Path) -> RunRequest {
    let config = Config::load("atl06").unwrap();
    let mut request = RunRequest::new(config, input, store.to_str().unwrap());
    request.written_at = Some("2026-01-01T00:00:00Z".into());
    request
}

/// Runs to the end.
pub(crate) async fn finish(request: RunRequest) -> RunSummary {
    run(request, |_, _, _| {}).await.unwrap()
}

/// Every object of a store with its bytes.
pub(crate) fn objects(store: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![store.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let key = path.strip_prefix(store).unwrap().to_str().unwrap().to_owned();
                found.insert(key, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Panics with the first object in which two stores differ.
pub(crate) fn assert_same_objects(a: &Path, b: &Path) {
    let (a, b) = (objects(a), objects(b));
    let keys = |objects: &BTreeMap<String, Vec<u8>>| objects.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&a), keys(&b));
    let differs = a.iter().find(|(key, bytes)| b[*key] != **bytes);
    assert!(differs.is_none(), "{} differs", differs.unwrap().0);
}

/// A folder of real data, or `None` with a line that says what is skipped.
pub(crate) fn shared(variable: &str, folder: &str, test: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    let path = std::env::var_os(variable).map_or_else(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: {test} needs {} (or {variable})", path.display());
    None
}

//! Files and folders.

use std::path::Path;

use super::Candidate;

/// What a path could go on with: the byte of `typed` from which on it is replaced, and by what. Folders end
/// with a slash. Hidden files are offered to who begins with a dot.
pub(super) fn files(typed: &str) -> (usize, Vec<Candidate>) {
    let from = typed.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, begun) = typed.split_at(from);
    let folder = if folder.is_empty() { Path::new(".") } else { Path::new(folder) };
    let Ok(entries) = std::fs::read_dir(folder) else { return (from, Vec::new()) };
    let candidate = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let hidden = name.starts_with('.') && !begun.starts_with('.');
        if hidden || !name.starts_with(begun) {
            return None;
        }
        // Links count as what they lead to.
        let slash = if entry.path().is_dir() { "/" } else { "" };
        Some(Candidate::same(format!("{name}{slash}")))
    };
    (from, entries.flatten().filter_map(candidate).collect())
}

//! Objects as files of this machine. These functions wait for the file system: call them where that is allowed.
//!
//! [`put`] makes a file appear whole or not at all: it is written under a name beside its own, `object#1`,
//! and renamed. That is what `object_store` does too, and the names are the same, so that what either leaves
//! behind when it is killed is the same. Here a shard's files are written one after the other by one thread,
//! instead of each by a task of its own.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

/// Writes the file of an object.
pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let (mut file, staged) = stage(path)?;
    let written = file.write_all(bytes).and_then(|()| std::fs::rename(&staged, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(&staged);
    }
    written
}

/// Writes the file of an object that is not there yet, in a store that nobody takes for finished.
///
/// Renaming is half of what a small file costs. It is spared where it would protect nobody: whoever is
/// killed while writing leaves a store without its completion mark, in which the shard counts as not done.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = match create_new(path) {
        // Whoever made it may be a reader's: replace it whole.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return put(path, bytes),
        opened => opened?,
    };
    let written = file.write_all(bytes);
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written
}

/// Removes the file of an object, which need not exist.
pub(super) fn delete(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A new file beside `path`.
fn stage(path: &Path) -> Result<(File, PathBuf)> {
    let mut suffix = 1;
    loop {
        let mut staged = path.as_os_str().to_owned();
        staged.push(format!("#{suffix}"));
        let staged = PathBuf::from(staged);
        match create_new(&staged) {
            // Another writer's, or left by one that was killed.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => suffix += 1,
            opened => return opened.map(|file| (file, staged)),
        }
    }
}

/// A new file, in directories that are made where they are missing.
fn create_new(path: &Path) -> Result<File> {
    let open = || OpenOptions::new().write(true).create_new(true).open(path);
    match (open(), path.parent()) {
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            std::fs::create_dir_all(parent)?;
            open()
        }
        (opened, _) => opened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_replace_each_other_whole_and_leave_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zarr/12/count/c/0");
        create(&path, b"one").unwrap();
        create(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        put(&path, b"other").unwrap();
        std::fs::write(path.with_file_name("0#1"), b"left behind").unwrap();
        put(&path, b"third").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"third");
        delete(&path).unwrap();
        delete(&path).unwrap();
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_directory_in_the_way_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c/0");
        std::fs::create_dir_all(path.join("below")).unwrap();
        assert!(put(&path, b"x").is_err());
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}

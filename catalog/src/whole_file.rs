//! Files that are there whole or not at all.

use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::Builder;

/// Why a file was not written.
#[derive(Debug)]
pub(crate) enum Error<E> {
    /// The reply of the file system.
    Io(io::Error),
    /// What the content said.
    Content(E),
}

/// Writes a file beside its place, and moves it there when it is complete and on disk. After an error, what
/// was there before still is.
pub(crate) fn write<E>(
    path: &Path,
    content: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), Error<E>> {
    let mut builder = Builder::new();
    let prefix = format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy());
    builder.prefix(&prefix).suffix(".part");
    readable(&mut builder);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = builder.tempfile_in(folder).map_err(|e| Error::Io(plain(e)))?;
    content(file.as_file_mut()).map_err(Error::Content)?;
    file.as_file().sync_all().map_err(Error::Io)?;
    file.persist(path).map_err(|e| Error::Io(e.error))?;
    Ok(())
}

/// The error without the name of the temporary file, which nobody knows.
fn plain(error: io::Error) -> io::Error {
    io::Error::from(error.kind())
}

/// As any new file: temporary ones are for their owner alone.
#[cfg(unix)]
fn readable(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut Builder<'_, '_>) {}

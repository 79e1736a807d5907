//! Groups and datasets within an HDF5 file.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use object_store::local::LocalFileSystem;
use zagg_engine::hdf5::{File, Member, MemberKind};

use super::Candidate;

/// Lists files of this machine; a file behind a network would be waited for at every Tab.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The file of the last listing: the next one is most likely of the same.
    last: Mutex<Option<(PathBuf, File)>>,
}

impl Listing {
    /// What a path in `file` could go on with: the byte of `typed` from which on it is replaced, and by what.
    /// Groups end with a slash. None where the file cannot be read.
    pub(super) async fn members(&self, file: &str, typed: &str) -> (usize, Option<Vec<Candidate>>) {
        let from = typed.rfind('/').map_or(0, |slash| slash + 1);
        let (group, begun) = typed.split_at(from);
        let group = if group.is_empty() { "/" } else { group.trim_end_matches('/') };
        let group = if group.is_empty() { "/" } else { group };
        let Some(members) = self.list(Path::new(file), group).await else { return (from, None) };
        let begun = members.into_iter().filter(|member| member.name.starts_with(begun));
        let candidate = |member: Member| {
            let slash = if member.kind == MemberKind::Group { "/" } else { "" };
            Candidate::same(format!("{}{slash}", member.name))
        };
        (from, Some(begun.map(candidate).collect()))
    }

    async fn list(&self, path: &Path, group: &str) -> Option<Vec<Member>> {
        let path = path.canonicalize().ok()?;
        let known = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let file = match known {
            Some((last, file)) if last == path => file,
            _ => {
                let location = object_store::path::Path::from_absolute_path(&path).ok()?;
                File::open(Arc::new(LocalFileSystem::new()), location).await.ok()?
            }
        };
        let members = file.members(group).await.ok()?;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((path, file));
        members
    }
}

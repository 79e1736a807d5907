//! Groups and datasets within an HDF5 file.

use std::sync::{Arc, Mutex, PoisonError};

use datafusion::prelude::SessionContext;
use zagg_engine::granule::Locations;
use zagg_engine::hdf5::{File, Member, MemberKind};

use super::Candidate;

/// Lists files of this machine, and those behind a network, which are opened at the first Tab and known at the next.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The file of the last listing: the next one is most likely of the same.
    last: Arc<Mutex<Option<(String, File)>>>,
}

impl Listing {
    /// What a path in `file` could go on with: the byte of `typed` from which on it is replaced, and by what.
    /// Groups end with a slash. None where the file cannot be read.
    pub(super) async fn members(
        &self,
        context: &SessionContext,
        file: &str,
        typed: &str,
    ) -> (usize, Option<Vec<Candidate>>) {
        let from = typed.rfind('/').map_or(0, |slash| slash + 1);
        let (group, begun) = typed.split_at(from);
        let group = if group.is_empty() { "/" } else { group.trim_end_matches('/') };
        let group = if group.is_empty() { "/" } else { group };
        let Some(members) = self.list(context, file, group).await else { return (from, None) };
        let begun = members.into_iter().filter(|member| member.name.starts_with(begun));
        let candidate = |member: Member| {
            let slash = if member.kind == MemberKind::Group { "/" } else { "" };
            Candidate::same(format!("{}{slash}", member.name))
        };
        (from, Some(begun.map(candidate).collect()))
    }

    async fn list(&self, context: &SessionContext, link: &str, group: &str) -> Option<Vec<Member>> {
        let known = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((last, file)) = known
            && last == link
        {
            return file.members(group).await.ok()?;
        }
        let location = context.state().config().get_extension::<Locations>()?.resolve(link).ok()?;
        let (last, link) = (Arc::clone(&self.last), link.to_owned());
        // Whoever waits may give up before a distant file is open; the next Tab then finds it.
        let opening = tokio::spawn(async move {
            let file = File::open(location.store, location.path).await.ok()?;
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some((link, file.clone()));
            Some(file)
        });
        opening.await.ok()??.members(group).await.ok()?
    }
}

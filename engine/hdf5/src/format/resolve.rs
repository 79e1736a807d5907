//! From a path to an object: groups are descended and soft links followed.

use std::collections::VecDeque;

use crate::fault::{Fault, Parse, Stop};
use crate::format::group::{Group, Link};
use crate::format::superblock::Superblock;
use crate::view::View;

/// As many soft links as HDF5 itself follows in one path.
const MOST_SOFT_LINKS: usize = 16;

/// An object that a path leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) address: u64,
    pub(crate) symbol_table: Option<(u64, u64)>,
}

/// The object at `path` (from the root, whether it starts with a slash or not); `None` if a name
/// on the way is missing.
pub(crate) fn resolve(view: &View<'_>, root: &Superblock, path: &str) -> Parse<Option<Target>> {
    let root = Target { address: root.root, symbol_table: root.root_symbol_table };
    let mut here = root;
    let mut names: VecDeque<String> = components(path).collect();
    let mut soft_links = 0;
    while let Some(name) = names.pop_front() {
        let opened = Group::open(view, here.address);
        if matches!(opened, Err(Stop::Missing)) {
            Group::prefetch(view, here.symbol_table, &name);
        }
        let Some(group) = opened? else {
            return Ok(None);
        };
        match group.lookup(view, &name)? {
            None => return Ok(None),
            Some(Link::Hard { address, symbol_table }) => here = Target { address, symbol_table },
            Some(Link::Soft(target)) => {
                soft_links += 1;
                if soft_links > MOST_SOFT_LINKS {
                    let expected = format!("a path of at most {MOST_SOFT_LINKS} soft links");
                    let offset = here.address.saturating_add(view.format.base);
                    return Err(Fault::corrupt(offset, expected, "more: a loop").into());
                }
                if target.starts_with('/') {
                    here = root;
                }
                let mut followed: VecDeque<String> = components(&target).collect();
                followed.append(&mut names);
                names = followed;
            }
            Some(Link::External(file)) => {
                return Err(Fault::unsupported(format!("external link to file \"{file}\"")).into());
            }
            Some(Link::Other(kind)) => {
                return Err(Fault::unsupported(format!("user-defined link of type {kind}")).into());
            }
        }
    }
    Ok(Some(here))
}

fn components(path: &str) -> impl Iterator<Item = String> {
    path.split('/').filter(|name| !matches!(*name, "" | ".")).map(str::to_owned)
}

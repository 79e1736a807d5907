//! Members in a fractal heap, found through a B-tree of the hashes of their names.

use std::cmp::Ordering;

use crate::checksum::lookup3;
use crate::fault::{Parse, Siblings, both};
use crate::format::btree2::BTree2;
use crate::format::group::Link;
use crate::format::heap::fractal::FractalHeap;
use crate::format::message::link::{DenseStorage, NamedLink};
use crate::view::{View, Visited};

/// Records that name a link by the hash of its name.
const BY_NAME: u8 = 5;

pub(super) fn lookup(view: &View<'_>, storage: DenseStorage, name: &str) -> Parse<Option<Link>> {
    let hash = lookup3(name.as_bytes());
    let found = select(view, storage, |stored| stored.cmp(&hash))?;
    Ok(found.into_iter().find(|link| link.name == name).map(|link| link.link))
}

pub(super) fn members(view: &View<'_>, storage: DenseStorage) -> Parse<Vec<NamedLink>> {
    select(view, storage, |_| Ordering::Equal)
}

fn select(
    view: &View<'_>,
    storage: DenseStorage,
    position: impl Fn(u32) -> Ordering,
) -> Parse<Vec<NamedLink>> {
    let (heap, tree) =
        both(FractalHeap::open(view, storage.heap), BTree2::open(view, storage.names, &[BY_NAME]))?;
    let records = tree.select(view, |record| {
        let mut cursor = view.cursor("link record", storage.names, record);
        Ok(position(cursor.u32()?))
    });
    let (records, ()) = both(records, heap.prefetch(view))?;
    let mut links = Vec::new();
    let mut siblings = Siblings::default();
    let mut visited = Visited::default();
    for record in records {
        let id = record.get(4..).unwrap_or_default();
        if let Some(bytes) = siblings.take(heap.object(view, id))? {
            visited.hold(view, "dense links", storage.heap, bytes.len() as u64)?;
            links.push(NamedLink::parse(view.cursor("link message", storage.heap, &bytes))?);
        }
    }
    siblings.finish()?;
    Ok(links)
}

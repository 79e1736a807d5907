//! Groups of both kinds: looking one member up, and listing all.

mod dense;
mod symbol_table;

use std::sync::Arc;

use crate::fault::{Fault, Parse, Siblings};
use crate::format::message::link::{DenseStorage, NamedLink};
use crate::format::message::shared;
use crate::format::object_header::{ObjectHeader, kind};
use crate::view::{View, Visited};

/// Where a name in a group leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Link {
    /// An object, and its B-tree and local heap where the parent caches them.
    Hard { address: u64, symbol_table: Option<(u64, u64)> },
    /// A path, from this group or (with a leading slash) from the root.
    Soft(String),
    /// An object of another file.
    External(String),
    /// A kind of link that users define, by its number.
    Other(u8),
}

impl Link {
    pub(crate) fn hard(address: u64) -> Self {
        Self::Hard { address, symbol_table: None }
    }
}

/// A group whose members can be looked up.
#[derive(Debug, Clone)]
pub(crate) enum Group {
    /// Old style: a B-tree over symbol tables, with names in a local heap.
    SymbolTable { tree: u64, heap: u64 },
    /// New style: links in the header, or in a fractal heap.
    Links(Arc<ObjectHeader>),
}

impl Group {
    /// The group at `address`; `None` if the object is none.
    pub(crate) fn open(view: &View<'_>, address: u64) -> Parse<Option<Self>> {
        Self::of(view, &ObjectHeader::read(view, address)?)
    }

    /// The group with this header; `None` if it is not the header of a group.
    pub(crate) fn of(view: &View<'_>, header: &Arc<ObjectHeader>) -> Parse<Option<Self>> {
        if let Some(message) = header.first(kind::SYMBOL_TABLE) {
            let mut cursor = message.cursor(view, "symbol table message");
            let tree = cursor.defined_address("a group's B-tree")?;
            let heap = cursor.defined_address("a group's local heap")?;
            return Ok(Some(Self::SymbolTable { tree, heap }));
        }
        let marks = [kind::LINK_INFO, kind::LINK, kind::GROUP_INFO];
        let is_group = marks.iter().any(|&mark| header.first(mark).is_some());
        Ok(is_group.then(|| Self::Links(Arc::clone(header))))
    }

    fn key(&self) -> u64 {
        match self {
            Self::SymbolTable { tree, .. } => *tree,
            Self::Links(header) => header.address,
        }
    }

    /// Asks for what looking up `name` will need if the group still is what its parent cached of
    /// it. The cached addresses are no more than a hint: a group that was converted to the new
    /// style leaves them behind.
    pub(crate) fn prefetch(view: &View<'_>, symbol_table: Option<(u64, u64)>, name: &str) {
        if let Some((tree, heap)) = symbol_table {
            // Whatever comes of it, the missing bytes are noted. The header decides.
            let _ = symbol_table::lookup(view, tree, heap, name);
        }
    }

    /// The member `name`, if there is one.
    pub(crate) fn lookup(&self, view: &View<'_>, name: &str) -> Parse<Option<Link>> {
        let key = (self.key(), name.to_owned());
        if let Some(link) = view.memo.links.borrow().get(&key) {
            return Ok(link.clone());
        }
        let link = match self {
            Self::SymbolTable { tree, heap } => symbol_table::lookup(view, *tree, *heap, name)?,
            Self::Links(header) => {
                let stored = compact(view, header)?.into_iter().find(|link| link.name == name);
                match (stored, dense_storage(view, header)?) {
                    (Some(stored), _) => Some(stored.link),
                    (None, Some(storage)) => dense::lookup(view, storage, name)?,
                    (None, None) => None,
                }
            }
        };
        view.memo.links.borrow_mut().insert(key, link.clone());
        Ok(link)
    }

    /// All members, by name.
    pub(crate) fn members(&self, view: &View<'_>) -> Parse<Vec<NamedLink>> {
        let mut members = match self {
            Self::SymbolTable { tree, heap } => symbol_table::members(view, *tree, *heap)?,
            Self::Links(header) => {
                let mut members = compact(view, header)?;
                if let Some(storage) = dense_storage(view, header)? {
                    members.extend(dense::members(view, storage)?);
                }
                members
            }
        };
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(members)
    }
}

/// The links that stand in the header.
fn compact(view: &View<'_>, header: &ObjectHeader) -> Parse<Vec<NamedLink>> {
    let mut links = Vec::new();
    let mut siblings = Siblings::default();
    let mut visited = Visited::default();
    for message in header.all(kind::LINK) {
        let resolved = siblings.take(shared::resolve(view, message))?;
        if let Some((address, bytes)) = resolved {
            visited.hold(view, "link messages", address, bytes.len() as u64)?;
            links.push(NamedLink::parse(view.cursor("link message", address, &bytes))?);
        }
    }
    siblings.finish()?;
    Ok(links)
}

fn dense_storage(view: &View<'_>, header: &ObjectHeader) -> Result<Option<DenseStorage>, Fault> {
    match header.first(kind::LINK_INFO) {
        Some(message) => DenseStorage::parse(message.cursor(view, "link info message"), 8),
        None => Ok(None),
    }
}

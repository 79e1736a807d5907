//! Old-style groups: a version 1 B-tree over symbol tables, with names in a local heap.

use crate::fault::{Fault, Parse, Siblings, Stop};
use crate::format::cursor::Cursor;
use crate::format::group::Link;
use crate::format::heap::local::LocalHeap;
use crate::format::message::link::NamedLink;
use crate::view::{View, Visited};

const TREE: &str = "group B-tree node";
const TABLE: &str = "symbol table node";

/// A B-tree of more levels would hold more names than any file.
const DEEPEST: u8 = 32;

/// A member as its table has it; the name is still in the heap.
#[derive(Debug, Clone)]
struct Entry {
    name: u64,
    object: Option<u64>,
    cache: u32,
    scratch: [u8; 16],
    address: u64,
}

pub(super) fn lookup(view: &View<'_>, tree: u64, heap: u64, name: &str) -> Parse<Option<Link>> {
    let heap = LocalHeap::open(view, heap);
    // The root of the B-tree is needed whatever the heap says.
    let (heap, root) = crate::fault::both(heap, node(view, tree, None))?;
    let mut node_here = root;
    loop {
        let Some(child) = child_of(view, &heap, &node_here, name)? else {
            return Ok(None);
        };
        if node_here.level == 0 {
            return entry_of(view, &heap, child, name);
        }
        node_here = node(view, child, Some(node_here.level))?;
    }
}

pub(super) fn members(view: &View<'_>, tree: u64, heap: u64) -> Parse<Vec<NamedLink>> {
    let (heap, root) = crate::fault::both(LocalHeap::open(view, heap), node(view, tree, None))?;
    let mut visited = Visited::default();
    let mut siblings = Siblings::default();
    let mut members = Vec::new();
    let mut waiting = vec![root];
    while let Some(parent) = waiting.pop() {
        for &child in &parent.children {
            visited.visit(view, TREE, child)?;
            // What the node said of this child.
            let (offset, length) = (view.format.offset_size, view.format.length_size);
            visited.hold(view, TREE, child, u64::from(offset) + u64::from(length))?;
            if parent.level == 0 {
                if let Some(entries) = siblings.take(table(view, child))? {
                    visited.hold(view, TABLE, child, 24 * entries.len() as u64)?;
                    for entry in entries {
                        let member = entry.named(view, &heap);
                        if let Some(member) = siblings.take(member)? {
                            visited.hold(view, TABLE, child, member.text_bytes())?;
                            members.push(member);
                        }
                    }
                }
            } else {
                waiting.extend(siblings.take(node(view, child, Some(parent.level)))?);
            }
        }
    }
    siblings.finish()?;
    Ok(members)
}

/// A node of the tree: `keys` are heap offsets of names, one more than children.
#[derive(Debug)]
struct Node {
    level: u8,
    keys: Vec<u64>,
    children: Vec<u64>,
}

/// Reads a node; one below a parent must stand one level lower, so no descent is endless.
fn node(view: &View<'_>, address: u64, parent: Option<u8>) -> Parse<Node> {
    let (offset, length) = (view.format.offset_size, view.format.length_size);
    let prefix = 8 + 2 * u64::from(offset);
    let head = view.read(TREE, address, prefix)?;
    let mut cursor = view.cursor(TREE, address, &head);
    cursor.signature(b"TREE")?;
    let kind = cursor.u8()?;
    let level = cursor.u8()?;
    let used = cursor.u16()?;
    let level_is_right =
        parent.map_or(level <= DEEPEST, |parent| level.checked_add(1) == Some(parent));
    if kind != 0 || !level_is_right {
        let found = format!("type {kind} at level {level} below {parent:?}");
        return Err(cursor.corrupt("a group B-tree node one level below its parent", found).into());
    }
    let body = u64::from(used) * u64::from(offset + length) + u64::from(length);
    let bytes = view.read(TREE, address, prefix + body)?;
    let mut cursor = view.cursor(TREE, address, &bytes);
    cursor.skip(head.len())?;
    let mut keys = vec![cursor.length()?];
    let mut children = Vec::with_capacity(used.into());
    for _ in 0..used {
        children.push(cursor.defined_address("a group B-tree node")?);
        keys.push(cursor.length()?);
    }
    Ok(Node { level, keys, children })
}

/// The child that may hold `name`: names in a child are greater than the key before it and not
/// greater than the key after it.
fn child_of(view: &View<'_>, heap: &LocalHeap, node: &Node, name: &str) -> Parse<Option<u64>> {
    let (mut low, mut high) = (0, node.children.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let after = node.keys.get(middle + 1).copied().unwrap_or_default();
        if name.as_bytes() > heap.name(view, after)?.as_bytes() {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(node.children.get(low).copied())
}

fn entry_of(view: &View<'_>, heap: &LocalHeap, address: u64, name: &str) -> Parse<Option<Link>> {
    let mut siblings = Siblings::default();
    let mut found = None;
    for entry in table(view, address)? {
        let stored = siblings.take(heap.name(view, entry.name))?;
        if stored.as_deref() == Some(name) {
            found = Some(entry);
        }
    }
    siblings.finish()?;
    found.map(|entry| entry.link(view, heap)).transpose()
}

fn table(view: &View<'_>, address: u64) -> Parse<Vec<Entry>> {
    let head = view.read(TABLE, address, 8)?;
    let mut cursor = view.cursor(TABLE, address, &head);
    cursor.signature(b"SNOD")?;
    cursor.version(&[1])?;
    cursor.skip(1)?;
    let count = cursor.u16()?;
    let entry = u64::from(view.format.length_size) + u64::from(view.format.offset_size) + 24;
    let bytes = view.read(TABLE, address, 8 + u64::from(count) * entry)?;
    let mut cursor = view.cursor(TABLE, address, &bytes);
    cursor.skip(8)?;
    let mut entries = Vec::with_capacity(count.into());
    for _ in 0..count {
        entries.push(Entry::parse(&mut cursor, view.format.base)?);
    }
    Ok(entries)
}

impl Entry {
    fn parse(cursor: &mut Cursor<'_>, base: u64) -> Result<Self, Fault> {
        let address = cursor.offset().saturating_sub(base);
        let name = cursor.length()?;
        let object = cursor.address()?;
        let cache = cursor.u32()?;
        cursor.skip(4)?;
        let mut scratch = [0; 16];
        scratch.copy_from_slice(cursor.take(16)?);
        Ok(Self { name, object, cache, scratch, address })
    }

    fn named(&self, view: &View<'_>, heap: &LocalHeap) -> Parse<NamedLink> {
        Ok(NamedLink { name: heap.name(view, self.name)?, link: self.link(view, heap)? })
    }

    fn link(&self, view: &View<'_>, heap: &LocalHeap) -> Parse<Link> {
        const WHAT: &str = "symbol table entry";
        let mut scratch = view.cursor(WHAT, self.address, &self.scratch);
        match (self.cache, self.object) {
            (2, _) => {
                let offset = scratch.u32()?;
                Ok(Link::Soft(heap.name(view, offset.into())?))
            }
            (1, Some(address)) => {
                let tree = scratch.defined_address("a group's B-tree")?;
                let heap = scratch.defined_address("a group's local heap")?;
                Ok(Link::Hard { address, symbol_table: Some((tree, heap)) })
            }
            (_, Some(address)) => Ok(Link::hard(address)),
            (cache, None) => {
                let found = format!("none, with cache type {cache}");
                Err(Stop::Fault(scratch.corrupt("a member with an address", found)))
            }
        }
    }
}

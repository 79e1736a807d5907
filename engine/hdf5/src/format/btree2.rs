//! The version 2 B-tree, over records of any kind.

use std::cmp::Ordering;

use bytes::Bytes;

use crate::fault::{Parse, Siblings};
use crate::view::{View, Visited};

const HEADER: &str = "version 2 B-tree header";
const LEAF: &str = "version 2 B-tree leaf";
const INTERNAL: &str = "version 2 B-tree node";

/// Signature, version, type and checksum of a node.
const NODE_OVERHEAD: u64 = 10;

/// A tree of this depth would hold more records than any file.
const DEEPEST: u16 = 32;

/// Capacity of the nodes of one level.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// Records in all nodes below and at one node of this level, at most.
    total: u64,
    /// Bytes of that number in a pointer to a node of this level.
    total_width: usize,
}

/// An open tree.
#[derive(Debug)]
pub(crate) struct BTree2 {
    kind: u8,
    record: usize,
    depth: u16,
    root: Option<(u64, u64)>,
    /// Bytes of the number of records in a pointer.
    count_width: usize,
    levels: Vec<Level>,
}

/// A node that is still to be read.
#[derive(Debug, Clone, Copy)]
struct Node {
    address: u64,
    records: u64,
    level: u16,
}

impl BTree2 {
    /// Opens the tree, whose records must be of one of `kinds`.
    pub(crate) fn open(view: &View<'_>, address: u64, kinds: &[u8]) -> Parse<Self> {
        let size = 22 + u64::from(view.format.offset_size) + u64::from(view.format.length_size);
        let bytes = view.checked(HEADER, address, size)?;
        let mut cursor = view.cursor(HEADER, address, &bytes);
        cursor.signature(b"BTHD")?;
        cursor.version(&[0])?;
        let kind = cursor.u8()?;
        if !kinds.contains(&kind) {
            let expected = format!("a B-tree with records of type {kinds:?}");
            return Err(cursor.corrupt(expected, format!("type {kind}")).into());
        }
        let node = u64::from(cursor.u32()?);
        let record = cursor.u16()?;
        let depth = cursor.u16()?;
        cursor.skip(2)?;
        let address = cursor.address()?;
        let records = u64::from(cursor.u16()?);
        let invalid = cursor.corrupt(
            "a B-tree with room for records in its nodes",
            format!("nodes of {node} bytes, records of {record}, depth {depth}"),
        );
        let shape = levels(node, record.into(), depth, view.format.offset_size);
        let (count_width, levels) = shape.ok_or(invalid)?;
        let root = address.map(|address| (address, records));
        Ok(Self { kind, record: record.into(), depth, root, count_width, levels })
    }

    /// All records for which `position` is equal, in no particular order. `position` tells whether a record
    /// stands before (less), in or after (greater) what is wanted.
    pub(crate) fn select(
        &self,
        view: &View<'_>,
        position: impl Fn(&[u8]) -> Parse<Ordering>,
    ) -> Parse<Vec<Bytes>> {
        let mut found = Vec::new();
        let mut visited = Visited::default();
        let mut siblings = Siblings::default();
        let root = self.root.map(|(address, records)| Node { address, records, level: self.depth });
        let mut waiting: Vec<Node> = root.into_iter().collect();
        while let Some(node) = waiting.pop() {
            visited.visit(view, INTERNAL, node.address)?;
            if let Some(bytes) = siblings.take(self.read(view, node))? {
                visited.hold(view, INTERNAL, node.address, bytes.len() as u64)?;
                let children = self.visit(view, node, &bytes, &position, &mut found)?;
                waiting.extend(children);
            }
        }
        siblings.finish()?;
        Ok(found)
    }

    fn read(&self, view: &View<'_>, node: Node) -> Parse<Bytes> {
        let records = node.records.saturating_mul(self.record as u64);
        if node.level == 0 {
            return view.checked(LEAF, node.address, records.saturating_add(NODE_OVERHEAD));
        }
        let pointers = (node.records + 1).saturating_mul(self.pointer(view, node.level) as u64);
        let length = records.saturating_add(pointers).saturating_add(NODE_OVERHEAD);
        view.checked(INTERNAL, node.address, length)
    }

    /// Bytes of a pointer to a child of a node at `level`.
    fn pointer(&self, view: &View<'_>, level: u16) -> usize {
        usize::from(view.format.offset_size) + self.count_width + self.total_width(level)
    }

    /// Bytes of the total below a child of a node at `level`; leaves have none.
    fn total_width(&self, level: u16) -> usize {
        let below = usize::from(level).checked_sub(1);
        below.and_then(|below| self.levels.get(below)).map_or(0, |level| level.total_width)
    }

    /// Takes the wanted records of one node and returns the children that may hold more.
    fn visit(
        &self,
        view: &View<'_>,
        node: Node,
        bytes: &Bytes,
        position: &impl Fn(&[u8]) -> Parse<Ordering>,
        found: &mut Vec<Bytes>,
    ) -> Parse<Vec<Node>> {
        let (what, signature) = if node.level == 0 { (LEAF, b"BTLF") } else { (INTERNAL, b"BTIN") };
        let mut cursor = view.cursor(what, node.address, bytes);
        cursor.signature(signature)?;
        cursor.version(&[0])?;
        let kind = cursor.u8()?;
        if kind != self.kind {
            let expected = format!("a node with records of type {}", self.kind);
            return Err(cursor.corrupt(expected, format!("type {kind}")).into());
        }
        let mut places = Vec::new();
        for _ in 0..node.records {
            let at = cursor.consumed();
            let place = position(cursor.take(self.record)?)?;
            if place == Ordering::Equal {
                found.push(bytes.slice(at..at + self.record));
            }
            places.push(place);
        }
        let mut children = Vec::new();
        if node.level == 0 {
            return Ok(children);
        }
        for child in 0..=places.len() {
            let address = cursor.defined_address("a B-tree node")?;
            let records = cursor.uint(self.count_width)?;
            cursor.skip(self.total_width(node.level))?;
            let before = child.checked_sub(1).and_then(|left| places.get(left));
            let wanted =
                before != Some(&Ordering::Greater) && places.get(child) != Some(&Ordering::Less);
            if wanted {
                children.push(Node { address, records, level: node.level - 1 });
            }
        }
        Ok(children)
    }
}

/// Bytes that hold every number up to `limit`.
fn width(limit: u64) -> usize {
    limit.max(1).ilog2() as usize / 8 + 1
}

/// The width of record counts and the capacity of each level, from the sizes in the header.
fn levels(node: u64, record: u64, depth: u16, address: u8) -> Option<(usize, Vec<Level>)> {
    if record == 0 || depth > DEEPEST {
        return None;
    }
    let leaf = node.checked_sub(NODE_OVERHEAD)? / record;
    let count_width = width(leaf);
    let mut below = Level { total: leaf, total_width: 0 };
    let mut levels = vec![below];
    for _ in 0..depth {
        let pointer = (usize::from(address) + count_width + below.total_width) as u64;
        let records = node.checked_sub(NODE_OVERHEAD + pointer)? / (record + pointer);
        let total = (records + 1).saturating_mul(below.total).saturating_add(records);
        below = Level { total, total_width: width(total) };
        levels.push(below);
    }
    (leaf > 0).then_some((count_width, levels))
}

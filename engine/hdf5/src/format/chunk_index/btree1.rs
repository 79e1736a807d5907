//! The version 1 B-tree over chunks, pruned by row range.

use std::ops::Range;

use super::{Chunk, Grid};
use crate::fault::{Fault, Parse, Siblings};
use crate::format::cursor::Cursor;
use crate::view::{View, Visited};

const WHAT: &str = "chunk B-tree node";

/// A B-tree of more levels would hold more chunks than any file.
const DEEPEST: u8 = 32;

/// A key: the first chunk of the child after it.
#[derive(Debug, Clone)]
struct Key {
    size: u32,
    mask: u32,
    /// Offset of the chunk in elements along each axis.
    offsets: Vec<u64>,
}

pub(super) fn read(
    view: &View<'_>,
    grid: &Grid<'_>,
    root: u64,
    rows: &Range<u64>,
) -> Parse<Vec<Chunk>> {
    let mut visited = Visited::default();
    let mut siblings = Siblings::default();
    let mut chunks = Vec::new();
    let mut waiting = vec![(root, None)];
    while let Some((address, parent)) = waiting.pop() {
        visited.visit(view, WHAT, address)?;
        let Some((level, children)) = siblings.take(node(view, grid, address, parent))? else {
            continue;
        };
        let entry = 8 * (grid.rank() as u64 + 2) + u64::from(view.format.offset_size);
        visited.hold(view, WHAT, address, entry * children.len() as u64)?;
        for (key, child, after) in children {
            if level == 0 {
                chunks.extend(chunk(view, grid, address, &key, child)?);
            } else if may_hold(grid, rows, &key, &after) {
                waiting.push((child, Some(level)));
            }
        }
    }
    siblings.finish()?;
    Ok(chunks)
}

/// A child with the keys before and after it.
type Entry = (Key, u64, Key);

fn node(
    view: &View<'_>,
    grid: &Grid<'_>,
    address: u64,
    parent: Option<u8>,
) -> Parse<(u8, Vec<Entry>)> {
    let offset = u64::from(view.format.offset_size);
    let prefix = 8 + 2 * offset;
    let head = view.read(WHAT, address, prefix)?;
    let mut cursor = view.cursor(WHAT, address, &head);
    cursor.signature(b"TREE")?;
    let (kind, level, used) = (cursor.u8()?, cursor.u8()?, cursor.u16()?);
    let level_is_right =
        parent.map_or(level <= DEEPEST, |parent| level.checked_add(1) == Some(parent));
    if kind != 1 || !level_is_right {
        let found = format!("type {kind} at level {level} below {parent:?}");
        return Err(cursor.corrupt("a chunk B-tree node one level below its parent", found).into());
    }
    // The last offset of a key is that within an element, always zero.
    let key = 8 + 8 * (grid.rank() as u64 + 1);
    let length = prefix + u64::from(used) * (key + offset) + key;
    let bytes = view.read(WHAT, address, length)?;
    let mut cursor = view.cursor(WHAT, address, &bytes);
    cursor.skip(head.len())?;
    let mut entries = Vec::with_capacity(used.into());
    let mut before = Key::parse(&mut cursor, grid.rank())?;
    for _ in 0..used {
        let child = cursor.defined_address("a chunk or B-tree node")?;
        let after = Key::parse(&mut cursor, grid.rank())?;
        entries.push((before, child, after.clone()));
        before = after;
    }
    Ok((level, entries))
}

impl Key {
    fn parse(cursor: &mut Cursor<'_>, rank: usize) -> Result<Self, Fault> {
        let (size, mask) = (cursor.u32()?, cursor.u32()?);
        let offsets = (0..rank).map(|_| cursor.u64()).collect::<Result<_, _>>()?;
        cursor.skip(8)?;
        Ok(Self { size, mask, offsets })
    }
}

/// Whether a child between two keys may hold chunks of `rows`.
fn may_hold(grid: &Grid<'_>, rows: &Range<u64>, before: &Key, after: &Key) -> bool {
    let height = grid.layout.shape.first().copied().unwrap_or(1).max(1);
    let row = |key: &Key| key.offsets.first().copied().unwrap_or_default() / height;
    row(before) < rows.end && row(after) >= rows.start
}

fn chunk(
    view: &View<'_>,
    grid: &Grid<'_>,
    node: u64,
    key: &Key,
    address: u64,
) -> Result<Option<Chunk>, Fault> {
    let dimensions = || key.offsets.iter().zip(&grid.layout.shape);
    if dimensions().any(|(offset, size)| offset % size != 0) {
        let expected = format!("a chunk at a multiple of {:?}", grid.layout.shape);
        let offset = node.saturating_add(view.format.base);
        return Err(Fault::corrupt(offset, expected, format!("{:?}", key.offsets)));
    }
    let scaled: Vec<u64> = dimensions().map(|(offset, size)| offset / size).collect();
    // Chunks outside the shape stay behind when a dataset shrinks.
    let place = grid.place(&scaled);
    Ok(place.map(|(row, column)| Chunk {
        row,
        column,
        address,
        size: key.size.into(),
        mask: key.mask,
    }))
}

//! The version 2 B-tree over chunks, for datasets with several axes without limit.

use std::cmp::Ordering;
use std::ops::Range;

use super::{Chunk, Grid};
use crate::fault::{Fault, Parse};
use crate::format::btree2::BTree2;
use crate::view::View;

const UNFILTERED: u8 = 10;
const FILTERED: u8 = 11;

pub(super) fn read(
    view: &View<'_>,
    grid: &Grid<'_>,
    address: u64,
    rows: &Range<u64>,
) -> Parse<Vec<Chunk>> {
    let kind = if grid.filtered { FILTERED } else { UNFILTERED };
    let tree = BTree2::open(view, address, &[kind])?;
    let parse = |record: &[u8]| parse(view, grid, address, record);
    let records = tree.select(view, |record| {
        let (_, _, _, scaled) = parse(record)?;
        let row = scaled.first().copied().unwrap_or_default();
        Ok(match row {
            row if row < rows.start => Ordering::Less,
            row if row < rows.end => Ordering::Equal,
            _ => Ordering::Greater,
        })
    })?;
    let mut chunks = Vec::with_capacity(records.len());
    for record in records {
        let (address, size, mask, scaled) = parse(&record)?;
        if let (Some(address), Some((row, column))) = (address, grid.place(&scaled)) {
            chunks.push(Chunk { row, column, address, size, mask });
        }
    }
    Ok(chunks)
}

type Record = (Option<u64>, u64, u32, Vec<u64>);

fn parse(view: &View<'_>, grid: &Grid<'_>, tree: u64, record: &[u8]) -> Result<Record, Fault> {
    let mut cursor = view.cursor("chunk record", tree, record);
    let address = cursor.address()?;
    let (size, mask) = if grid.filtered {
        // What address, mask and offsets leave is the width of the size.
        let others = usize::from(view.format.offset_size) + 4 + 8 * grid.rank();
        let width = record.len().saturating_sub(others);
        if !(1..=8).contains(&width) {
            let found = format!("{} bytes", record.len());
            return Err(cursor.corrupt("a record with a size of 1 to 8 bytes", found));
        }
        (cursor.uint(width)?, cursor.u32()?)
    } else {
        (grid.bytes, 0)
    };
    let scaled = (0..grid.rank()).map(|_| cursor.u64()).collect::<Result<_, _>>()?;
    Ok((address, size, mask, scaled))
}

//! Chunk indexes: where in the file the chunks of a range of rows lie.

mod btree1;
mod btree2;
mod extensible_array;
mod fixed_array;
mod flat;

use std::ops::Range;

use crate::fault::{Fault, Parse};
use crate::format::message::dataspace::Dataspace;
use crate::format::message::layout::{Chunked, Index};
use crate::view::{Format, View};

/// Bytes that filters may add to a small chunk.
const SLACK: u64 = 64 << 10;

/// One stored chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Position in the grid of chunks along the first axis.
    pub(crate) row: u64,
    /// Position along the other axes, the last varying fastest.
    pub(crate) column: u64,
    /// Address, counted from the base address.
    pub(crate) address: u64,
    /// Stored bytes.
    pub(crate) size: u64,
    /// A set bit means that the filter with its number was not applied.
    pub(crate) mask: u32,
}

/// The grid of chunks of one dataset.
#[derive(Debug, Clone)]
pub(crate) struct Grid<'a> {
    layout: &'a Chunked,
    /// Chunks along each axis, for the current shape.
    counts: Vec<u64>,
    /// Chunks along each axis at the limit of growth; `None` without limit.
    limits: Vec<Option<u64>>,
    filtered: bool,
    /// Bytes of a chunk before filters.
    bytes: u64,
}

impl<'a> Grid<'a> {
    /// `bytes` is the size of a chunk before filters.
    pub(crate) fn new(
        layout: &'a Chunked,
        space: &Dataspace,
        filtered: bool,
        bytes: u64,
    ) -> Result<Self, Fault> {
        let dimensions = || space.shape.iter().zip(&layout.shape);
        if space.shape.len() != layout.shape.len() || layout.shape.contains(&0) {
            let found = format!("chunks of {:?} for a shape of {:?}", layout.shape, space.shape);
            return Err(Fault::corrupt(0, "chunks of the rank of their dataset", found));
        }
        let counts = dimensions().map(|(&size, &chunk)| size.div_ceil(chunk)).collect();
        let limits = space.limits.iter().zip(&layout.shape);
        let limits = limits.map(|(limit, &chunk)| limit.map(|limit| limit.div_ceil(chunk)));
        Ok(Self { layout, counts, limits: limits.collect(), filtered, bytes })
    }

    fn rank(&self) -> usize {
        self.counts.len()
    }

    /// The linear position along the axes after the first of a chunk at `scaled`, if it lies
    /// within the dataset.
    pub(crate) fn place(&self, scaled: &[u64]) -> Option<(u64, u64)> {
        let within = scaled.iter().zip(&self.counts).all(|(at, count)| at < count);
        if !within || scaled.len() != self.rank() {
            return None;
        }
        let rest = scaled.iter().zip(&self.counts).skip(1);
        let column =
            rest.fold(0_u64, |sum, (&at, &count)| sum.saturating_mul(count).saturating_add(at));
        Some((scaled.first().copied()?, column))
    }

    /// Row and column of the chunk that an array index stores under `index`; `None` if it lies
    /// outside the dataset. Arrays number chunks by the dataset's limits, an axis without limit
    /// varying slowest.
    fn place_of(&self, mut index: u64) -> Option<(u64, u64)> {
        let axes = self.axis_order();
        let mut scaled = vec![0; self.rank()];
        for (position, &axis) in axes.iter().enumerate().rev() {
            let at = match self.limits.get(axis).copied().flatten() {
                Some(0) => return None,
                Some(limit) if position > 0 => {
                    let at = index % limit;
                    index /= limit;
                    at
                }
                _ => std::mem::take(&mut index),
            };
            *scaled.get_mut(axis)? = at;
        }
        self.place(&scaled)
    }

    /// The axes from slowest to fastest in an array index.
    fn axis_order(&self) -> Vec<usize> {
        let unlimited = self.limits.iter().position(Option::is_none).unwrap_or(0);
        let rest = (0..self.rank()).filter(|&axis| axis != unlimited);
        std::iter::once(unlimited).chain(rest).collect()
    }

    /// The positions in an array index that rows `rows` of the grid may occupy.
    fn span(&self, rows: &Range<u64>) -> Range<u64> {
        if self.axis_order().first() != Some(&0) {
            return 0..u64::MAX;
        }
        let stride = self
            .limits
            .iter()
            .skip(1)
            .fold(1_u64, |product, limit| product.saturating_mul(limit.unwrap_or(1)));
        rows.start.saturating_mul(stride)..rows.end.saturating_mul(stride)
    }
}

/// The stored chunks of `rows` (of the grid of chunks, not of the dataset), in any order.
pub(crate) fn read(view: &View<'_>, grid: &Grid<'_>, rows: Range<u64>) -> Parse<Vec<Chunk>> {
    let Some(address) = grid.layout.address else {
        return Ok(Vec::new());
    };
    let mut chunks = match grid.layout.index {
        Index::BTree1 => btree1::read(view, grid, address, &rows)?,
        Index::Single(filtered) => flat::single(grid, address, filtered),
        Index::Implicit => flat::implicit(view, grid, address, &rows)?,
        Index::FixedArray => fixed_array::read(view, grid, address, &rows)?,
        Index::ExtensibleArray => extensible_array::read(view, grid, address, &rows)?,
        Index::BTree2 => btree2::read(view, grid, address, &rows)?,
        Index::Listed => Vec::new(),
    };
    chunks.retain(|chunk| rows.contains(&chunk.row));
    chunks.iter().try_for_each(|chunk| check(&view.format, grid, chunk))?;
    Ok(chunks)
}

/// Makes sure that a chunk lies in the file and is no larger than filters could have made it: they make it
/// smaller, or a little larger.
pub(crate) fn check(format: &Format, grid: &Grid<'_>, chunk: &Chunk) -> Result<(), Fault> {
    let range = format.range("a chunk", chunk.address, chunk.size)?;
    let most = grid.bytes.saturating_mul(2).saturating_add(SLACK);
    if chunk.size <= most {
        return Ok(());
    }
    let expected = format!("a stored chunk of at most {most} bytes");
    Err(Fault::corrupt(range.start, expected, format!("{} bytes", chunk.size)))
}

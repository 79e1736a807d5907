//! The cells of one tile.

use super::DEPTH;
use super::footprint::{Entry, Footprint, State, probe_of};
use crate::cell::Convention;
use crate::cell::cover::Cover;
use crate::cell::cover::descent::{Descent, Near, Probe, Touch};
use crate::cell::cover::lattice::{Anywhere, Cell, Points, Table};

/// Cells of a tile and the shapes that touch them, in the making.
pub(super) struct Leaves {
    tile: Cell,
    order: u8,
    found: Found,
}

/// By the place of a cell in the tile, or as pairs where a tile has too many cells for that.
enum Found {
    Dense(Vec<Vec<u32>>),
    Sparse(Vec<(u64, u32)>),
}

impl Leaves {
    pub(super) fn new(tile: Cell, order: u8) -> Self {
        let depth = order - tile.order;
        let found = if depth <= DEPTH {
            Found::Dense((0..1 << (2 * depth)).map(|_| Vec::new()).collect())
        } else {
            Found::Sparse(Vec::new())
        };
        Self { tile, order, found }
    }

    /// Adds the cells of all entries, which come in ascending order of their shapes.
    pub(super) fn fill(&mut self, entries: &[Entry], footprints: &[Footprint], convention: Convention) {
        match self.order - self.tile.order {
            0 => {
                for footprint in entries.iter().filter_map(|e| footprints.get(e.footprint as usize)) {
                    self.push(self.tile, footprint.owner);
                }
            }
            depth @ 1..=DEPTH => self.descend(entries, footprints, convention, &Table::new(self.tile, depth)),
            _ => self.descend(entries, footprints, convention, &Anywhere),
        }
    }

    fn descend(
        &mut self,
        entries: &[Entry],
        footprints: &[Footprint],
        convention: Convention,
        points: &impl Points,
    ) {
        let (mut descent, mut edges) = (Descent::default(), Vec::new());
        let (tile, order, at) = (self.tile, self.order, probe_of(self.tile));
        for entry in entries {
            let Some(footprint) = footprints.get(entry.footprint as usize) else { continue };
            let inside = match entry.state {
                State::Whole => {
                    self.push(tile, footprint.owner);
                    continue;
                }
                State::Inside => Some(true),
                State::Outside => Some(false),
                State::Unknown => None,
            };
            footprint.edges_of(entry, &mut edges);
            let probe = footprint.has_inside().then_some(Probe { at, inside });
            let near = Near::all(edges.len());
            let contains = |q| footprint.contains(q, convention);
            let mut sink = |touch: Touch<'_>| match touch {
                Touch::Inside(cell) | Touch::Edges { cell, .. } => self.push(cell, footprint.owner),
            };
            descent.run_below(tile, near, probe, &edges, &contains, order, points, &mut sink);
        }
    }

    /// Adds a shape to the cells in `cell`.
    #[inline]
    fn push(&mut self, cell: Cell, shape: u32) {
        let down = 2 * (self.order - cell.order);
        let ids = cell.id() << down..(cell.id() + 1) << down;
        let mask = (1_u64 << (2 * (self.order - self.tile.order))) - 1;
        match &mut self.found {
            Found::Dense(cells) => {
                for id in ids {
                    // Parts of one shape follow each other.
                    if let Some(list) = cells.get_mut((id & mask) as usize)
                        && list.last() != Some(&shape)
                    {
                        list.push(shape);
                    }
                }
            }
            Found::Sparse(pairs) => pairs.extend(ids.map(|id| (id, shape))),
        }
    }

    pub(super) fn finish(self, region: Option<&Cover>) -> Vec<(u64, Vec<u32>)> {
        let first = self.tile.id() << (2 * (self.order - self.tile.order));
        let is_wanted = |cell: u64| {
            region.is_none_or(|region| region.intersects(cell, self.order).unwrap_or(true))
        };
        match self.found {
            Found::Dense(cells) => (first..)
                .zip(cells)
                .filter(|(cell, shapes)| !shapes.is_empty() && is_wanted(*cell))
                .map(|(cell, mut shapes)| {
                    shapes.shrink_to_fit();
                    (cell, shapes)
                })
                .collect(),
            Found::Sparse(mut pairs) => {
                pairs.sort_unstable();
                pairs.dedup();
                let of_one_cell = pairs.chunk_by(|a, b| a.0 == b.0);
                let cells = of_one_cell.filter_map(|pairs| {
                    let cell = pairs.first()?.0;
                    Some((cell, pairs.iter().map(|pair| pair.1).collect()))
                });
                cells.filter(|(cell, _): &(u64, Vec<u32>)| is_wanted(*cell)).collect()
            }
        }
    }
}

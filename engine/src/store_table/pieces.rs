//! Shards in pieces that do not cross the antimeridian.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array};

use super::centres::Centres;
use super::rules::Grid;
use crate::store::StoreReader;

/// The shards of a store. One whose centres lie on both sides of the antimeridian is two pieces, one at either end of the
/// longitudes, so that each piece has a least and a greatest.
pub(super) struct Pieces {
    /// The number of the shard that each is of, ascending.
    of: Vec<usize>,
    parents: Vec<u64>,
    west: Vec<f64>,
    east: Vec<f64>,
    centres: Centres,
    depth: u8,
}

impl Pieces {
    pub(super) fn of(reader: &StoreReader) -> Self {
        let depth = reader.child_order() - reader.parent_order();
        let centres = Centres::of(reader.child_order(), reader.ellipsoid());
        let all = reader.parents().len();
        let mut pieces = Self {
            of: Vec::with_capacity(all),
            parents: Vec::with_capacity(all),
            west: Vec::with_capacity(all),
            east: Vec::with_capacity(all),
            centres,
            depth,
        };
        for (shard, &parent) in reader.parents().iter().enumerate() {
            let mut push = |west, east| {
                pieces.of.push(shard);
                pieces.parents.push(parent);
                pieces.west.push(west);
                pieces.east.push(east);
            };
            match centres.longitudes(parent, depth) {
                Some((west, east)) if west <= east => push(west, east),
                Some((west, east)) => {
                    push(west, 180.0);
                    push(-180.0, east);
                }
                None => push(-180.0, 180.0),
            }
        }
        pieces
    }

    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    /// The parent of each piece.
    pub(super) fn parents(&self) -> &[u64] {
        &self.parents
    }

    /// The shards of which any piece is alive.
    pub(super) fn shards(&self, alive: &[bool]) -> Vec<usize> {
        let alive = self.of.iter().zip(alive).filter(|(_, alive)| **alive);
        let mut shards: Vec<usize> = alive.map(|(shard, _)| *shard).collect();
        shards.dedup();
        shards
    }

    /// The least or the greatest value of a column in each piece; `None` for a column of which nothing is known.
    pub(super) fn bounds(&self, grid: &Grid, column: &str, greatest: bool) -> Option<ArrayRef> {
        if let Some(number) = grid.column(column) {
            return Some(number.bounds(grid, &self.parents, greatest));
        }
        if !grid.is_made(column) {
            return None;
        }
        match column {
            "longitude" => {
                let bounds = if greatest { &self.east } else { &self.west };
                Some(Arc::new(Float64Array::from(bounds.clone())))
            }
            "latitude" => self.centres.latitudes(&self.parents, self.depth, greatest),
            _ => None,
        }
    }
}

//! What shapes touch in each tile, as it is drawn.

use std::ops::Range;

use super::log::{FLAG, word};
use super::rows::Run;
use super::tile::{SIDE, TileGrid};

/// The pictures of some shapes.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    pictures: Vec<Picture>,
    runs: Vec<u16>,
}

/// The cells of a tile that one shape touches.
#[derive(Debug)]
struct Picture {
    tile: u64,
    shape: u32,
    runs: Range<usize>,
}

/// A tile, a shape, and the runs of cells of the one that the other touches.
type Named<'a> = (u64, u32, &'a [u16]);

impl Pictures {
    pub(super) fn clear(&mut self) {
        self.pictures.clear();
        self.runs.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.pictures.len()
    }

    /// Forgets all but the first so many.
    pub(super) fn truncate(&mut self, len: usize) {
        if let Some(picture) = self.pictures.get(len) {
            self.runs.truncate(picture.runs.start);
        }
        self.pictures.truncate(len);
    }

    /// Adds runs of cells, of which there must be any.
    #[inline(always)]
    pub(super) fn push(&mut self, tile: u64, shape: u32, runs: impl Iterator<Item = u16>) {
        let begin = self.runs.len();
        self.runs.extend(runs);
        self.finish(begin, tile, shape);
    }

    /// Makes a picture of the runs from `begin` on, of which the last one is flagged. Without any there is none.
    #[inline(always)]
    fn finish(&mut self, begin: usize, tile: u64, shape: u32) {
        let end = self.runs.len();
        if let Some(last) = self.runs.get_mut(begin..).and_then(<[u16]>::last_mut) {
            *last |= FLAG;
            self.pictures.push(Picture { tile, shape, runs: begin..end });
        }
    }

    /// Cuts runs along the rows of a base cell, which ascend, into those of `wanted` tiles.
    #[inline(always)]
    pub(super) fn cut(
        &mut self,
        runs: &[Run],
        (grid, base): (&TileGrid, u8),
        shape: u32,
        wanted: &impl Fn(u64) -> bool,
    ) {
        for runs in runs.chunk_by(|a, b| a.row / SIDE == b.row / SIDE) {
            let (mut row, mut first, mut end) = (0, u32::MAX, 0);
            for run in runs {
                (row, first, end) = (run.row, first.min(run.from), end.max(run.end));
            }
            for i in first / SIDE..end.div_ceil(SIDE) {
                let tile = grid.id(base, i, row / SIDE);
                if !wanted(tile) {
                    continue;
                }
                let begin = self.runs.len();
                let (west, east) = (i * SIDE, (i + 1) * SIDE);
                for run in runs {
                    let (from, end) = (run.from.max(west), run.end.min(east));
                    if from < end {
                        self.runs.push(word(run.row % SIDE, from - west, end - from));
                    }
                }
                self.finish(begin, tile, shape);
            }
        }
    }

    pub(super) fn named(&self) -> impl Iterator<Item = Named<'_>> {
        let runs = |picture: &Picture| self.runs.get(picture.runs.clone()).unwrap_or_default();
        self.pictures.iter().map(move |picture| (picture.tile, picture.shape, runs(picture)))
    }
}

//! What shapes touch in each tile, as it is drawn.

use std::ops::Range;

use super::log::{FLAG, word};
use super::rows::Found;
use super::tile::{SIDE, TileGrid};

/// The pictures of some shapes.
#[derive(Debug, Default)]
pub(super) struct Pictures {
    pictures: Vec<Picture>,
    runs: Vec<u16>,
    /// Those of the tiles that are being cut, and how many there are of them.
    words: Vec<([u16; SIDE as usize], usize)>,
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

    /// Cuts the runs of a base cell into those of `wanted` tiles.
    #[inline(always)]
    pub(super) fn cut(
        &mut self,
        found: &Found<'_>,
        (grid, base): (&TileGrid, u8),
        shape: u32,
        wanted: &impl Fn(u64) -> bool,
    ) {
        let Found { first, from, end, mut runs } = *found;
        let last = first + from.len() as u32;
        let (begin, end_row) = match (runs.first(), runs.last()) {
            (Some(a), Some(b)) => (first.min(a.row), last.max(b.row + 1)),
            _ => (first, last),
        };
        for j in begin / SIDE..end_row.div_ceil(SIDE) {
            let (south, north) = (j * SIDE, (j + 1) * SIDE);
            let place = |row: u32| row.clamp(first, last) - first;
            let rows = place(south) as usize..place(north) as usize;
            let row = south.clamp(first, last) - south;
            let (from, end) = (&from[rows.clone()], &end[rows]);
            let here;
            (here, runs) = runs.split_at(runs.partition_point(|run| run.row < north));
            let west = from.iter().fold(u32::MAX, |west, from| west.min(*from));
            let east = end.iter().fold(0, |east, end| east.max(*end));
            let west = here.iter().fold(west, |west, run| west.min(run.from));
            let east = here.iter().fold(east, |east, run| east.max(run.end));
            let columns = west / SIDE..east.div_ceil(SIDE);
            // No row has two of these, so that they are not more than rows in each tile.
            self.words.resize(columns.len(), ([0; SIDE as usize], 0));
            for ((row, &from), &end) in
                (row..).zip(from).zip(end).filter(|((_, from), end)| from < end)
            {
                let last = end - 1;
                let mut add = |i: u32, from: u32, length: u32| {
                    let (words, count) = &mut self.words[(i - columns.start) as usize];
                    words[*count % SIDE as usize] = word(row, from, length);
                    *count += 1;
                };
                let (mut i, mut from) = (from / SIDE, from % SIDE);
                while i < last / SIDE {
                    add(i, from, SIDE - from);
                    (i, from) = (i + 1, 0);
                }
                add(i, from, last % SIDE + 1 - from);
            }
            for i in columns.clone() {
                let tile = grid.id(base, i, j);
                let (words, count) = std::mem::take(&mut self.words[(i - columns.start) as usize]);
                if !wanted(tile) {
                    continue;
                }
                let begin = self.runs.len();
                let (west, east) = (i * SIDE, (i + 1) * SIDE);
                self.runs.extend_from_slice(&words[..count]);
                for run in here {
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

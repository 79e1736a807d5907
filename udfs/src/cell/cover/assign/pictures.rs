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
    /// Kept for its room.
    strip: Strip,
}

/// The runs of a row of tiles, of which no row of cells has more than one.
#[derive(Debug, Default)]
struct Strip {
    /// The first tile.
    begin: u32,
    /// Of each tile its runs, and how many they are.
    tiles: Vec<([u16; SIDE as usize], usize)>,
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

impl Strip {
    /// Begins anew, for these tiles.
    #[inline(always)]
    fn clear(&mut self, tiles: Range<u32>) {
        self.begin = tiles.start;
        self.tiles.clear();
        self.tiles.resize(tiles.len(), ([0; SIDE as usize], 0));
    }

    /// Adds the run of a row, of one cell at least.
    #[inline(always)]
    fn add(&mut self, row: u32, from: u32, end: u32) {
        let (mut i, mut from, last) = (from / SIDE, from % SIDE, end - 1);
        while i < last / SIDE {
            self.put(i, word(row, from, SIDE - from));
            (i, from) = (i + 1, 0);
        }
        self.put(i, word(row, from, last % SIDE + 1 - from));
    }

    #[inline(always)]
    fn put(&mut self, i: u32, word: u16) {
        let (words, count) = &mut self.tiles[(i - self.begin) as usize];
        words[*count % SIDE as usize] = word;
        *count += 1;
    }

    /// Those of a tile, which need not be one of these.
    #[inline(always)]
    fn words(&self, i: u32) -> &[u16] {
        let tile = i.checked_sub(self.begin).and_then(|place| self.tiles.get(place as usize));
        tile.map_or(&[], |(words, count)| &words[..*count])
    }
}

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
        // Runs of other rows are before and behind those, if not among them.
        let begin = runs.first().map_or(first, |run| first.min(run.row));
        let behind = runs.last().map_or(last, |run| last.max(run.row + 1));
        for j in begin / SIDE..behind.div_ceil(SIDE) {
            let (south, north) = (j * SIDE, (j + 1) * SIDE);
            let place = |row: u32| row.clamp(first, last) - first;
            let rows = place(south) as usize..place(north) as usize;
            let row = south.clamp(first, last) - south;
            let (from, end) = (&from[rows.clone()], &end[rows]);
            let here;
            (here, runs) = runs.split_at(runs.partition_point(|run| run.row < north));
            let west = from.iter().fold(u32::MAX, |west, from| west.min(*from));
            let east = end.iter().fold(0, |east, end| east.max(*end));
            self.strip.clear(west / SIDE..east.div_ceil(SIDE));
            for ((row, from), end) in (row..).zip(from).zip(end).filter(|((_, a), b)| a < b) {
                self.strip.add(row, *from, *end);
            }
            let west = here.iter().fold(west, |west, run| west.min(run.from));
            let east = here.iter().fold(east, |east, run| east.max(run.end));
            for i in west / SIDE..east.div_ceil(SIDE) {
                let tile = grid.id(base, i, j);
                if !wanted(tile) {
                    continue;
                }
                let begin = self.runs.len();
                let (west, east) = (i * SIDE, (i + 1) * SIDE);
                self.runs.extend_from_slice(self.strip.words(i));
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

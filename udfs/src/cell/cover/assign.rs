//! The cells of many shapes at once.

mod canvas;
mod chart;
mod draw;
mod log;
mod tile;

use std::collections::BTreeMap;
use std::ops::Range;

use geo_types::Geometry;
use rayon::prelude::*;

use super::{Cover, Shape, ShapeError};
use crate::cell::{CellError, Convention, check_order};
use draw::Painter;
use log::{Log, encode};
use tile::{Rows, SIDE, TileGrid};

/// Shapes that one thread takes at a time.
const CHUNK: usize = 128;

/// Shapes whose pictures are held at a time.
const BATCH: usize = 1 << 12;

/// Finds, for each cell of an order, the shapes that touch it.
///
/// Like [`Shape::cover`] it misses no cell that a shape touches, and like it has a few that are nearly touched: those within
/// 2 % of the side of a cell, and at orders up to 4 those of [`Shape::cover`].
///
/// Every ring is drawn on the plane of the HEALPix projection, where cells are squares, as curves of the second
/// degree that are thick enough to hold the arc they stand for; and filled row by row. Shapes of more than a hemisphere, and those with an edge
/// through a pole or longer than 115 degrees, are covered one by one instead. All cores are used. What is found is kept in one or two
/// bytes for each pair of cell and shape, and the result has four; shapes themselves are not kept.
///
/// ```
/// use geo_types::{Geometry, point};
/// use zagg_udfs::cell::{Convention, nested};
/// use zagg_udfs::cell::cover::Assigner;
///
/// let mut assigner = Assigner::new(9, Convention::Authalic)?;
/// let place = Geometry::from(point!(x: 10.0, y: 20.0));
/// assigner.add(&[place.clone(), place]).map_err(|(_, error)| error)?;
/// let cells = assigner.finish();
/// let cell = nested(10.0, 20.0, 9, Convention::Authalic)?.ok_or("no position")?;
/// assert_eq!(cells, [(cell, vec![0, 1])]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Assigner {
    grid: TileGrid,
    convention: Convention,
    region: Option<Region>,
    shapes: u32,
    tiles: BTreeMap<u64, Log>,
    /// The pictures of a batch, by chunks. Kept for their room.
    drawn: Vec<Drawn>,
}

/// Where to look, by tiles and by cells.
#[derive(Debug)]
struct Region {
    tiles: Cover,
    cells: Cover,
}

impl Assigner {
    /// For cells of one order and convention.
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn new(order: u8, convention: Convention) -> Result<Self, CellError> {
        check_order(order)?;
        let (grid, tiles, drawn) = (TileGrid::new(order), BTreeMap::new(), Vec::new());
        Ok(Self { grid, convention, region: None, shapes: 0, tiles, drawn })
    }

    /// Leaves out cells that have nothing in common with `region`, which must be of the same convention. To be called first.
    ///
    /// # Errors
    /// None that a cover can give rise to.
    pub fn within(mut self, region: &Cover) -> Result<Self, CellError> {
        let (tiles, cells) =
            (region.at_order(self.grid.tile_order())?, region.at_order(self.grid.order())?);
        self.region = Some(Region { tiles, cells });
        Ok(self)
    }

    /// Adds shapes, whose numbers go on from those added before.
    ///
    /// # Errors
    /// The place in `geometries` of the first that is no [`Shape`], and why; some of those before it may have been added.
    /// [`ShapeError::TooMany`] with 2³² shapes.
    pub fn add(&mut self, geometries: &[Geometry<f64>]) -> Result<(), (usize, ShapeError)> {
        let shapes = geometries.len() + self.shapes as usize;
        let Ok(end) = u32::try_from(shapes) else { return Err((0, ShapeError::TooMany(shapes))) };
        for (k, batch) in geometries.chunks(BATCH).enumerate() {
            let first = self.shapes + (k * BATCH) as u32;
            self.draw(batch, first).map_err(|(place, error)| (k * BATCH + place, error))?;
            self.keep();
        }
        self.shapes = end;
        Ok(())
    }

    /// How many shapes there are.
    pub fn len(&self) -> usize {
        self.shapes as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.shapes == 0
    }

    /// The cells that any shape touches, ascending, and the numbers of the shapes that do, ascending.
    pub fn finish(self) -> Vec<(u64, Vec<u32>)> {
        let Self { grid, region, tiles, .. } = self;
        let wanted = |cell: u64| {
            region
                .as_ref()
                .is_none_or(|region| region.cells.contains(cell, grid.order()).unwrap_or(true))
        };
        let tiles: Vec<(u64, Log)> = tiles.into_iter().collect();
        let cells = |(id, log)| tile::cells(&log, &grid, id, &wanted);
        let found: Vec<Vec<_>> = tiles.into_par_iter().map(cells).collect();
        found.into_iter().flatten().collect()
    }

    /// Draws shapes, whose numbers begin with `first`.
    fn draw(
        &mut self,
        geometries: &[Geometry<f64>],
        first: u32,
    ) -> Result<(), (usize, ShapeError)> {
        let Self { grid, convention, region, drawn, .. } = self;
        let wanted = |tile: u64| {
            let region = region.as_ref();
            region
                .is_none_or(|region| region.tiles.contains(tile, grid.tile_order()).unwrap_or(true))
        };
        let chunks = geometries.par_chunks(CHUNK);
        drawn.resize_with(chunks.len(), Drawn::default);
        chunks.zip(drawn).enumerate().try_for_each_init(
            || Painter::new(grid),
            |painter, (chunk, (geometries, drawn))| {
                drawn.clear();
                for (k, geometry) in (chunk * CHUNK..).zip(geometries) {
                    let shape = Shape::new(geometry, *convention).map_err(|e| (k, e))?;
                    // A line may enter a tile beyond its last cell alone.
                    let is_wanted =
                        |(tile, rows): &(u64, Rows)| *rows != [0; SIDE as usize] && wanted(*tile);
                    for (tile, rows) in painter.draw(shape).filter(is_wanted) {
                        let begin = drawn.runs.len();
                        encode(&rows, &mut drawn.runs);
                        let runs = begin..drawn.runs.len();
                        drawn.pictures.push(Picture { tile, shape: first + k as u32, runs });
                    }
                }
                Ok(())
            },
        )
    }

    /// Adds what has been drawn to its tiles, in the order of the shapes.
    fn keep(&mut self) {
        let mut drawn: Vec<Named<'_>> = self.drawn.iter().flat_map(Drawn::named).collect();
        drawn.par_sort_unstable_by_key(|(tile, shape, _)| (*tile, *shape));
        let groups: Vec<&[Named<'_>]> = drawn.chunk_by(|a, b| a.0 == b.0).collect();
        let tile_of = |group: &[Named<'_>]| group.first().map(|(tile, ..)| *tile);
        for tile in groups.iter().filter_map(|group| tile_of(group)) {
            self.tiles.entry(tile).or_default();
        }
        // Both ascend.
        let mut groups = groups.into_iter().peekable();
        let pairs = self.tiles.iter_mut().filter_map(|(id, tile)| {
            Some((tile, groups.next_if(|group| tile_of(group) == Some(*id))?))
        });
        let pairs: Vec<_> = pairs.collect();
        pairs.into_par_iter().with_max_len(1).for_each(|(tile, group)| {
            group.iter().for_each(|(_, shape, runs)| tile.push(*shape, runs));
        });
    }
}

/// The pictures of a chunk.
#[derive(Debug, Default)]
struct Drawn {
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

impl Drawn {
    fn clear(&mut self) {
        self.pictures.clear();
        self.runs.clear();
    }

    fn named(&self) -> impl Iterator<Item = Named<'_>> {
        let runs = |picture: &Picture| self.runs.get(picture.runs.clone()).unwrap_or_default();
        self.pictures.iter().map(move |picture| (picture.tile, picture.shape, runs(picture)))
    }
}

//! The cells of many shapes at once.

mod canvas;
mod chart;
mod curves;
mod draw;
mod line;
mod log;
mod numbers;
mod pictures;
mod rows;
mod tile;

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use geo_types::Geometry;
use rayon::prelude::*;

use super::{Cover, Shape, ShapeError};
use crate::cell::{CellError, Convention, check_order};
use draw::Painter;
use log::Log;
pub use numbers::Numbers;
use pictures::Pictures;
use tile::TileGrid;

/// Shapes that one thread takes at a time.
const CHUNK: usize = 32;

/// Shapes whose pictures are held at a time.
const BATCH: usize = 1 << 12;

/// Finds, for each cell of an order, the shapes that touch it.
///
/// Like [`Shape::cover`] it misses no cell that a shape touches, and like it has a few that are nearly touched: those within
/// 6 % of the side of a cell, and at orders up to 4 those of [`Shape::cover`].
///
/// Every ring is drawn on the plane of the HEALPix projection, where cells are squares, as curves of the second
/// degree that are thick enough to hold the arc they stand for; and filled row by row. Shapes of more than a hemisphere, and those with an edge
/// through a pole or longer than 115 degrees, are covered one by one instead. All cores are used. What is found is kept in one or two
/// bytes for each pair of cell and shape, and the result has two; shapes themselves are not kept.
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
/// assert_eq!(cells, [(cell, vec![0, 1].into())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Assigner {
    grid: TileGrid,
    convention: Convention,
    region: Option<Region>,
    shapes: u32,
    /// What is found in each tile, by shares for threads to work on.
    shares: Vec<Logs>,
    /// The pictures of a batch, by chunks. Kept for their room.
    drawn: Vec<Pictures>,
    /// Those of the batch before, which are still to go to their tiles.
    ready: Vec<Pictures>,
}

type Logs = HashMap<u64, Log, FixedState>;

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
        let shares = std::iter::repeat_with(Logs::default).take(rayon::current_num_threads());
        let (grid, shares) = (TileGrid::new(order), shares.collect());
        let (drawn, ready) = (Vec::new(), Vec::new());
        Ok(Self { grid, convention, region: None, shapes: 0, shares, drawn, ready })
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
    /// The place in `geometries` of the first that is no [`Shape`], and why; some of those before it may have been added, as
    /// [`len`](Self::len) says.
    /// [`ShapeError::TooMany`] with 2³² shapes.
    pub fn add(&mut self, geometries: &[Geometry<f64>]) -> Result<(), (usize, ShapeError)> {
        let shapes = geometries.len() + self.shapes as usize;
        if u32::try_from(shapes).is_err() {
            return Err((0, ShapeError::TooMany(shapes)));
        }
        for (k, batch) in geometries.chunks(BATCH).enumerate() {
            let Self { grid, convention, region, shapes, shares, drawn, ready } = self;
            // What has been drawn goes to its tiles while the next shapes are drawn.
            let (result, ()) = rayon::join(
                || draw(batch, *shapes, (grid, *convention, region.as_ref()), drawn),
                || keep(ready, shares),
            );
            ready.iter_mut().for_each(Pictures::clear);
            result.map_err(|(place, error)| (k * BATCH + place, error))?;
            std::mem::swap(drawn, ready);
            *shapes += batch.len() as u32;
        }
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

    /// The cells that any shape touches, ascending, and the numbers of the shapes that do, ascending. The numbers of cells that
    /// are near each other share their memory.
    pub fn finish(self) -> Vec<(u64, Numbers)> {
        let Self { grid, region, mut shares, ready, .. } = self;
        keep(&ready, &mut shares);
        let wanted = |cell: u64| {
            region
                .as_ref()
                .is_none_or(|region| region.cells.contains(cell, grid.order()).unwrap_or(true))
        };
        let mut tiles: Vec<(u64, Log)> = shares.into_iter().flatten().collect();
        tiles.sort_unstable_by_key(|(tile, _)| *tile);
        let cells = |(id, log)| tile::cells(&log, &grid, id, &wanted);
        let found: Vec<Vec<_>> = tiles.into_par_iter().map(cells).collect();
        found.into_iter().flatten().collect()
    }
}

/// Draws shapes, whose numbers begin with `first`.
fn draw(
    geometries: &[Geometry<f64>],
    first: u32,
    (grid, convention, region): (&TileGrid, Convention, Option<&Region>),
    drawn: &mut Vec<Pictures>,
) -> Result<(), (usize, ShapeError)> {
    let wanted = |tile: u64| {
        region.is_none_or(|region| region.tiles.contains(tile, grid.tile_order()).unwrap_or(true))
    };
    let chunks = geometries.par_chunks(CHUNK);
    drawn.resize_with(chunks.len(), Pictures::default);
    chunks.zip(drawn).enumerate().try_for_each_init(
        || Painter::new(grid),
        |painter, (chunk, (geometries, drawn))| {
            drawn.clear();
            for (k, geometry) in (chunk * CHUNK..).zip(geometries) {
                let shape = Shape::new(geometry, convention).map_err(|e| (k, e))?;
                painter.draw(shape, first + k as u32, &wanted, drawn);
            }
            Ok(())
        },
    )
}

/// Adds what has been drawn to its tiles, in the order of the shapes: each share of the tiles by one thread.
fn keep(drawn: &[Pictures], shares: &mut [Logs]) {
    let count = shares.len();
    shares.par_iter_mut().enumerate().for_each(|(number, logs)| {
        let is_ours = |tile: u64| share(tile) % count == number;
        let all = drawn.iter().flat_map(Pictures::named);
        for (tile, shape, runs) in all.filter(|(tile, ..)| is_ours(*tile)) {
            logs.entry(tile).or_default().push(shape, runs);
        }
    });
}

/// Spreads tiles, of which neighbours are likely to have as much in them.
fn share(tile: u64) -> usize {
    (FixedState::default().hash_one(tile) >> 32) as usize
}

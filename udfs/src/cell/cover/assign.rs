//! The cells of many shapes at once.

mod canvas;
mod chart;
mod draw;
mod list;
mod tile;

use std::collections::BTreeMap;

use geo_types::Geometry;
use rayon::prelude::*;

use super::{Cover, Shape, ShapeError};
use crate::cell::{CellError, Convention, check_order};
use draw::Painter;
use tile::{Drawn, Tile, TileGrid};

/// Shapes that one thread takes at a time.
const CHUNK: usize = 256;

/// Shapes whose pictures are held at a time.
const BATCH: usize = 1 << 14;

/// Finds, for each cell of an order, the shapes that touch it.
///
/// Like [`Shape::cover`] it misses no cell that a shape touches, and like it has a few that are nearly touched: those within
/// 2 % of the side of a cell, and at orders up to 4 and around the poles those of [`Shape::cover`].
///
/// Every ring is drawn on the plane of the HEALPix projection, where cells are squares, as short straight lines that are
/// thick enough to hold the curve they stand for; and filled row by row. What goes round a pole within a few cells, and shapes
/// of more than a hemisphere, are covered one by one instead. All cores are used. What is found is kept in about two bytes for
/// each pair of cell and shape, and the result has four; shapes themselves are not kept.
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
    tiles: BTreeMap<u64, Tile>,
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
        let (grid, tiles) = (TileGrid::new(order), BTreeMap::new());
        Ok(Self { grid, convention, region: None, shapes: 0, tiles })
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
            let drawn =
                self.draw(batch, first).map_err(|(place, error)| (k * BATCH + place, error))?;
            self.keep(drawn);
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
        let tiles: Vec<(u64, Tile)> = tiles.into_iter().collect();
        let found: Vec<Vec<_>> =
            tiles.into_par_iter().map(|(id, tile)| tile.into_cells(&grid, id, &wanted)).collect();
        found.into_iter().flatten().collect()
    }

    /// The pictures of shapes, by tiles and then by shapes.
    fn draw(
        &self,
        geometries: &[Geometry<f64>],
        first: u32,
    ) -> Result<Vec<(u64, Drawn)>, (usize, ShapeError)> {
        let wanted = |tile: u64| {
            let region = self.region.as_ref();
            region.is_none_or(|region| {
                region.tiles.contains(tile, self.grid.tile_order()).unwrap_or(true)
            })
        };
        let chunks: Result<Vec<_>, _> = geometries
            .par_chunks(CHUNK)
            .enumerate()
            .map_init(
                || Painter::new(&self.grid),
                |painter, (chunk, geometries)| {
                    let mut drawn = Vec::new();
                    for (k, geometry) in (chunk * CHUNK..).zip(geometries) {
                        let shape = Shape::new(geometry, self.convention).map_err(|e| (k, e))?;
                        for (tile, rows) in painter.draw(shape) {
                            if wanted(tile) {
                                drawn.push((tile, Drawn { shape: first + k as u32, rows }));
                            }
                        }
                    }
                    Ok(drawn)
                },
            )
            .collect();
        let mut drawn = chunks?.concat();
        drawn.par_sort_by_key(|(tile, drawn)| (*tile, drawn.shape));
        Ok(drawn)
    }

    fn keep(&mut self, drawn: Vec<(u64, Drawn)>) {
        let groups: Vec<&[(u64, Drawn)]> = drawn.chunk_by(|a, b| a.0 == b.0).collect();
        for id in groups.iter().filter_map(|group| Some(group.first()?.0)) {
            self.tiles.entry(id).or_default();
        }
        // Both ascend.
        let mut groups = groups.into_iter().peekable();
        let pairs = self.tiles.iter_mut().filter_map(|(id, tile)| {
            let group =
                groups.next_if(|group| group.first().is_some_and(|(first, _)| first == id))?;
            Some((tile, group))
        });
        let pairs: Vec<_> = pairs.collect();
        pairs.into_par_iter().with_max_len(1).for_each(|(tile, group)| {
            for (_, drawn) in group {
                tile.push(drawn);
            }
        });
    }
}

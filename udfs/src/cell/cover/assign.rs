//! The cells of many shapes at once.

mod footprint;
mod leaves;

use geo_types::Geometry;
use rayon::prelude::*;

use super::descent::{Descent, Touch};
use super::lattice::{Anywhere, Cell};
use super::{Cover, ShapeError};
use crate::cell::{CellError, Convention, check_order};
use footprint::{Entry, Footprint};
use leaves::Leaves;

/// Orders from a tile to its cells. The corners of a tile's cells fit the cache of a core.
const DEPTH: u8 = 5;

/// There are at most 196,608 tiles.
const MAX_TILE_ORDER: u8 = 7;

/// Shapes that one thread takes at a time.
const CHUNK: usize = 256;

/// Finds, for each cell of an order, the shapes that touch it.
///
/// The result is that of [`Shape::cover`](super::Shape::cover) for each of the shapes, turned round. It is found tile by
/// tile: first the tiles (cells five orders above) that each shape touches and which of its edges do, then for one tile after
/// the other the cells of all its shapes. So the corners of cells are computed once for all shapes. All cores are used.
///
/// It holds the vertices of the shapes, 16 bytes for each tile that each of them touches, and 4 bytes for each pair of cell
/// and shape that is found.
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
    order: u8,
    tile_order: u8,
    convention: Convention,
    region: Option<Cover>,
    shapes: u32,
    footprints: Vec<Footprint>,
    /// By the id of the tile.
    tiles: Vec<Vec<Entry>>,
}

impl Assigner {
    /// For cells of one order and convention.
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn new(order: u8, convention: Convention) -> Result<Self, CellError> {
        check_order(order)?;
        let tile_order = order.saturating_sub(DEPTH).min(MAX_TILE_ORDER);
        let tiles = (0..12_usize << (2 * tile_order)).map(|_| Vec::new()).collect();
        let (region, footprints) = (None, Vec::new());
        Ok(Self { order, tile_order, convention, region, shapes: 0, footprints, tiles })
    }

    /// Leaves out cells that have nothing in common with `region`, which must be of the same convention. To be called first.
    #[must_use]
    pub fn within(self, region: &Cover) -> Self {
        Self { region: Some(region.clone()), ..self }
    }

    /// Adds shapes, whose numbers go on from those added before.
    ///
    /// # Errors
    /// The place in `geometries` of the first that is no [`Shape`](super::Shape), and why; none of them is added then.
    /// [`ShapeError::TooMany`] with 2³² shapes.
    pub fn add(&mut self, geometries: &[Geometry<f64>]) -> Result<(), (usize, ShapeError)> {
        let shapes = geometries.len() + self.shapes as usize;
        let Ok(end) = u32::try_from(shapes) else { return Err((0, ShapeError::TooMany(shapes))) };
        let region = self.region.as_ref().map(|region| region.at_order(self.tile_order));
        let region = region.transpose().map_err(|e| (0, e.into()))?;
        let chunks: Result<Vec<_>, (usize, ShapeError)> = geometries
            .par_chunks(CHUNK)
            .enumerate()
            .map_init(Descent::default, |descent, (chunk, geometries)| {
                let first = chunk * CHUNK;
                self.tiles_of(descent, geometries, first, region.as_ref()).map_err(|(k, e)| (first + k, e))
            })
            .collect();
        for (footprints, entries) in chunks? {
            let begin = self.footprints.len() as u32;
            self.footprints.extend(footprints);
            for (tile, entry) in entries {
                let Some(list) = self.tiles.get_mut(tile as usize) else { continue };
                list.push(Entry { footprint: begin + entry.footprint, ..entry });
            }
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
        let Self { order, tile_order, convention, region, footprints, tiles, .. } = self;
        let cells = |(tile, entries): (usize, Vec<Entry>)| {
            let tile = Cell::new(tile as u64, tile_order);
            let mut leaves = Leaves::new(tile, order);
            leaves.fill(&entries, &footprints, convention);
            leaves.finish(region.as_ref())
        };
        let busy = tiles.into_iter().enumerate().filter(|(_, entries)| !entries.is_empty());
        // Tiles one by one: some have a thousand times the shapes of others.
        let found: Vec<Vec<_>> = busy.collect::<Vec<_>>().into_par_iter().with_max_len(1).map(cells).collect();
        found.into_iter().flatten().collect()
    }

    /// The footprints of some shapes, and the tiles they touch. Numbers of footprints begin at 0.
    #[expect(clippy::type_complexity, reason = "two lists and an error with its place")]
    fn tiles_of(
        &self,
        descent: &mut Descent,
        geometries: &[Geometry<f64>],
        first: usize,
        region: Option<&Cover>,
    ) -> Result<(Vec<Footprint>, Vec<(u64, Entry)>), (usize, ShapeError)> {
        let (mut footprints, mut entries) = (Vec::with_capacity(geometries.len()), Vec::new());
        let is_wanted = |tile: u64| {
            region.is_none_or(|region| region.intersects(tile, self.tile_order).unwrap_or(true))
        };
        for (k, geometry) in geometries.iter().enumerate() {
            let owner = self.shapes + (first + k) as u32;
            let shape = super::Shape::new(geometry, self.convention).map_err(|e| (k, e))?;
            for part in shape.into_parts() {
                let footprint = footprints.len() as u32;
                let before = entries.len();
                descent.run(&part, self.tile_order, &Anywhere, &mut |touch| match touch {
                    Touch::Inside(cell) => {
                        let down = 2 * (self.tile_order - cell.order);
                        let tiles = (cell.id() << down)..((cell.id() + 1) << down);
                        let inside = |tile| (tile, Entry::inside(footprint));
                        entries.extend(tiles.filter(|tile| is_wanted(*tile)).map(inside));
                    }
                    Touch::Edges { cell, edges, probe } => {
                        if is_wanted(cell.id()) {
                            entries.push((cell.id(), Entry::touching(footprint, &part, cell, edges, probe)));
                        }
                    }
                });
                if entries.len() > before {
                    footprints.push(Footprint::new(owner, part));
                }
            }
        }
        Ok((footprints, entries))
    }
}

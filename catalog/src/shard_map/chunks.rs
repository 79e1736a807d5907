//! The chunks of a rectilinear grid as cells.
//!
//! Straight lines of a projection are no great circles. So a chunk is covered with cells a sixteenth of its side, and has a
//! granule if any of these has: more than the granules that touch it by those that pass within a cell's width.

use geo_types::{Coord, Geometry, LineString, Polygon};
use zagg_udfs::cell::Convention;
use zagg_udfs::cell::cover::{Cover, Numbers, Shape};

use crate::{CatalogError, Projection, RectilinearGrid, Region};

/// Cells along the side of a chunk, at least.
const CELLS: f64 = 16.0;

/// Pieces into which the side of a chunk is cut.
const PIECES: u32 = 32;

pub(super) struct Chunks {
    order: u8,
    /// Those that have something in common with the region.
    covers: Vec<(u64, Cover)>,
    all: Cover,
}

impl Chunks {
    pub(super) fn new(
        grid: &RectilinearGrid,
        convention: Convention,
        region: Option<&Region>,
    ) -> Result<Self, CatalogError> {
        grid.check()?;
        let projection = Projection::new(&grid.crs)?;
        let chunks = (0..grid.chunk_count()).map(|chunk| Outline::new(grid, &projection, chunk));
        let chunks = chunks.collect::<Result<Vec<_>, _>>()?;
        let side = chunks.iter().map(|chunk| chunk.side).fold(f64::INFINITY, f64::min);
        let order = order_of_side(side / CELLS);
        let no_cell = |source| CatalogError::NoCell {
            what: format!("chunks as cells of order {order}"),
            source,
        };
        let wanted = region.map(|region| region.cover(order, convention)).transpose()?;
        let mut all = Cover::empty(order).map_err(no_cell)?;
        let mut covers = Vec::new();
        for (number, chunk) in (0..).zip(chunks) {
            let shape =
                Shape::new(&chunk.polygon, convention).map_err(|source| CatalogError::Grid {
                    grid: grid.to_string(),
                    reason: format!("chunk {number} is no place on Earth: {source}"),
                })?;
            let cover = shape.thickened(chunk.bend).cover(order).map_err(no_cell)?;
            if wanted.as_ref().is_none_or(|wanted| !wanted.intersection(&cover).is_empty()) {
                all = all.union(&cover);
                covers.push((number, cover));
            }
        }
        Ok(Self { order, covers, all })
    }

    pub(super) fn order(&self) -> u8 {
        self.order
    }

    /// All cells of the chunks.
    pub(super) fn all(&self) -> &Cover {
        &self.all
    }

    /// The granules of each chunk, from those of the cells, which ascend.
    pub(super) fn shards(&self, cells: &[(u64, Numbers)]) -> Vec<(u64, Numbers)> {
        let granules = |cover: &Cover| {
            let of_range = |range: &std::ops::Range<u64>| {
                let begin = cells.partition_point(|(cell, _)| *cell < range.start);
                let end = cells.partition_point(|(cell, _)| *cell < range.end);
                cells.get(begin..end).unwrap_or_default()
            };
            let mut granules: Vec<u32> = cover
                .ranges()
                .iter()
                .flat_map(of_range)
                .flat_map(|(_, granules)| granules.iter())
                .collect();
            granules.sort_unstable();
            granules.dedup();
            Numbers::from(granules)
        };
        let shards = self.covers.iter().map(|(chunk, cover)| (*chunk, granules(cover)));
        shards.filter(|(_, granules)| !granules.is_empty()).collect()
    }
}

/// The order whose cells have at most this side, in radians: a cell has the area of a square of 1.0233/2ᵒʳᵈᵉʳ.
fn order_of_side(side: f64) -> u8 {
    (0..29_u8).find(|order| 1.023_3 / f64::from(1_u32 << order) <= side).unwrap_or(29)
}

struct Outline {
    polygon: Geometry<f64>,
    /// The shorter of its sides, in radians.
    side: f64,
    /// How far its sides are from the arcs of the polygon, in radians.
    bend: f64,
}

impl Outline {
    fn new(
        grid: &RectilinearGrid,
        projection: &Projection,
        chunk: u64,
    ) -> Result<Self, CatalogError> {
        let ([top, left], [bottom, right]) = grid.pixels(chunk);
        let corners = [(top, left), (top, right), (bottom, right), (bottom, left)]
            .map(|(row, column)| grid.place(row as f64, column as f64));
        let at = |k: usize, t: f64| {
            let (from, to) = (corners[k % 4], corners[(k + 1) % 4]);
            projection.position(from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1))
        };
        let (mut ring, mut side, mut bend) = (Vec::new(), f64::INFINITY, 0.0_f64);
        for k in 0..4 {
            let mut length = 0.0;
            for piece in 0..PIECES {
                let t = |part: f64| (f64::from(piece) + part) / f64::from(PIECES);
                let (from, middle, to) = (at(k, t(0.0))?, at(k, t(0.5))?, at(k, t(1.0))?);
                ring.push(Coord { x: from.0, y: from.1 });
                length += chord(unit(from), unit(to));
                bend = bend.max(chord(unit(middle), halfway(unit(from), unit(to))));
            }
            side = side.min(length);
        }
        let polygon = Polygon::new(LineString(ring), Vec::new()).into();
        // Twice what is found in the middle of each piece, and 6 mm.
        Ok(Self { polygon, side, bend: 2.0 * bend + 1e-9 })
    }
}

type Vector = [f64; 3];

fn unit((lon, lat): (f64, f64)) -> Vector {
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

fn chord(a: Vector, b: Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

fn halfway(a: Vector, b: Vector) -> Vector {
    let sum: Vector = std::array::from_fn(|k| a[k] + b[k]);
    let length = chord(sum, [0.0; 3]).max(f64::MIN_POSITIVE);
    sum.map(|v| v / length)
}

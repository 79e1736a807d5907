//! A shape as tiles of cells.

use super::canvas::{At, Canvas};
use super::chart::{Curve, Curves, Place};
use super::tile::{Rows, TileGrid};
use crate::cell::cover::Shape;
use crate::cell::cover::descent::{Descent, Touch};
use crate::cell::cover::edge::Edge;
use crate::cell::cover::lattice::point;
use crate::cell::cover::part::Part;
use crate::cell::cover::vector::Vector;

/// Below this order cells are large, and their sides so much curves that drawing would not be worth its while.
const MIN_ORDER: u8 = 5;

/// No place of a base cell is further from its middle, in radians.
const BASE_RADIUS: f64 = 0.9;

/// What a thread draws with.
pub(super) struct Painter {
    grid: TileGrid,
    canvas: Canvas,
    descent: Descent,
    tiles: Vec<(u64, Rows)>,
}

/// Where drawing has come to.
struct Pen {
    at: Vector,
    place: Place,
    /// A base cell that is likely to have what comes next.
    base: u8,
}

impl Pen {
    fn at(at: Vector) -> Self {
        Self { at, place: Place::new(at), base: 0 }
    }

    /// The place of a vertex, which is mostly where the last edge has ended.
    fn place_of(&self, vertex: Vector) -> Place {
        if vertex == self.at { self.place } else { Place::new(vertex) }
    }
}

/// Whether what is within `reach` of a point is in its base cell.
fn is_in(p: At, reach: f64, side: f64) -> bool {
    let within = |v: f64| v > reach && v < side - reach;
    within(p.0) && within(p.1)
}

/// Whether all of a curve is in its base cell. A square is convex: a straight line is in it with both its ends, and a curve does
/// not leave the line by more than it bends.
fn is_within([p, m, q]: [At; 3], half: f64, side: f64) -> bool {
    let bend = |p: f64, m: f64, q: f64| (p + q - 2.0 * m).abs();
    let reach = half + bend(p.0, m.0, q.0).max(bend(p.1, m.1, q.1));
    is_in(p, reach, side) && is_in(q, reach, side)
}

impl Painter {
    pub(super) fn new(grid: &TileGrid) -> Self {
        let (canvas, descent, tiles) = (Canvas::new(grid), Descent::default(), Vec::new());
        Self { grid: *grid, canvas, descent, tiles }
    }

    /// The cells that a shape touches, in each tile once.
    pub(super) fn draw(&mut self, shape: Shape) -> impl Iterator<Item = (u64, Rows)> {
        let parts = shape.into_parts();
        for part in &parts {
            if self.outline(part).is_none() {
                self.canvas.clear();
                self.cover(part);
            }
        }
        if parts.len() > 1 {
            self.tiles.sort_unstable_by_key(|(tile, _)| *tile);
            self.tiles.dedup_by(|again, first| {
                let same = again.0 == first.0;
                if same {
                    first.1.iter_mut().zip(again.1).for_each(|(row, more)| *row |= more);
                }
                same
            });
        }
        self.tiles.drain(..)
    }

    /// Draws the edges and fills what is inside. `None` for a part for which that does not do.
    fn outline(&mut self, part: &Part) -> Option<()> {
        if self.grid.order() < MIN_ORDER {
            return None;
        }
        // Without one, an edge may go more than half way round.
        let cap = part.cap?;
        let mut pen = Pen::at(part.edges.first()?.a);
        for edge in &part.edges {
            self.edge(edge, &mut pen)?;
        }
        if !part.has_inside() {
            self.canvas.finish_lines(&self.grid, &mut self.tiles);
            return Some(());
        }
        let mut even = [false; 12];
        for (base, even) in (0_u8..).zip(&mut even) {
            if self.canvas.is_drawn(base) {
                let (row, is_odd) = self.canvas.free_row(base)?;
                let side = point(base, 0.0, (f64::from(row) + 0.5) / f64::from(self.grid.cells()));
                *even = part.contains(side)? ^ is_odd;
            } else if cap.radius > BASE_RADIUS / 2.0 {
                let middle = point(base, 0.5, 0.5);
                let is_away = cap.middle.angle(middle) > cap.radius + BASE_RADIUS;
                *even = !is_away && part.contains(middle)?;
            }
        }
        self.canvas.finish(&self.grid, even, &mut self.tiles);
        Some(())
    }

    /// Draws an edge in all base cells it comes to.
    fn edge(&mut self, edge: &Edge, pen: &mut Pen) -> Option<()> {
        let side = f64::from(self.grid.cells());
        let begin = pen.place_of(edge.a);
        let curves = Curves::new(edge, begin, side)?;
        let half = curves.half;
        let at = |place: Place, base: u8| place.on(base).map(|p| (p.0 * side, p.1 * side));
        let on = |[p, m, q]: Curve, base: u8| Some([at(p, base)?, at(m, base)?, at(q, base)?]);
        for curve in curves {
            match on(curve, pen.base) {
                Some(points) if is_within(points, half, side) => {
                    self.canvas.curve(pen.base, points, half);
                }
                _ => {
                    for other in 0..12 {
                        let Some(points) = on(curve, other) else { continue };
                        self.canvas.curve(other, points, half);
                        if is_in(points[2], half, side) {
                            pen.base = other;
                        }
                    }
                }
            }
            pen.place = curve[2];
        }
        pen.at = edge.b;
        Some(())
    }

    /// Finds the cells by descent.
    fn cover(&mut self, part: &Part) {
        let (canvas, order) = (&mut self.canvas, self.grid.order());
        self.descent.run(part, order, &mut |touch| match touch {
            Touch::Inside(cell) | Touch::Edges(cell) => canvas.mark(cell, order),
        });
        canvas.finish_lines(&self.grid, &mut self.tiles);
    }
}

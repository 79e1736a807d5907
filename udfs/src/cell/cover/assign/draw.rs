//! A shape as tiles of cells.

use super::canvas::Canvas;
use super::chart::{Lines, Place};
use super::tile::{Rows, TileGrid};
use crate::cell::cover::Shape;
use crate::cell::cover::descent::{Descent, Touch};
use crate::cell::cover::edge::Edge;
use crate::cell::cover::lattice::point;
use crate::cell::cover::part::Part;

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
        let mut base = 0;
        for edge in &part.edges {
            self.edge(edge, &mut base)?;
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

    /// Draws an edge in all base cells it comes to. `base` is one that is likely, and becomes the one where it ends.
    fn edge(&mut self, edge: &Edge, base: &mut u8) -> Option<()> {
        let side = f64::from(self.grid.cells());
        let lines = Lines::new(edge, side)?;
        let half = lines.half;
        let mut from = Place::new(edge.a);
        for to in lines.map(Place::new) {
            let on = |base: u8| {
                let (p, q) = (from.on(base)?, to.on(base)?);
                Some(((p.0 * side, p.1 * side), (q.0 * side, q.1 * side)))
            };
            // A square is convex: with both ends well within it, all of the line is.
            let within = |v: f64| v > half && v < side - half;
            let is_within = |p: (f64, f64)| within(p.0) && within(p.1);
            match on(*base) {
                Some((p, q)) if is_within(p) && is_within(q) => self.canvas.line(*base, p, q, half),
                _ => {
                    for other in 0..12 {
                        let Some((p, q)) = on(other) else { continue };
                        self.canvas.line(other, p, q, half);
                        if is_within(q) {
                            *base = other;
                        }
                    }
                }
            }
            from = to;
        }
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

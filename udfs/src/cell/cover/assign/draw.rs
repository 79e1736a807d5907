//! A shape as runs of cells in tiles.

use super::canvas::Canvas;
use super::chart::Frame;
use super::curves::{Curve, Curves};
use super::line::{At, greatest, least};
use super::log::{decode, encode};
use super::pictures::Pictures;
use super::tile::{Rows, SIDE, TileGrid};
use crate::cell::cover::Shape;
use crate::cell::cover::descent::{Descent, Touch};
use crate::cell::cover::lattice::point;
use crate::cell::cover::part::Part;
use crate::cell::cover::wide::{Work, run};

/// Below this order cells are large, and their sides so much curves that drawing would not be worth its while.
const MIN_ORDER: u8 = 5;

/// No place of a base cell is further from its middle, in radians.
const BASE_RADIUS: f64 = 0.9;

/// No base cell is within a shorter chord of a place.
const BASE_CHORD: f64 = 0.4;

/// What a thread draws with.
pub(super) struct Painter {
    grid: TileGrid,
    canvas: Canvas,
    curves: Curves,
    descent: Descent,
    /// Room for what is drawn of several parts, and of parts that are covered by descent.
    parts: Pictures,
    tiles: Vec<(u64, Rows)>,
}

/// Whether all of a curve is beyond one of the sides of a base cell.
#[inline(always)]
fn is_away(points: [At; 3], half: f64, side: f64) -> bool {
    let ([p, _, q], reach) = (points, half + bend(points));
    let beyond = |p: f64, q: f64| greatest(p, q) + reach < 0.0 || least(p, q) - reach > side;
    beyond(p.0, q.0) || beyond(p.1, q.1)
}

/// Whether what is within `reach` of a point is in its base cell.
#[inline(always)]
fn is_in(p: At, reach: f64, side: f64) -> bool {
    let within = |v: f64| (v > reach) & (v < side - reach);
    within(p.0) & within(p.1)
}

/// No part of a curve is further than this from the straight line between its ends.
#[inline(always)]
fn bend([p, m, q]: [At; 3]) -> f64 {
    greatest((p.0 + q.0 - 2.0 * m.0).abs(), (p.1 + q.1 - 2.0 * m.1).abs())
}

/// Whether all of a curve is in its base cell: a square, which holds a straight line with both its ends.
#[inline(always)]
fn is_within(points: [At; 3], half: f64, side: f64) -> bool {
    let reach = half + bend(points);
    is_in(points[0], reach, side) & is_in(points[2], reach, side)
}

/// The beginning, the middle and the end of a curve in a base cell.
#[inline(always)]
fn on(curve: &Curve, frame: &Frame, side: f64) -> Option<[At; 3]> {
    let mut points = [(0.0, 0.0); 3];
    for (point, place) in points.iter_mut().zip(&curve.places) {
        let (x, y) = frame.on(place)?;
        *point = (x * side, y * side);
    }
    Some(points)
}

/// Draws a curve in all base cells that it comes to, of which one is likely to be the only one.
#[inline(always)]
fn draw(canvas: &mut Canvas, curve: &Curve, side: f64, likely: &mut Frame) {
    let half = curve.half;
    if let Some(points) = on(curve, likely, side)
        && is_within(points, half, side)
    {
        return canvas.curve::<true>(likely.base, points, half);
    }
    draw_everywhere(canvas, curve, side, likely);
}

/// Not inlined: it is seldom done, and what is done for every curve should be short.
#[inline(never)]
fn draw_everywhere(canvas: &mut Canvas, curve: &Curve, side: f64, likely: &mut Frame) {
    let half = curve.half;
    let [p, m, q] = curve.places.map(|place| place.y);
    // As far as it may be from its ends, and as thick as it may be across a cell.
    let reach = (p + q - 2.0 * m).abs() + 2.0 * half / side;
    let (south, north) = (least(p, q) - reach, greatest(p, q) + reach);
    for frame in Frame::between(south, north) {
        let base = frame.base;
        let Some(points) = on(curve, &frame, side) else { continue };
        if !is_away(points, half, side) {
            canvas.curve::<false>(base, points, half);
        }
        if is_in(points[2], half, side) {
            *likely = frame;
        }
    }
}

/// Draws the edges of a part and fills what is inside. `None`, and nothing, for a part for which that does not do.
struct Outline<'a, W> {
    painter: &'a mut Painter,
    part: &'a Part,
    number: u32,
    wanted: &'a W,
    out: &'a mut Pictures,
}

impl<W: Fn(u64) -> bool> Work for Outline<'_, W> {
    type Output = Option<()>;

    #[inline(always)]
    fn run(self) -> Option<()> {
        let Self { painter, part, number, wanted, out } = self;
        let begin = out.len();
        painter.canvas.clear();
        if painter.lines(part).is_none() || painter.fill(part, number, wanted, out).is_none() {
            out.truncate(begin);
            return None;
        }
        Some(())
    }
}

impl Painter {
    pub(super) fn new(grid: &TileGrid) -> Self {
        let canvas = Canvas::new(grid.cells());
        let (curves, descent) = (Curves::default(), Descent::default());
        let (parts, tiles) = (Pictures::default(), Vec::new());
        Self { grid: *grid, canvas, curves, descent, parts, tiles }
    }

    /// The cells that a shape touches, in `wanted` tiles, each of them once.
    pub(super) fn draw(
        &mut self,
        shape: Shape,
        number: u32,
        wanted: &impl Fn(u64) -> bool,
        out: &mut Pictures,
    ) {
        let parts = shape.into_parts();
        if let [part] = parts.as_slice()
            && run(Outline { painter: self, part, number, wanted, out }).is_some()
        {
            return;
        }
        let mut drawn = std::mem::take(&mut self.parts);
        for part in &parts {
            let outline = Outline { painter: self, part, number, wanted, out: &mut drawn };
            // A single part has just been tried.
            if parts.len() == 1 || run(outline).is_none() {
                self.cover(part);
            }
        }
        self.tiles.extend(drawn.named().map(|(tile, _, runs)| (tile, decode(runs))));
        drawn.clear();
        self.parts = drawn;
        self.tiles.sort_unstable_by_key(|(tile, _)| *tile);
        let mut runs = Vec::new();
        for same in self.tiles.chunk_by(|a, b| a.0 == b.0) {
            let mut rows = [0; SIDE as usize];
            let all = same.iter().flat_map(|(_, rows)| rows.iter().enumerate());
            all.for_each(|(row, cells)| rows[row] |= cells);
            encode(&rows, &mut runs);
            if let Some((tile, _)) = same.first()
                && wanted(*tile)
            {
                out.push(*tile, number, runs.iter().copied());
            }
        }
        self.tiles.clear();
    }

    /// Draws the edges.
    #[inline(always)]
    fn lines(&mut self, part: &Part) -> Option<()> {
        if self.grid.order() < MIN_ORDER {
            return None;
        }
        let Self { grid, canvas, curves, .. } = self;
        let side = f64::from(grid.cells());
        let mut likely = Frame::new(0);
        for curve in curves.find(&part.edges, side)? {
            if curve.is_first {
                canvas.close();
                likely = Frame::of(&curve.places[0]);
            }
            draw(canvas, curve, side, &mut likely);
        }
        canvas.close();
        Some(())
    }

    /// Takes what is drawn, and what is inside, to the pictures.
    #[inline(always)]
    fn fill(
        &mut self,
        part: &Part,
        number: u32,
        wanted: &impl Fn(u64) -> bool,
        out: &mut Pictures,
    ) -> Option<()> {
        // Without one, an edge may go more than half way round.
        let cap = part.cap?;
        let Self { grid, canvas, .. } = self;
        // No base cell is in a cap that is smaller.
        let may_hold_bases = part.has_inside() && cap.chord >= BASE_CHORD;
        for base in 0..12 {
            let is_drawn = canvas.is_drawn(base);
            if !is_drawn && !may_hold_bases {
                continue;
            }
            canvas.lay(base);
            let even = if !part.has_inside() {
                None
            } else if is_drawn {
                let (row, is_odd) = canvas.free_row(base)?;
                let side = point(base, 0.0, (f64::from(row) + 0.5) / f64::from(grid.cells()));
                Some((cap.holds(side) && part.contains(side)?) ^ is_odd)
            } else {
                let middle = point(base, 0.5, 0.5);
                let is_away = cap.middle.angle(middle) > cap.radius() + BASE_RADIUS;
                Some(!is_away && part.contains(middle)?)
            };
            out.cut(&canvas.find(base, even)?, (grid, base), number, wanted);
        }
        Some(())
    }

    /// Finds the cells by descent.
    fn cover(&mut self, part: &Part) {
        let Self { grid, descent, tiles, .. } = self;
        descent.run(part, grid.order(), &mut |touch| match touch {
            Touch::Inside(cell) | Touch::Edges(cell) => {
                let (found, rows) = grid.tiles_of(cell);
                for tile in found {
                    // Cells of a tile follow each other.
                    match tiles.last_mut().filter(|(last, _)| *last == tile) {
                        Some((_, all)) => all.iter_mut().zip(rows).for_each(|(to, row)| *to |= row),
                        None => tiles.push((tile, rows)),
                    }
                }
            }
        });
    }
}

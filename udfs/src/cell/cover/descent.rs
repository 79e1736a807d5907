//! Down the tree of cells, with the edges that are near.

use super::edge::Edge;
use super::lattice::{CORNERS, Cell, Nine, bulge, nine, point};
use super::part::Part;
use super::vector::Vector;

/// Nearer than this to an edge, the side on which a point lies is not sure.
const UNSURE: f64 = 1e-12;

/// No corner of a base cell is further from its middle, in radians, with what its sides reach beyond.
const BASE_RADIUS: f64 = 1.0;

/// A number of an edge, and what is known of it within a cell.
#[derive(Debug, Clone, Copy)]
struct Near(u32);

impl Near {
    /// The cell lies between the two ends of the edge, so that the edge is as good as its great circle.
    const THROUGH: u32 = 1 << 31;
    /// The cell's probe is to the right of the edge.
    const RIGHT: u32 = 1 << 30;

    /// All of so many edges, with nothing known.
    fn all(edges: usize) -> Vec<Self> {
        (0..edges as u32).map(|index| Self(index & !(Self::THROUGH | Self::RIGHT))).collect()
    }

    fn index(self) -> usize {
        (self.0 & !(Self::THROUGH | Self::RIGHT)) as usize
    }

    fn is(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    fn with(self, flag: u32, on: bool) -> Self {
        if on { Self(self.0 | flag) } else { Self(self.0 & !flag) }
    }
}

/// A point within a cell, and whether it is inside the part. `None` where that could not be found out, so that what follows
/// from it counts as inside.
#[derive(Debug, Clone, Copy)]
struct Probe {
    at: Vector,
    inside: Option<bool>,
}

/// What a descent meets.
pub(super) enum Touch {
    /// A cell, of the last order or before, that is wholly inside: no edge comes near it.
    Inside(Cell),
    /// A cell of the last order that an edge touches; or one, also of an order before, of which it could not be found out
    /// whether it is inside.
    Edges(Cell),
}

/// Room for the lists of edges, kept from one descent to the next.
#[derive(Debug, Default)]
pub(super) struct Descent {
    lists: Vec<[Vec<Near>; 4]>,
}

/// What stays the same on the way down.
struct Way<'a> {
    edges: &'a [Edge],
    contains: &'a dyn Fn(Vector) -> Option<bool>,
    last: u8,
}

impl Descent {
    /// Visits the cells at order `last` that the edges touch, and the largest cells inside, in ascending order of ids.
    pub(super) fn run(&mut self, part: &Part, last: u8, sink: &mut impl FnMut(Touch)) {
        let all = Near::all(part.edges.len());
        let contains = |q: Vector| part.contains(q);
        for base in 0..12 {
            let cell = Cell { base, order: 0, i: 0, j: 0 };
            if part.cap.is_some_and(|cap| {
                cap.middle.angle(point(base, 0.5, 0.5)) > cap.radius() + BASE_RADIUS
            }) {
                continue;
            }
            let probe =
                part.has_inside().then(|| inner_probe(&nine(cell), [0, 2, 8, 6], &contains));
            // The base cells themselves are touched where a child is.
            let way = Way { edges: &part.edges, contains: &contains, last: last.max(1) };
            let (mut touched, mut inside) = (false, 0);
            self.split(&way, cell, &all, probe, &mut |touch: Touch| {
                if last > 0 {
                    sink(touch);
                } else {
                    touched = true;
                    inside += usize::from(matches!(touch, Touch::Inside(_)));
                }
            });
            match inside {
                4 => sink(Touch::Inside(cell)),
                _ if touched => sink(Touch::Edges(cell)),
                _ => {}
            }
        }
    }

    fn split(
        &mut self,
        way: &Way<'_>,
        cell: Cell,
        near: &[Near],
        probe: Option<Probe>,
        sink: &mut impl FnMut(Touch),
    ) {
        let depth = usize::from(cell.order);
        if self.lists.len() <= depth {
            self.lists.resize_with(depth + 1, Default::default);
        }
        let Some(mut lists) = self.lists.get_mut(depth).map(std::mem::take) else { return };
        lists.iter_mut().for_each(Vec::clear);

        let nine = nine(cell);
        let order = cell.order + 1;
        let middle = nine.at(4);
        let thick = bulge(order, (middle.x * middle.x + middle.y * middle.y).sqrt());
        let mut step = Step::new(probe, middle);
        for &one in near {
            let Some(edge) = way.edges.get(one.index()) else { continue };
            let dots = nine.dots(edge.normal);
            let right = dots[4] < 0.0;
            step.follow(edge, one, dots[4]);
            let margin = edge.margin + thick;
            let one = one.with(Near::RIGHT, right);
            let hits = if one.is(Near::THROUGH) {
                touched(&dots, margin).map(|hit| hit.then_some(one))
            } else {
                let ends = (nine.dots(edge.start()), nine.dots(edge.end()));
                let mut hits = touched(&dots, margin).map(|hit| hit.then_some(one));
                for (hit, corners) in hits.iter_mut().zip(CORNERS) {
                    let least = |d: &[f64; 9]| {
                        corners.map(|k| d[k]).into_iter().fold(f64::INFINITY, f64::min)
                    };
                    let most = |d: &[f64; 9]| {
                        corners.map(|k| d[k]).into_iter().fold(f64::NEG_INFINITY, f64::max)
                    };
                    if most(&ends.0) < -margin || most(&ends.1) < -margin {
                        *hit = None;
                    } else if least(&ends.0) >= 0.0 && least(&ends.1) >= 0.0 {
                        *hit = hit.map(|near| near.with(Near::THROUGH, true));
                    } else if order == way.last && is_beside(&nine, corners, edge, margin) {
                        *hit = None;
                    }
                }
                hits
            };
            for (list, hit) in lists.iter_mut().zip(hits) {
                list.extend(hit);
            }
        }

        let probe = step.probe();
        for (c, (list, corners)) in lists.iter_mut().zip(CORNERS).enumerate() {
            let child = cell.child(c as u32 & 1, c as u32 >> 1);
            let probe = match probe {
                Some(probe) if probe.inside.is_none() => {
                    let probe = inner_probe(&nine, corners, way.contains);
                    for near in list.iter_mut() {
                        let right = way
                            .edges
                            .get(near.index())
                            .is_some_and(|e| e.normal.dot(probe.at) < 0.0);
                        *near = near.with(Near::RIGHT, right);
                    }
                    Some(probe)
                }
                known => known,
            };
            if list.is_empty() {
                match probe.map(|probe| probe.inside) {
                    Some(Some(true)) => sink(Touch::Inside(child)),
                    Some(None) => sink(Touch::Edges(child)),
                    Some(Some(false)) | None => {}
                }
            } else if order == way.last {
                sink(Touch::Edges(child));
            } else {
                self.split(way, child, list, probe, sink);
            }
        }
        if let Some(place) = self.lists.get_mut(depth) {
            *place = lists;
        }
    }
}

/// From the probe of a cell to the middle of it, which is a corner of all its children.
struct Step {
    from: Option<Probe>,
    to: Vector,
    inside: Option<bool>,
}

impl Step {
    fn new(from: Option<Probe>, to: Vector) -> Self {
        Self { from, to, inside: from.and_then(|probe| probe.inside) }
    }

    /// Counts an edge near the cell. `dot` is that of the middle with the edge's normal.
    #[inline(always)]
    fn follow(&mut self, edge: &Edge, near: Near, dot: f64) {
        let (Some(from), Some(inside)) = (self.from, self.inside) else { return };
        self.inside = if near.is(Near::THROUGH) {
            (dot.abs() > UNSURE).then_some(inside ^ (near.is(Near::RIGHT) != (dot < 0.0)))
        } else {
            edge.crosses(from.at, self.to, from.at.cross(self.to)).map(|crossed| inside ^ crossed)
        };
    }

    fn probe(self) -> Option<Probe> {
        self.from.map(|_| Probe { at: self.to, inside: self.inside })
    }
}

/// Which children reach within `margin` of a great circle, by the products of their corners with its normal.
#[inline(always)]
fn touched(dots: &[f64; 9], margin: f64) -> [bool; 4] {
    // Of two neighbours in a row, then of two such pairs.
    let pair = |k: usize| (dots[k].min(dots[k + 1]), dots[k].max(dots[k + 1]));
    let rows = [[pair(0), pair(1)], [pair(3), pair(4)], [pair(6), pair(7)]];
    let hit = |a: (f64, f64), b: (f64, f64)| a.0.min(b.0) <= margin && a.1.max(b.1) >= -margin;
    [
        hit(rows[0][0], rows[1][0]),
        hit(rows[0][1], rows[1][1]),
        hit(rows[1][0], rows[2][0]),
        hit(rows[1][1], rows[2][1]),
    ]
}

/// Whether a side of a cell has the whole edge outside.
fn is_beside(nine: &Nine, corners: [usize; 4], edge: &Edge, margin: f64) -> bool {
    let corners = corners.map(|k| nine.at(k));
    (0..4).any(|k| {
        let inward = corners[k].normal(corners[(k + 1) % 4]);
        let beyond = -margin * inward.norm();
        inward.dot(edge.a) < beyond && inward.dot(edge.b) < beyond
    })
}

/// A point within four corners for which it is sure whether it is inside.
fn inner_probe(
    nine: &Nine,
    corners: [usize; 4],
    contains: &dyn Fn(Vector) -> Option<bool>,
) -> Probe {
    let corners = corners.map(|k| nine.at(k));
    // No particular points, so that it takes bad luck for an edge to pass through one.
    let weights = [
        [0.282_2, 0.231_7, 0.255_3, 0.230_8],
        [0.461_3, 0.173_9, 0.211_1, 0.153_7],
        [0.127_7, 0.442_3, 0.193_1, 0.236_9],
        [0.203_9, 0.151_3, 0.177_1, 0.467_7],
        [0.219_7, 0.163_1, 0.478_9, 0.138_3],
    ];
    let mut at = Vector::ZERO;
    for weights in weights {
        let sum =
            corners.iter().zip(weights).fold(Vector::ZERO, |sum, (c, w)| sum.plus(c.times(w)));
        at = sum.unit();
        if let Some(inside) = contains(at) {
            return Probe { at, inside: Some(inside) };
        }
    }
    Probe { at, inside: None }
}

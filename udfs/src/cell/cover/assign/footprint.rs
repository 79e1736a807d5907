//! What is kept of a shape between finding its tiles and its cells.

use crate::cell::Convention;
use crate::cell::cover::descent::{Near, Probe};
use crate::cell::cover::edge::Edge;
use crate::cell::cover::lattice::{Cell, point};
use crate::cell::cover::part::Part;
use crate::cell::cover::vector::Vector;

/// A part of a shape.
#[derive(Debug)]
pub(super) struct Footprint {
    /// The number of the shape.
    pub(super) owner: u32,
    outline: Outline,
}

/// What edges are made of. Nearly all footprints are one ring, and an edge has five times the size of its vertex.
#[derive(Debug)]
enum Outline {
    Ring(Box<[Vector]>),
    Part(Box<Part>),
}

impl Footprint {
    pub(super) fn new(owner: u32, part: Part) -> Self {
        let outline = match part.vertices() {
            Some(vertices) => Outline::Ring(vertices),
            None => Outline::Part(Box::new(part)),
        };
        Self { owner, outline }
    }

    fn count(&self) -> usize {
        match &self.outline {
            Outline::Ring(vertices) => vertices.len(),
            Outline::Part(part) => part.edges.len(),
        }
    }

    fn edge(&self, index: usize) -> Option<Edge> {
        match &self.outline {
            Outline::Ring(vertices) => {
                let next = if index + 1 == vertices.len() { 0 } else { index + 1 };
                Some(Edge::new(*vertices.get(index)?, *vertices.get(next)?, 0.0))
            }
            Outline::Part(part) => part.edges.get(index).copied(),
        }
    }

    /// The edges of an entry.
    pub(super) fn edges_of(&self, entry: &Entry, out: &mut Vec<Edge>) {
        out.clear();
        let count = self.count();
        let mut marks = entry.marks;
        while marks != 0 {
            let mark = marks.trailing_zeros() as usize;
            marks &= marks - 1;
            // With up to 64 edges, each has a mark of its own.
            let range = if count <= 64 {
                mark..mark + 1
            } else {
                (mark * count).div_ceil(64)..((mark + 1) * count).div_ceil(64)
            };
            out.extend(range.filter_map(|index| self.edge(index)));
        }
    }

    pub(super) fn has_inside(&self) -> bool {
        match &self.outline {
            Outline::Ring(_) => true,
            Outline::Part(part) => part.has_inside(),
        }
    }

    /// As [`Part::contains`], for the rare case that nothing nearer says it.
    pub(super) fn contains(&self, q: Vector, convention: Convention) -> Option<bool> {
        match &self.outline {
            Outline::Ring(vertices) => Part::of_vertices(vertices, convention).contains(q),
            Outline::Part(part) => part.contains(q),
        }
    }
}

/// A footprint in a tile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) footprint: u32,
    pub(super) state: State,
    /// Which edges touch the tile: bit `64·index / count` where there are more than 64.
    pub(super) marks: u64,
}

/// Whether the tile's probe is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Inside,
    Outside,
    Unknown,
    /// Not only the probe, but the whole tile.
    Whole,
}

impl Entry {
    pub(super) fn inside(footprint: u32) -> Self {
        Self { footprint, state: State::Whole, marks: 0 }
    }

    pub(super) fn touching(
        footprint: u32,
        part: &Part,
        tile: Cell,
        edges: &[Near],
        probe: Option<Probe>,
    ) -> Self {
        let count = part.edges.len();
        let mark = |near: &Near| if count <= 64 { near.index() } else { near.index() * 64 / count };
        let marks = edges.iter().fold(0, |marks, near| marks | 1_u64 << (mark(near) & 63));
        let state = probe.map_or(State::Outside, |probe| {
            let at = probe_of(tile);
            let near = edges.iter().filter_map(|near| part.edges.get(near.index()));
            match moved(probe, at, near).or_else(|| part.contains(at)) {
                Some(true) => State::Inside,
                Some(false) => State::Outside,
                None => State::Unknown,
            }
        });
        Self { footprint, state, marks }
    }
}

/// Where all entries of a tile have their probe. It is no particular point of it.
pub(super) fn probe_of(tile: Cell) -> Vector {
    let side = 0.5_f64.powi(i32::from(tile.order));
    point(tile.base, (f64::from(tile.i) + 0.473_1) * side, (f64::from(tile.j) + 0.538_7) * side)
}

/// Whether `at` is inside, by the edges near a probe.
fn moved<'a>(probe: Probe, at: Vector, near: impl Iterator<Item = &'a Edge>) -> Option<bool> {
    let mut inside = probe.inside?;
    for edge in near {
        inside ^= edge.crosses(probe.at, at)?;
    }
    Some(inside)
}

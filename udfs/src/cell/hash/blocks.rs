//! The kernel: cells by blocks of positions, in code that the compiler turns into vector instructions.
//!
//! The projection of [`project`] is close to the reference but does not round like it, so the two can disagree on which
//! side of a cell edge a position lies. The kernel gives an id only where I·2ᵒʳᵈᵉʳ and J·2ᵒʳᵈᵉʳ are further than
//! [`GUARD`]·2ᵒʳᵈᵉʳ from any integer, so that no edge of a cell of that order is within `GUARD`; every other position
//! goes to the reference, and so does what is no position, or has a longitude beyond two turns.
//!
//! # Why the guard is wide enough
//!
//! Largest errors of I and J against exact arithmetic, in units of 1e-15, u = 2⁻⁵³ = 0.11:
//!
//! | kernel | | reference | |
//! |---|---|---|---|
//! | t: 1/90 and the product, up to 8; less ½ | 24u = 2.7 | longitude + 360 | 4u = 0.4 |
//! | S: its polynomial, and evaluating it | 1.3 + 4u = 1.7 | to radians, times 4/π, up to 4 | 16u = 1.8 |
//! | Y: from S, or from the belt's polynomial | u = 0.1 | β, off by 1.57·7u = 1.2; S takes √6/2 of it | 1.5 |
//! | A = q + x·S, up to 9 | 10u = 1.1 | cosine, and its argument | 8u = 0.9 |
//! | I, J; in cells less ½; up to 10 | 20u = 2.2 | sums, up to 2, halved | 4u = 0.4 |
//! | together | 7.8 | together | 5.0 |
//!
//! Where the two take different sides of the transition, S is off 1 by no more than these errors of S, which adds at
//! most 2. All together stay below 1.5e-14. The guard is more than seven times that, and a test measures how far apart
//! the two come.
//!
//! The choice of a base cell is no case of its own: base cells meet where I or J is an integer.

use super::grid::Grid;
use super::id::Id;
use super::project::{MAX_LONGITUDE, project};
use super::reference::Reference;

/// Positions per block.
const LANES: usize = 64;

/// The distance to a cell edge below which the reference decides, in widths of a base cell: 1.1e-13, or 0.7 µm on the
/// ground.
pub(super) const GUARD: f64 = 1.0 / (1_u64 << 43) as f64;

/// The last order at which I and J of a base cell fit 16 bits each.
const NARROW_ORDER: u8 = 16;

type Lanes<T> = [T; LANES];

/// What became of the positions of a slice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Those that are no position.
    pub(super) invalid: usize,
    /// Those that the reference decided, with the invalid ones.
    pub(super) redone: usize,
}

/// The cells of equally long slices.
#[inline(always)]
pub(super) fn fill<I: Id, const FMA: bool>(
    reference: &Reference,
    lon: &[f64],
    lat: &[f64],
    out: &mut [I],
) -> Tally {
    use crate::cell::Convention::{Authalic, Sphere};
    let narrow = size_of::<I>() == size_of::<u32>() || reference.order() <= NARROW_ORDER;
    match (reference.convention(), narrow) {
        (Authalic, true) => blocks::<I, true, true, FMA>(reference, lon, lat, out),
        (Authalic, false) => blocks::<I, true, false, FMA>(reference, lon, lat, out),
        (Sphere, true) => blocks::<I, false, true, FMA>(reference, lon, lat, out),
        (Sphere, false) => blocks::<I, false, false, FMA>(reference, lon, lat, out),
    }
}

#[inline(always)]
fn blocks<I: Id, const IS_AUTHALIC: bool, const NARROW: bool, const FMA: bool>(
    reference: &Reference,
    lon: &[f64],
    lat: &[f64],
    out: &mut [I],
) -> Tally {
    let grid = Grid::new(reference.order());
    let (lons, last_lon) = lon.as_chunks::<LANES>();
    let (lats, last_lat) = lat.as_chunks::<LANES>();
    let (outs, last_out) = out.as_chunks_mut::<LANES>();
    let mut tally = Tally::default();
    for ((lon, lat), out) in lons.iter().zip(lats).zip(outs) {
        if block::<I, IS_AUTHALIC, NARROW, FMA>(&grid, lon, lat, out) {
            redo(reference, lon, lat, out, &mut tally);
        }
    }
    if !last_out.is_empty() {
        let (mut lon, mut lat, mut cells) = ([0.0; LANES], [0.0; LANES], [I::NONE; LANES]);
        // A few positions cost less one by one than a block of them does.
        if last_out.len() > 2 {
            lon.iter_mut().zip(last_lon).for_each(|(to, from)| *to = *from);
            lat.iter_mut().zip(last_lat).for_each(|(to, from)| *to = *from);
            block::<I, IS_AUTHALIC, NARROW, FMA>(&grid, &lon, &lat, &mut cells);
        }
        last_out.iter_mut().zip(cells).for_each(|(to, from)| *to = from);
        redo(reference, last_lon, last_lat, last_out, &mut tally);
    }
    tally
}

/// Gives the places that hold [`Id::NONE`] to the reference.
#[cold]
#[inline(never)]
pub(super) fn redo<I: Id>(
    reference: &Reference,
    lon: &[f64],
    lat: &[f64],
    out: &mut [I],
    tally: &mut Tally,
) {
    for ((&lon, &lat), out) in lon.iter().zip(lat).zip(out).filter(|(_, out)| **out == I::NONE) {
        tally.redone += 1;
        match reference.cell(lon, lat) {
            Some(cell) => *out = I::truncate(cell),
            None => tally.invalid += 1,
        }
    }
}

/// Writes the ids of a block, and [`Id::NONE`] for positions that the reference has to decide; returns whether there are
/// any.
#[inline(always)]
fn block<I: Id, const IS_AUTHALIC: bool, const NARROW: bool, const FMA: bool>(
    grid: &Grid,
    lon: &Lanes<f64>,
    lat: &Lanes<f64>,
    out: &mut Lanes<I>,
) -> bool {
    let mut any = 0;
    for ((&lon, &lat), out) in lon.iter().zip(lat).zip(out) {
        let (i, j) = project::<IS_AUTHALIC, FMA>(lon, lat);
        let (i, i_off) = grid.floor::<FMA>(i);
        let (j, j_off) = grid.floor::<FMA>(j);
        let off = if i_off > j_off { i_off } else { j_off };
        // A NaN fails the comparison it gets into.
        let is_sure = (off < grid.sure) & (lat.abs() <= 90.0) & (lon.abs() <= MAX_LONGITUDE);
        let unsure = if is_sure { 0 } else { u64::MAX };
        *out = I::truncate(grid.id::<NARROW>(i, j) | unsure);
        any |= unsure;
    }
    any != 0
}

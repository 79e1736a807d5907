//! From coordinates along base cells to ids of one order.

use super::blocks::GUARD;
use super::project::{ROUND, mul_add};

/// A multiple of 4, which makes the base-cell coordinates positive and leaves their remainders by 4 alone.
const TURNS: u64 = 12;

/// The constants of one order.
pub(super) struct Grid {
    order: u32,
    /// Cells along the edge of a base cell, 2ᵒʳᵈᵉʳ.
    side: f64,
    /// Rounds to an integer in its low bits, [`TURNS`] base cells up.
    round: f64,
    mask: u64,
    /// A coordinate whose distance to the middle of its cell is less than this is further from the edges than the guard.
    pub(super) sure: f64,
}

impl Grid {
    pub(super) fn new(order: u8) -> Self {
        let side = 1_u64 << order;
        Self {
            order: order.into(),
            side: side as f64,
            round: ROUND + (TURNS * side) as f64,
            mask: side - 1,
            sure: 0.5 - GUARD * side as f64,
        }
    }

    /// The integer part of a coordinate in cells, [`TURNS`] base cells up, and the distance to the middle between it and
    /// the next, at most ½. At ½ the integer may be one too low.
    #[inline(always)]
    pub(super) fn floor<const FMA: bool>(&self, coordinate: f64) -> (u64, f64) {
        let cells = mul_add::<FMA>(coordinate, self.side, -0.5);
        let rounded = cells + self.round;
        let off = cells - (rounded - self.round);
        (rounded.to_bits() ^ ROUND.to_bits(), off.abs())
    }

    /// The NESTED id of a cell by the integer parts of its two coordinates.
    ///
    /// The parts in base cells add up to 0 in the north, -1 in the belt and -2 in the south.
    #[inline(always)]
    pub(super) fn id<const NARROW: bool>(&self, i: u64, j: u64) -> u64 {
        let (base_i, base_j) = (i >> self.order, j >> self.order);
        let row = (2 * TURNS).wrapping_sub(base_i.wrapping_add(base_j));
        let column = (base_i.wrapping_add(row.wrapping_add(1) >> 1)) & 3;
        let base = (row << 2).wrapping_add(column);
        let (i, j) = (i & self.mask, j & self.mask);
        (base << (2 * self.order)) | if NARROW { weave_narrow(i, j) } else { weave(i, j) }
    }
}

/// The bits of `i` in even places and those of `j` in odd ones; both have 32 bits at most.
#[inline(always)]
fn weave(i: u64, j: u64) -> u64 {
    spread(i) | (spread(j) << 1)
}

#[inline(always)]
fn spread(x: u64) -> u64 {
    let x = (x | (x << 16)) & 0x0000_ffff_0000_ffff;
    spread_halves(x)
}

/// [`spread`] for the two halves by themselves, of 16 bits each.
#[inline(always)]
fn spread_halves(x: u64) -> u64 {
    let x = (x | (x << 8)) & 0x00ff_00ff_00ff_00ff;
    let x = (x | (x << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    let x = (x | (x << 2)) & 0x3333_3333_3333_3333;
    (x | (x << 1)) & 0x5555_5555_5555_5555
}

/// [`weave`] for 16 bits at most, at half the work.
#[inline(always)]
fn weave_narrow(i: u64, j: u64) -> u64 {
    let both = spread_halves(i | (j << 32));
    (both | (both >> 31)) & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weaves_put_i_in_even_places() {
        for bit in 0..32 {
            assert_eq!(weave(1 << bit, 0), 1 << (2 * bit));
            assert_eq!(weave(0, 1 << bit), 2 << (2 * bit));
        }
        for (i, j) in [(0, 0), (0xffff, 0), (0, 0xffff), (0xffff, 0xffff), (0x1234, 0xfedc)] {
            assert_eq!(weave_narrow(i, j), weave(i, j));
        }
    }
}

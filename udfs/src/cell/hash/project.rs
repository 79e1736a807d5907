//! The HEALPix projection without branches, so that a loop over it runs on vectors.
//!
//! Coordinates I and J run along the two edges of the base cells, and one base cell is 1 wide in each. They are continuous
//! from the belt into the caps: with t the longitude in quarter turns, q its integer part and x = t − q − ½,
//!
//! ```text
//! belt   Y = ¾ sin β        A = q + x
//! caps   Y = ±(1 − S/2)     A = q + x·S       S = √(3(1 − |sin β|))
//! I = Y + A                 J = Y − A
//! ```
//!
//! (Górski et al. 2005, equations 25 to 30, turned by 45° and halved.) S reaches 1 where the caps meet the belt, and there
//! both lines agree in value and slope, so that it does not matter which of them a position at the transition takes.

use super::fit::{AUTHALIC, Fit, Polynomial, SPHERE};

/// Longitudes up to two turns either way are projected; the error grows with them.
pub(super) const MAX_LONGITUDE: f64 = 720.0;

/// Added and taken away again, it rounds to an integer: doubles are 1 apart from 2⁵² to 2⁵³.
pub(super) const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;

/// I and J of a position in degrees. I is in -11..10, J too. What comes out for what is no position, or beyond
/// [`MAX_LONGITUDE`], has no meaning.
#[inline(always)]
pub(super) fn project<const IS_AUTHALIC: bool, const FMA: bool>(lon: f64, lat: f64) -> (f64, f64) {
    let fit: &Fit = if IS_AUTHALIC { &AUTHALIC } else { &SPHERE };
    let from_equator = lat.abs();
    let belt = odd::<FMA>(&fit.belt, from_equator);
    let cap = odd::<FMA>(&fit.cap, 90.0 - from_equator);
    let (y, width) = if cap < 1.0 { (mul_add::<FMA>(cap, -0.5, 1.0), cap) } else { (belt, 1.0) };
    let y = y.copysign(lat);

    let t = mul_add::<FMA>(lon, 1.0 / 90.0, -0.5);
    // A tie, at a multiple of 90°, goes to either side: x is then ±½, which is the same place.
    let q = (t + ROUND) - ROUND;
    let a = mul_add::<FMA>(t - q, width, q);
    (y + a, y - a)
}

/// `x·p(x²)`, by halves of halves: a chain of seven steps would be what every block waits for.
#[inline(always)]
fn odd<const FMA: bool>(&[c0, c1, c2, c3, c4, c5, c6, c7]: &Polynomial, x: f64) -> f64 {
    let x2 = x * x;
    let x4 = x2 * x2;
    let pair = |low, high| mul_add::<FMA>(high, x2, low);
    let low = mul_add::<FMA>(pair(c2, c3), x4, pair(c0, c1));
    let high = mul_add::<FMA>(pair(c6, c7), x4, pair(c4, c5));
    mul_add::<FMA>(high, x4 * x4, low) * x
}

/// `a·b + c`, with one rounding where the hardware has an instruction for it.
#[inline(always)]
pub(super) fn mul_add<const FMA: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

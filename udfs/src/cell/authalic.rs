//! Geodetic to authalic latitude and back on WGS84, by trigonometric series.
//!
//! The authalic latitude β maps the ellipsoid on a sphere of equal area. Up to the tenth power of the eccentricity
//! `β = φ + Σ Fₖ sin 2kφ` and `φ = β + Σ Iₖ sin 2kβ`, k = 1..=5, in radians. The coefficients are rational
//! polynomials in e²; over the whole globe the truncation is below 1e-14 rad (measured against the closed form
//! `asin(q(φ)/q(π/2))`), which is 0.1 µm on the ground.

use std::f64::consts::PI;

const RADIANS: f64 = PI / 180.0;
const DEGREES: f64 = 180.0 / PI;

type Series = [f64; 5];

/// F₁..F₅, the rational polynomials in e² evaluated for WGS84 (e² = f(2 − f), 1/f = 298.257223563).
pub(super) const FORWARD: Series = [
    -2.239209838675227e-3,
    2.1308606485738993e-6,
    -2.559256337208667e-9,
    3.3697737654354336e-12,
    -4.588929064620166e-15,
];

/// I₁..I₅, likewise.
const INVERSE: Series = [
    2.2392089963512124e-3,
    2.8831978016452436e-6,
    5.0862181980365645e-9,
    1.0200516873164103e-11,
    2.156402582593561e-14,
];

/// `x + Σ cₖ sin 2kx` with one sine and one cosine: `sin 2kx` follows from the recurrence
/// `sin 2(k+1)x = 2 cos 2x · sin 2kx − sin 2(k−1)x`. The order of operations is part of the result.
#[inline]
fn evaluate(x: f64, series: &Series) -> f64 {
    let (sin, cos) = (2.0 * x).sin_cos();
    let twice = 2.0 * cos;
    let [first, rest @ ..] = series;
    let (mut before, mut term, mut sum) = (0.0, sin, first * sin);
    for coefficient in rest {
        let next = twice * term - before;
        before = term;
        term = next;
        sum += coefficient * next;
    }
    x + sum
}

#[inline]
fn convert(degrees: f64, series: &Series) -> f64 {
    (evaluate(degrees * RADIANS, series) * DEGREES).clamp(-90.0, 90.0)
}

/// Authalic latitude in degrees of a geodetic latitude in degrees within ±90. 0 and ±90 are kept exactly.
/// A NaN stays NaN; what lies outside ±90 is no latitude, and the result is clamped to ±90.
///
/// ```
/// use zagg_udfs::cell::{authalic_to_geodetic, geodetic_to_authalic};
///
/// let authalic = geodetic_to_authalic(45.0);
/// assert!((authalic - 44.8717).abs() < 1e-4);
/// assert!((authalic_to_geodetic(authalic) - 45.0).abs() < 1e-12);
/// ```
#[inline]
pub fn geodetic_to_authalic(degrees: f64) -> f64 {
    convert(degrees, &FORWARD)
}

/// Geodetic latitude in degrees of an authalic latitude in degrees: the inverse of [`geodetic_to_authalic`].
#[inline]
pub fn authalic_to_geodetic(degrees: f64) -> f64 {
    convert(degrees, &INVERSE)
}

/// Authalic latitude in radians of a geodetic one in degrees.
///
/// It goes through degrees like the public function: that round trip moves the last place, and ids at order 29 with it.
#[inline]
pub(super) fn authalic_radians(degrees: f64) -> f64 {
    geodetic_to_authalic(degrees) * RADIANS
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLATTENING: f64 = 1.0 / 298.257223563;
    const E2: f64 = FLATTENING * (2.0 - FLATTENING);

    /// Coefficients of F₁..F₅ and I₁..I₅, each in rising powers of e², the first one of power k.
    const RATIONALS: [&[f64]; 10] = [
        &[-1.0 / 3.0, -31.0 / 180.0, -59.0 / 560.0, -42811.0 / 604800.0, -605399.0 / 11975040.0],
        &[17.0 / 360.0, 61.0 / 1260.0, 76969.0 / 1814400.0, 215431.0 / 5987520.0],
        &[-383.0 / 45360.0, -3347.0 / 259200.0, -1751791.0 / 119750400.0],
        &[6007.0 / 3628800.0, 201293.0 / 59875200.0],
        &[-5839.0 / 17107200.0],
        &[1.0 / 3.0, 31.0 / 180.0, 517.0 / 5040.0, 120389.0 / 1814400.0, 1362253.0 / 29937600.0],
        &[23.0 / 360.0, 251.0 / 3780.0, 102287.0 / 1814400.0, 450739.0 / 9979200.0],
        &[761.0 / 45360.0, 47561.0 / 1814400.0, 434501.0 / 14968800.0],
        &[6059.0 / 1209600.0, 625511.0 / 59875200.0],
        &[48017.0 / 29937600.0],
    ];

    #[test]
    fn coefficients_follow_from_the_ellipsoid() {
        assert_eq!(E2, 0.0066943799901413165);
        for (index, (found, rationals)) in FORWARD.iter().chain(&INVERSE).zip(RATIONALS).enumerate()
        {
            let polynomial = rationals.iter().rev().fold(0.0, |sum, c| sum * E2 + c);
            let expected = polynomial * E2.powi(index as i32 % 5 + 1);
            assert!(
                (found / expected - 1.0).abs() < 4.0 * f64::EPSILON,
                "{index}: {found} {expected}"
            );
        }
    }

    #[test]
    fn fixed_points_are_exact() {
        for latitude in [-90.0, 0.0, 90.0] {
            assert_eq!(geodetic_to_authalic(latitude), latitude);
            assert_eq!(authalic_to_geodetic(latitude), latitude);
        }
        assert!(geodetic_to_authalic(f64::NAN).is_nan());
    }

    /// The closed form, from Snyder, *Map Projections*, equations 3-11 and 3-12.
    #[test]
    fn series_agrees_with_the_closed_form() {
        let e = E2.sqrt();
        let q = |s: f64| (1.0 - E2) * (s / (1.0 - E2 * s * s) + (e * s).atanh() / e);
        for step in -84..=84 {
            let latitude = f64::from(step);
            let expected = (q(latitude.to_radians().sin()) / q(1.0)).asin().to_degrees();
            // asin loses digits towards the poles, so the comparison does too.
            let tolerance = 4e-14 / latitude.to_radians().cos().max(1e-2) + 3e-14;
            assert!(
                (geodetic_to_authalic(latitude) - expected).abs() < tolerance * 4.0,
                "{latitude}"
            );
        }
    }

    #[test]
    fn inverse_undoes_forward() {
        for step in -9000..=9000 {
            let latitude = f64::from(step) / 100.0;
            let back = authalic_to_geodetic(geodetic_to_authalic(latitude));
            assert!((back - latitude).abs() < 2e-12, "{latitude} {back}");
        }
    }
}

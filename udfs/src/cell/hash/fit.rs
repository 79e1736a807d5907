//! The polynomials of the kernel, printed by `fit.py` beside this file.
//!
//! Each stands for an odd function of an angle x in degrees, as x times a polynomial in x², lowest power first. With b(x)
//! the latitude on the HEALPix sphere, by the convention:
//!
//! | name | function | up to | off by at most: authalic, sphere |
//! |---|---|---|---|
//! | `belt` | ¾ sin b(x) | the transition latitude, near 41.9 | 1.7e-16, 3.0e-17 |
//! | `cap` | √6 sin((90 − b(90 − x)) / 2) | its colatitude, near 48.1 | 1.3e-15, 5.5e-17 |
//!
//! Beyond its range, `cap` stays above 1, the value at the transition, up to 90.
//!
//! For [`authalic`](AUTHALIC), b is the series of `authalic.rs` and not the closed form, so that its truncation is no
//! difference between the kernel and the reference.

pub(super) type Polynomial = [f64; 8];

/// What one convention makes of a latitude.
pub(super) struct Fit {
    pub(super) belt: Polynomial,
    pub(super) cap: Polynomial,
}

pub(super) const AUTHALIC: Fit = Fit {
    belt: [
        0.013031458384416982,
        -6.438854897914587e-07,
        7.41097349949731e-12,
        9.681428887091451e-17,
        -5.5387907627477694e-21,
        1.0313973432480748e-25,
        2.1126275034329674e-32,
        -4.6688044929092675e-35,
    ],
    cap: [
        0.021471742967119505,
        -2.945681909749841e-07,
        3.0298630754912822e-12,
        -9.297366331953146e-17,
        2.7716105507662494e-21,
        -7.083981695417599e-26,
        1.82866133936445e-30,
        -4.0679434068422694e-35,
    ],
};

pub(super) const SPHERE: Fit = Fit {
    belt: [
        0.013089969389957472,
        -6.645721167759735e-07,
        1.0122012173724406e-11,
        -7.341288646210383e-17,
        3.1059505622886916e-22,
        -8.60115053316179e-28,
        1.6794719975417515e-33,
        -2.417234997863954e-39,
    ],
    cap: [
        0.021375830502697736,
        -2.713104305637419e-07,
        1.0330735414943503e-12,
        -1.8731678372614627e-18,
        1.981248449349199e-24,
        -1.371642701226176e-30,
        6.6959098730736864e-37,
        -2.4219019845233036e-43,
    ],
};

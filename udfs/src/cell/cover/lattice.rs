//! The corners of cells as directions: the inverse HEALPix projection (Górski et al. 2005, equations 25 to 30).

use std::f64::consts::FRAC_PI_4;
use std::sync::LazyLock;

use super::vector::Vector;

/// A cell by its base cell and its row and column in it. `i` counts along the south-east side (the even bits of a NESTED
/// id), `j` along the south-west side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    pub(super) base: u8,
    pub(super) order: u8,
    pub(super) i: u32,
    pub(super) j: u32,
}

impl Cell {
    /// From a NESTED id that exists at `order`.
    pub(super) fn new(id: u64, order: u8) -> Self {
        let bits = 2 * u32::from(order);
        let low = id & ((1 << bits) - 1);
        Self { base: (id >> bits) as u8, order, i: gather(low), j: gather(low >> 1) }
    }

    pub(super) fn id(self) -> u64 {
        (u64::from(self.base) << (2 * u32::from(self.order)))
            | spread(self.i)
            | (spread(self.j) << 1)
    }

    /// The child with the lower (0) or upper (1) half of each coordinate.
    pub(super) fn child(self, i: u32, j: u32) -> Self {
        Self { base: self.base, order: self.order + 1, i: 2 * self.i + i, j: 2 * self.j + j }
    }
}

fn spread(x: u32) -> u64 {
    let x = u64::from(x);
    let x = (x | (x << 16)) & 0x0000_ffff_0000_ffff;
    let x = (x | (x << 8)) & 0x00ff_00ff_00ff_00ff;
    let x = (x | (x << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    let x = (x | (x << 2)) & 0x3333_3333_3333_3333;
    (x | (x << 1)) & 0x5555_5555_5555_5555
}

fn gather(x: u64) -> u32 {
    let x = x & 0x5555_5555_5555_5555;
    let x = (x | (x >> 1)) & 0x3333_3333_3333_3333;
    let x = (x | (x >> 2)) & 0x0f0f_0f0f_0f0f_0f0f;
    let x = (x | (x >> 4)) & 0x00ff_00ff_00ff_00ff;
    let x = (x | (x >> 8)) & 0x0000_ffff_0000_ffff;
    (x | (x >> 16)) as u32
}

/// A point of a base cell: `u` and `v` are 0..=1 along its south-east and south-west side.
pub(super) fn point(base: u8, u: f64, v: f64) -> Vector {
    let (row, column) = (base / 4, f64::from(base % 4));
    // The plane has base cells of half-diagonal 1, x in 0..8 and y in -2..=2.
    let center = if row == 1 { 2.0 * column } else { 2.0 * column + 1.0 };
    let x = u - v;
    let y = u + v - f64::from(row);
    let (turn, sin, z) = if y.abs() <= 1.0 {
        let z = y * (2.0 / 3.0);
        (x, (1.0 - z * z).sqrt(), z)
    } else {
        let width = 2.0 - y.abs();
        let below = width * width / 3.0;
        let turn = if width > 0.0 { (x / width).clamp(-1.0, 1.0) } else { 0.0 };
        (turn, width * ((2.0 - below) / 3.0).sqrt(), (1.0 - below).copysign(y))
    };
    let (sin_lon, cos_lon) = ((center + turn) * FRAC_PI_4).sin_cos();
    Vector::new(sin * cos_lon, sin * sin_lon, z)
}

/// The corners of a cell's four children: point `a + 3·b` is `a` half sides along `i` and `b` along `j`. So 0, 2, 8 and 6
/// are the cell's south, east, north and west corner, and 4 is in its middle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nine {
    x: [f64; 9],
    y: [f64; 9],
    z: [f64; 9],
}

impl Nine {
    fn new(at: impl Fn(usize, usize) -> Vector) -> Self {
        let mut out = Self { x: [0.0; 9], y: [0.0; 9], z: [0.0; 9] };
        for k in 0..9 {
            let p = at(k % 3, k / 3);
            (out.x[k], out.y[k], out.z[k]) = (p.x, p.y, p.z);
        }
        out
    }

    pub(super) fn at(&self, k: usize) -> Vector {
        let of = |list: &[f64; 9]| list.get(k).copied().unwrap_or_default();
        Vector::new(of(&self.x), of(&self.y), of(&self.z))
    }

    #[inline(always)]
    pub(super) fn dots(&self, v: Vector) -> [f64; 9] {
        let mut out = [0.0; 9];
        for (((out, x), y), z) in out.iter_mut().zip(&self.x).zip(&self.y).zip(&self.z) {
            *out = v.x * x + v.y * y + v.z * z;
        }
        out
    }
}

/// The four points of [`Nine`] that are the corners of child 0 to 3, going round from the south by the east.
pub(super) const CORNERS: [[usize; 4]; 4] =
    [[0, 1, 4, 3], [1, 2, 5, 4], [3, 4, 7, 6], [4, 5, 8, 7]];

/// All corners within one base cell at the first orders.
#[derive(Debug)]
struct Table {
    points: Vec<Vector>,
}

impl Table {
    const SIDE: usize = (1 << SHARED) + 1;

    fn new(base: u8) -> Self {
        let step = 0.5_f64.powi(SHARED.into());
        let all = || (0..Self::SIDE).map(|k| k as f64 * step);
        Self { points: all().flat_map(|v| all().map(move |u| point(base, u, v))).collect() }
    }

    fn nine(&self, cell: Cell) -> Nine {
        let half = 1_usize << (SHARED - cell.order - 1);
        let (i, j) = (cell.i as usize * 2 * half, cell.j as usize * 2 * half);
        Nine::new(|a, b| {
            let place = (j + b * half) * Self::SIDE + i + a * half;
            self.points.get(place).copied().unwrap_or(Vector::ZERO)
        })
    }
}

/// Orders of the table that all shapes share: most never look much further, and all begin there.
const SHARED: u8 = 5;

static BASES: LazyLock<Vec<Table>> = LazyLock::new(|| (0..12).map(Table::new).collect());

/// The corners of a cell's children: from a table at the first orders, computed at the others.
pub(super) fn nine(cell: Cell) -> Nine {
    if cell.order < SHARED
        && let Some(table) = BASES.get(usize::from(cell.base))
    {
        return table.nine(cell);
    }
    let step = 0.5_f64.powi(i32::from(cell.order) + 1);
    let at = |k: u32, half: usize| (2.0 * f64::from(k) + half as f64) * step;
    Nine::new(|a, b| point(cell.base, at(cell.i, a), at(cell.j, b)))
}

/// How far, in radians, a cell of `order` may reach beyond the great-circle arcs between its corners. `sin` is the sine of
/// the polar distance of one of its corners.
///
/// Sides are curves whose curvature grows like the inverse of the polar distance. The constant is the largest that was
/// found over cells of all orders (0.174 for polar distances of the middle of a cell), and 15 % more; a test looks again.
pub(super) fn bulge(order: u8, sin: f64) -> f64 {
    let size = 0.5_f64.powi(i32::from(order));
    0.2 * size * size / ((sin - size).max(0.0) + size)
}

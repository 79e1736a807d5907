//! Two results, cell by cell.

use std::cmp::Ordering;

use crate::cells::Cells;

/// One statistic, and how far two ways of computing it may lie apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statistic {
    pub(super) name: &'static str,
    tolerance: Tolerance,
}

/// What may differ between two sound computations.
#[derive(Debug, Clone, Copy)]
enum Tolerance {
    /// Nothing.
    Exact,
    /// A fraction of the value, and an absolute amount.
    OfValue(f64, f64),
    /// A fraction of the largest height of the cell: what a sum or a difference of heights may lose, even
    /// where the result is near zero.
    OfHeights(f64),
}

/// At least a unit in the last place of a single-precision number, as a fraction of it. Half of one goes to
/// the rounding of our results for the store.
const UNIT: f64 = f32::EPSILON as f64;

/// Where the extremes stand among [`STATISTICS`].
const EXTREMES: [usize; 2] = [1, 2];

pub(super) const STATISTICS: [Statistic; 9] = [
    Statistic::new("count", Tolerance::Exact),
    Statistic::new("h_min", Tolerance::Exact),
    Statistic::new("h_max", Tolerance::Exact),
    Statistic::new("h_mean", Tolerance::OfHeights(UNIT)),
    Statistic::new("h_sigma", Tolerance::OfValue(UNIT, 0.0)),
    // Square metres. Running means lose a little where heights of kilometres spread by centimetres.
    Statistic::new("h_variance", Tolerance::OfValue(UNIT, 1e-9)),
    Statistic::new("h_q25", Tolerance::OfHeights(UNIT)),
    Statistic::new("h_q50", Tolerance::OfHeights(UNIT)),
    Statistic::new("h_q75", Tolerance::OfHeights(UNIT)),
];

impl Statistic {
    const fn new(name: &'static str, tolerance: Tolerance) -> Self {
        Self { name, tolerance }
    }

    /// How far `ours` and `theirs` lie apart, in units of what is tolerated. `height` is the largest of the
    /// cell. A NULL agrees with a NULL alone.
    fn deviation(&self, ours: f64, theirs: f64, height: f64) -> f64 {
        if ours == theirs || ours.is_nan() && theirs.is_nan() {
            return 0.0;
        }
        let tolerated = match self.tolerance {
            Tolerance::Exact => 0.0,
            Tolerance::OfValue(fraction, amount) => fraction * ours.abs() + amount,
            Tolerance::OfHeights(fraction) => fraction * height,
        };
        let deviation = (ours - theirs).abs() / tolerated;
        if deviation.is_nan() { f64::INFINITY } else { deviation }
    }
}

/// Where two results differ.
#[derive(Debug, Default)]
pub(super) struct Differences {
    pub(super) total: usize,
    /// The first of them, a line each.
    pub(super) first: Vec<String>,
    /// The largest deviation, in units of what is tolerated.
    pub(super) largest: f64,
}

impl Differences {
    /// How many are shown.
    const SHOWN: usize = 5;

    fn add(&mut self, line: impl FnOnce() -> String) {
        self.total += 1;
        if self.first.len() < Self::SHOWN {
            self.first.push(line());
        }
    }
}

/// Compares two results with the columns of [`STATISTICS`], whose tolerances are multiplied by `tolerated`.
pub(super) fn compare(ours: &Cells, theirs: &Cells, tolerated: f64) -> Differences {
    let mut differences = Differences::default();
    let (mut i, mut j) = (0, 0);
    loop {
        let (a, b) = match (ours.cell.get(i), theirs.cell.get(j)) {
            (None, None) => return differences,
            // Past the end, as if there were a cell behind all others.
            (a, b) => (a.copied().unwrap_or(u64::MAX), b.copied().unwrap_or(u64::MAX)),
        };
        match a.cmp(&b) {
            Ordering::Less => {
                differences.add(|| format!("cell {a}: expected, and not there"));
                i += 1;
            }
            Ordering::Greater => {
                differences.add(|| format!("cell {b}: not expected, and there"));
                j += 1;
            }
            Ordering::Equal => {
                compare_row(&mut differences, (ours, i), (theirs, j), tolerated);
                i += 1;
                j += 1;
            }
        }
    }
}

fn compare_row(
    differences: &mut Differences,
    (ours, i): (&Cells, usize),
    (theirs, j): (&Cells, usize),
    tolerated: f64,
) {
    let extremes = EXTREMES.map(|e| ours.row(i).nth(e).unwrap_or(0.0).abs());
    let height = extremes.into_iter().fold(0.0, f64::max);
    for ((statistic, a), b) in STATISTICS.iter().zip(ours.row(i)).zip(theirs.row(j)) {
        let deviation = statistic.deviation(a, b, height);
        differences.largest = differences.largest.max(deviation);
        if deviation > tolerated {
            let cell = ours.cell.get(i).copied().unwrap_or_default();
            differences.add(|| format!("cell {cell}, {}: expected {a}, found {b}", statistic.name));
        }
    }
}

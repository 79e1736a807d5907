//! The moments of points, and the plane through them.

use std::array::from_fn;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StructArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;

use super::super::numbers::{Numbers, as_f64};
use super::super::statistic::Statistic;

/// Points are on a line if the smaller variance is at most this share of the larger: the square of 10⁻⁵. Sixteen digits of
/// sums of squares leave five or more for what is above.
const FLAT: f64 = 1e-10;

/// Numbers of a state: the count, the origin, and the moments.
const PARTS: usize = 13;

/// Count, first and second moments of the distances from an origin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moments {
    count: f64,
    /// The first point: any of them serves, and this one is known before the others.
    origin: [f64; 3],
    /// Σ of x, y, z.
    sums: [f64; 3],
    /// Σ of xx, xy, yy, xz, yz, zz.
    products: [f64; 6],
}

/// Which two coordinates each product is of.
const PAIRS: [(usize, usize); 6] = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)];

impl Moments {
    fn add(&mut self, point: [f64; 3]) {
        if self.count == 0.0 {
            self.origin = point;
        }
        let d: [f64; 3] = from_fn(|k| point[k] - self.origin[k]);
        self.count += 1.0;
        self.sums = from_fn(|k| self.sums[k] + d[k]);
        self.products = from_fn(|k| self.products[k] + d[PAIRS[k].0] * d[PAIRS[k].1]);
    }

    /// Adds other moments, moved to this origin.
    fn merge(&mut self, other: Self) {
        if other.count == 0.0 {
            return;
        }
        if self.count == 0.0 {
            *self = other;
            return;
        }
        let shift: [f64; 3] = from_fn(|k| other.origin[k] - self.origin[k]);
        self.products = from_fn(|k| {
            let (i, j) = PAIRS[k];
            let moved = shift[i] * other.sums[j]
                + shift[j] * other.sums[i]
                + other.count * shift[i] * shift[j];
            self.products[k] + (other.products[k] + moved)
        });
        self.sums = from_fn(|k| self.sums[k] + (other.sums[k] + other.count * shift[k]));
        self.count += other.count;
    }

    fn parts(&self) -> [f64; PARTS] {
        let all = [self.count].into_iter().chain(self.origin).chain(self.sums).chain(self.products);
        let mut parts = [0.0; PARTS];
        parts.iter_mut().zip(all).for_each(|(part, value)| *part = value);
        parts
    }

    fn of_parts([count, a, b, c, d, e, f, products @ ..]: [f64; PARTS]) -> Self {
        Self { count, origin: [a, b, c], sums: [d, e, f], products }
    }

    /// `[slope_x, slope_y, intercept, rmse]`, if the points define a plane.
    fn plane(&self) -> Option<[f64; 4]> {
        if self.count < 3.0 {
            return None;
        }
        let mean: [f64; 3] = self.sums.map(|sum| sum / self.count);
        let [xx, xy, yy, xz, yz, zz] =
            from_fn(|k| self.products[k] - self.sums[PAIRS[k].0] * mean[PAIRS[k].1]);
        // The variances along and across the main direction are the eigenvalues of [xx xy; xy yy].
        let half = f64::midpoint(xx, yy);
        let along = half + ((xx - yy) / 2.0).hypot(xy);
        let determinant = xx * yy - xy * xy;
        let across = determinant / along;
        // Sums that overflowed are no plane either.
        if across.is_nan() || !along.is_finite() || across <= FLAT * along {
            return None;
        }
        let slope_x = (yy * xz - xy * yz) / determinant;
        let slope_y = (xx * yz - xy * xz) / determinant;
        let [x, y, z] = from_fn(|k| self.origin[k] + mean[k]);
        let residual = (zz - slope_x * xz - slope_y * yz).max(0.0);
        let plane =
            [slope_x, slope_y, z - slope_x * x - slope_y * y, (residual / self.count).sqrt()];
        plane.iter().all(|number| number.is_finite()).then_some(plane)
    }
}

/// The names of the numbers of a state.
pub(super) fn parts() -> [&'static str; PARTS] {
    ["n", "x0", "y0", "z0", "x", "y", "z", "xx", "xy", "yy", "xz", "yz", "zz"]
}

pub(super) fn result_type() -> DataType {
    DataType::Struct(fields())
}

fn fields() -> Fields {
    let number = |name| Field::new(name, DataType::Float64, true);
    let mut fields = ["slope_x", "slope_y", "intercept", "rmse"].map(number).to_vec();
    fields.push(Field::new("n", DataType::Int64, true));
    fields.into()
}

/// The plane as a statistic.
#[derive(Debug)]
pub(super) struct Plane;

impl Statistic for Plane {
    type State = Moments;
    type Rows = Numbers<3>;

    fn empty(&self) -> Moments {
        Moments::default()
    }

    fn rows(&self, columns: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Numbers<3>> {
        Numbers::new(columns, filter)
    }

    fn add(&self, moments: &mut Moments, rows: &Numbers<3>, range: Range<usize>) {
        // A copy stays in registers, where each row would go through memory.
        let mut local = *moments;
        for point in rows.range(range).flatten() {
            if point.iter().all(|coordinate| coordinate.is_finite()) {
                local.add(point);
            }
        }
        *moments = local;
    }

    fn merge(&self, moments: &mut Moments, part: Moments) {
        moments.merge(part);
    }

    fn write(&self, states: Vec<Moments>) -> Result<Vec<ArrayRef>> {
        let rows: Vec<_> = states.iter().map(Moments::parts).collect();
        let column = |k| {
            let values = rows.iter().map(|row| row[k]);
            Arc::new(Float64Array::from_iter_values(values)) as ArrayRef
        };
        Ok((0..PARTS).map(column).collect())
    }

    fn read(&self, columns: &[ArrayRef]) -> Result<Vec<Moments>> {
        let columns: [&ArrayRef; PARTS] = take_function_args("plane_fit", columns)?;
        let columns = columns.into_iter().map(as_f64).collect::<Result<Vec<_>>>()?;
        let rows = columns.first().map_or(0, |column| column.len());
        Ok((0..rows).map(|row| Moments::of_parts(from_fn(|k| columns[k].value(row)))).collect())
    }

    fn finish(&self, states: Vec<Moments>) -> Result<ArrayRef> {
        let planes: Vec<_> = states.iter().map(Moments::plane).collect();
        let mut columns: Vec<ArrayRef> = (0..4)
            .map(|k| {
                let values = planes.iter().map(|plane| plane.map(|plane| plane[k]));
                Arc::new(values.collect::<Float64Array>()) as ArrayRef
            })
            .collect();
        let counts = states.iter().map(|m| m.count as i64);
        columns.push(Arc::new(Int64Array::from_iter_values(counts)));
        let seen: NullBuffer = states.iter().map(|m| m.count > 0.0).collect();
        let nulls = Some(seen).filter(|seen| seen.null_count() > 0);
        Ok(Arc::new(StructArray::try_new(fields(), columns, nulls)?))
    }
}

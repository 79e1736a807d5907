use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float32Array, Float64Array, Int16Array, NullArray,
};
use arrow::datatypes::{DataType, Float64Type};
use datafusion_common::ScalarValue;
use datafusion_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::groups::GatheredGroups;
use super::key::Key;
use super::output::Shape;
use super::probabilities::Probabilities;
use super::row::GatheredRow;
use super::summary::{Quantiles, Summary};

mod memory;
mod nmad;
mod oracle;
mod partial;
mod refusals;

const QS: [f64; 5] = [0.9, 0.0, 0.5, 1.0, 0.25];

/// A group's result as bits, so that NaN and −0.0 are told apart; `None` is NULL.
type Bits = Option<Vec<u64>>;

fn probabilities(qs: &[f64]) -> Probabilities {
    Probabilities::new("quantiles", qs.to_vec()).unwrap()
}

fn summary(qs: &[f64], shape: Shape) -> Summary {
    Summary::Quantiles(Quantiles { probabilities: probabilities(qs), shape })
}

fn groups<K: Key>(qs: &[f64]) -> GatheredGroups<K> {
    GatheredGroups::new(summary(qs, Shape::List))
}

/// The definition, by a full sort.
fn by_sorting(values: &[f64], qs: &[f64]) -> Bits {
    let mut s: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    s.sort_by(f64::total_cmp);
    let last = s.len().checked_sub(1)?;
    let one = |q: &f64| {
        let h = q * last as f64;
        let i = h.floor() as usize;
        let (a, part) = (s[i], h - h.floor());
        let b = s[(i + 1).min(last)];
        if part == 0.0 || a.to_bits() == b.to_bits() { a } else { a + part * (b - a) }
    };
    Some(qs.iter().map(|q| one(q).to_bits()).collect())
}

fn bits(array: &ArrayRef) -> Vec<Bits> {
    let list = array.as_list::<i32>();
    assert!(list.values().null_count() == 0);
    list.iter()
        .map(|item| {
            item.map(|item| {
                item.as_primitive::<Float64Type>().values().iter().map(|v| v.to_bits()).collect()
            })
        })
        .collect()
}

/// Feeds rows in batches of `batch` rows, growing the number of groups as they are seen.
fn feed<K: Key>(
    acc: &mut GatheredGroups<K>,
    rows: &[(usize, Option<f64>)],
    batch: usize,
    column: impl Fn(Vec<Option<f64>>) -> ArrayRef,
) {
    let mut total = 0;
    for rows in rows.chunks(batch) {
        let indices: Vec<_> = rows.iter().map(|r| r.0).collect();
        total = total.max(indices.iter().max().unwrap() + 1);
        let column = column(rows.iter().map(|r| r.1).collect());
        acc.update_batch(&[column], &indices, None, total).unwrap();
    }
}

fn f64s(values: Vec<Option<f64>>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}

fn f32s(values: Vec<Option<f64>>) -> ArrayRef {
    Arc::new(values.into_iter().map(|v| v.map(|v| v as f32)).collect::<Float32Array>())
}

/// A small generator, so that cases are the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n
    }

    fn value(&mut self) -> f64 {
        f64::from((self.next() % 20_000) as f32 / 64.0 - 100.0)
    }

    /// Rows of `groups` groups in runs of up to `run` rows; some are NULL, some NaN, some infinite.
    fn rows(&mut self, n: usize, groups: usize, run: usize) -> Vec<(usize, Option<f64>)> {
        let mut rows = Vec::with_capacity(n);
        while rows.len() < n {
            let group = self.below(groups);
            for _ in 0..=self.below(run) {
                let value = match self.below(60) {
                    0 => None,
                    1 => Some(f64::NAN),
                    2 => Some(f64::INFINITY),
                    3 => Some(f64::NEG_INFINITY),
                    4 => Some(-0.0),
                    _ => Some(self.value()),
                };
                rows.push((group, value));
            }
        }
        rows.truncate(n);
        rows
    }
}

fn expected(rows: &[(usize, Option<f64>)], groups: usize, qs: &[f64]) -> Vec<Bits> {
    let mut lists = vec![Vec::new(); groups];
    for (group, value) in rows {
        lists[*group].extend(*value);
    }
    lists.iter().map(|list| by_sorting(list, qs)).collect()
}

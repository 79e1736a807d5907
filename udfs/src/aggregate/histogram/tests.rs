use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion_common::ScalarValue;
use datafusion_expr::{Accumulator, AggregateUDFImpl};

use super::super::statistic::tests::{Case, equal, result};
use super::*;

fn column(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<Float64Array>())
}

fn lists(array: &ArrayRef) -> Vec<Option<Vec<i64>>> {
    let values = |list: ArrayRef| list.as_primitive::<Int64Type>().values().to_vec();
    array.as_list::<i32>().iter().map(|list| list.map(values)).collect()
}

#[test]
fn bins_include_their_lower_edge_and_the_last_both() {
    let bins = Bins::new(0.0, 10.0, 5).unwrap();
    for (x, bin) in [
        (0.0, Some(0)),
        (-0.0, Some(0)),
        (2.0_f64.next_down(), Some(0)),
        (2.0, Some(1)),
        (9.99, Some(4)),
        (10.0, Some(4)),
        (10.0_f64.next_up(), None),
        (-1e-9, None),
        (f64::INFINITY, None),
        (f64::NEG_INFINITY, None),
    ] {
        assert_eq!(bins.of(x), bin, "{x}");
    }
}

#[test]
fn edges_decide_where_division_rounds() {
    // Edges that are no binary fractions: every one of them opens its own bin.
    for (lo, hi, count) in [(0.0, 1.0, 10), (-0.3, 0.6, 9), (0.1, 0.7, 6), (1e6, 1e6 + 1.0, 1000)] {
        let bins = Bins::new(lo, hi, count).unwrap();
        for bin in 0..count as usize {
            let edge = lo + bin as f64 * (hi - lo) / count as f64;
            assert_eq!(bins.of(edge), Some(bin), "{edge}");
            assert_eq!(bins.of(edge.next_down()), bin.checked_sub(1), "below {edge}");
        }
        assert_eq!(bins.of(hi), Some(count as usize - 1));
    }
}

#[test]
fn splits_do_not_matter() {
    let values: Vec<_> = (0..3000_u32)
        .map(|i| match i % 17 {
            0 => None,
            1 => Some(f64::NAN),
            2 => Some(f64::INFINITY),
            _ => Some(f64::from(i * 7919 % 1009) / 10.0),
        })
        .collect();
    let groups = (0..values.len()).map(|row| row / 5 % 7).collect();
    let case = Case { columns: vec![column(&values)], groups, count: 8 };
    let bins = || Bins::new(0.0, 100.0, 20).unwrap();
    let found = lists(&result(bins, &case, equal));
    assert_eq!(found[7], None);
    let inside = values.iter().flatten().filter(|x| (0.0..=100.0).contains(*x)).count();
    assert_eq!(found.iter().flatten().flatten().sum::<i64>(), inside as i64);
}

#[test]
fn nothing_is_null_and_outside_is_zero() {
    let one = |values: &[Option<f64>]| {
        let mut acc = Single::new(Bins::new(0.0, 1.0, 2).unwrap());
        acc.update_batch(&[column(values)]).unwrap();
        lists(&acc.evaluate().unwrap().to_array().unwrap()).remove(0)
    };
    assert_eq!(one(&[]), None);
    assert_eq!(one(&[None, Some(f64::NAN)]), None);
    assert_eq!(one(&[Some(7.0), Some(f64::NEG_INFINITY)]), Some(vec![0, 0]));
    assert_eq!(one(&[Some(0.2), Some(0.5), None, Some(1.0)]), Some(vec![1, 2]));
}

#[test]
fn constants_are_checked() {
    let refused = |lo: f64, hi: f64, bins: ScalarValue| {
        of_constants(&lo.into(), &hi.into(), &bins).unwrap_err().strip_backtrace()
    };
    assert!(refused(0.0, 1.0, 0.into()).contains("bins must lie in 1..=65536, got 0"));
    assert!(refused(0.0, 1.0, 65_537.into()).contains("got 65537"));
    assert!(refused(0.0, 1.0, ScalarValue::Int64(None)).contains("bins must be a whole number"));
    assert!(refused(1.0, 1.0, 4.into()).contains("hi must lie above lo, got lo 1 and hi 1"));
    assert!(refused(f64::MIN, f64::MAX, 4.into()).contains("hi must lie above lo"));
    assert!(refused(f64::NAN, 1.0, 4.into()).contains("lo must be a finite number, got NaN"));
    assert!(refused(0.0, f64::INFINITY, 4.into()).contains("hi must be a finite number"));
    let histogram = super::Histogram::default();
    let f64 = DataType::Float64;
    let text = histogram.coerce_types(&[f64.clone(), f64.clone(), f64.clone(), f64.clone()]);
    assert!(text.unwrap_err().to_string().contains("bins is Float64, expected an integer"));
    let text = histogram.coerce_types(&[DataType::Utf8, f64.clone(), f64, DataType::Int8]);
    assert!(text.unwrap_err().to_string().contains("x must be a number, got Utf8"));
}

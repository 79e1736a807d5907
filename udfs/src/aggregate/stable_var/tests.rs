use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array};
use arrow::datatypes::Float64Type;
use datafusion_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::super::statistic::{Groups, Single};
use super::Spread;

fn column(values: &[Option<f64>]) -> [ArrayRef; 1] {
    [Arc::new(values.iter().copied().collect::<Float64Array>())]
}

fn numbers(array: &ArrayRef) -> Vec<Option<f64>> {
    array.as_primitive::<Float64Type>().iter().collect()
}

/// Centimetres around a height of kilometres, as Float32 holds them.
fn heights(n: usize) -> Vec<f64> {
    (0..n).map(|i| f64::from(3000.0 + ((i * 7919) % 101) as f32 / 700.0)).collect()
}

/// The variance in two passes over exact distances.
fn expected(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().map(|x| x - values[0]).sum::<f64>() / n;
    values.iter().map(|x| (x - values[0] - mean).powi(2)).sum::<f64>() / n
}

#[test]
fn a_small_spread_around_a_large_mean_keeps_its_digits() {
    let values = heights(5_000);
    let mut acc = Single::new(Spread::Variance);
    acc.update_batch(&column(&values.iter().copied().map(Some).collect::<Vec<_>>())).unwrap();
    let found = acc.evaluate().unwrap().to_string().parse::<f64>().unwrap();
    assert!((found / expected(&values) - 1.0).abs() < 1e-13, "{found}");
}

#[test]
fn groups_batches_filters_and_partial_states_agree() {
    let values: Vec<Option<f64>> = heights(999).into_iter().map(Some).collect();
    let groups: Vec<usize> = (0..values.len()).map(|i| i / 10 % 7).collect();
    let whole = |batch: usize| {
        let mut acc = Groups::new(Spread::Deviation);
        for (values, groups) in values.chunks(batch).zip(groups.chunks(batch)) {
            acc.update_batch(&column(values), groups, None, 7).unwrap();
        }
        numbers(&acc.evaluate(EmitTo::All).unwrap())
    };
    let all = whole(8192);
    assert_eq!(whole(1), all);
    assert_eq!(whole(13), all);

    // A filter that drops the second half equals the first half alone.
    let half: BooleanArray = (0..values.len()).map(|i| Some(i < 500)).collect();
    let mut filtered = Groups::new(Spread::Variance);
    filtered.update_batch(&column(&values), &groups, Some(&half), 7).unwrap();
    let mut first = Groups::new(Spread::Variance);
    first.update_batch(&column(&values[..500]), &groups[..500], None, 7).unwrap();
    let state = first.state(EmitTo::All).unwrap();
    let expected = numbers(&filtered.evaluate(EmitTo::All).unwrap());

    let mut merged = Groups::new(Spread::Variance);
    merged.merge_batch(&state, &[0, 1, 2, 3, 4, 5, 6], 7).unwrap();
    assert_eq!(numbers(&merged.evaluate(EmitTo::First(3)).unwrap()), expected[..3]);
    assert_eq!(numbers(&merged.evaluate(EmitTo::All).unwrap()), expected[3..]);

    // Rows as states of their own, merged one by one.
    let rows = Groups::new(Spread::Deviation).convert_to_state(&column(&values), None).unwrap();
    let mut merged = Groups::new(Spread::Deviation);
    merged.merge_batch(&rows, &groups, 7).unwrap();
    for (a, b) in numbers(&merged.evaluate(EmitTo::All).unwrap()).iter().zip(&all) {
        assert!((a.unwrap() / b.unwrap() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn what_does_not_count_does_not_count() {
    let mut acc = Groups::new(Spread::Variance);
    let values = [Some(f64::NAN), None, Some(5.0), Some(f64::INFINITY), Some(1.0), Some(3.0)];
    acc.update_batch(&column(&values), &[0, 0, 1, 2, 3, 3], None, 5).unwrap();
    let found = numbers(&acc.evaluate(EmitTo::All).unwrap());
    assert_eq!((found[0], found[1], found[3], found[4]), (None, Some(0.0), Some(1.0), None));
    assert!(found[2].unwrap().is_nan());
}

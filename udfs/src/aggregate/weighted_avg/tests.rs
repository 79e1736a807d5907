use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Float32Array, Float64Array, Int32Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion_common::ScalarValue;
use datafusion_expr::{Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator};

use super::super::statistic::{Groups, Single};
use super::sums::WeightedMean;
use super::{WeightedAvg, weighted_avg_udaf};

type Row = (usize, Option<f64>, Option<f64>);

fn columns(rows: &[Row]) -> (Vec<usize>, [ArrayRef; 2]) {
    let x: Float64Array = rows.iter().map(|r| r.1).collect();
    let w: Float64Array = rows.iter().map(|r| r.2).collect();
    (rows.iter().map(|r| r.0).collect(), [Arc::new(x), Arc::new(w)])
}

fn bits(array: &ArrayRef) -> Vec<Option<u64>> {
    array.as_primitive::<Float64Type>().iter().map(|v| v.map(f64::to_bits)).collect()
}

/// The definition, one row after the other.
fn expected(rows: &[Row], groups: usize) -> Vec<Option<u64>> {
    let mut sums = vec![(0.0, 0.0); groups];
    for (group, x, w) in rows {
        if let (Some(x), Some(w)) = (x, w)
            && !x.is_nan()
            && w.is_finite()
            && *w > 0.0
        {
            sums[*group].0 += w;
            sums[*group].1 += w * x;
        }
    }
    sums.into_iter().map(|(w, wx)| (w > 0.0).then(|| f64::to_bits(wx / w))).collect()
}

fn grouped(rows: &[Row], groups: usize, batch: usize) -> Vec<Option<u64>> {
    let mut acc = Groups::new(WeightedMean);
    for rows in rows.chunks(batch) {
        let (indices, columns) = columns(rows);
        acc.update_batch(&columns, &indices, None, groups).unwrap();
    }
    bits(&acc.evaluate(EmitTo::All).unwrap())
}

fn some_rows(n: usize, groups: usize) -> Vec<Row> {
    let weights = [0.1, 3.0, 0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300, 7e5];
    let mut state = 5_u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize
    };
    (0..n)
        .map(|_| {
            let x = match next() % 30 {
                0 => None,
                1 => Some(f64::NAN),
                _ => Some(next() as f64 / 7.0 - 1e8),
            };
            let w = (next() % 12 != 0).then(|| weights[next() % weights.len()]);
            (next() % groups, x, w)
        })
        .collect()
}

#[test]
fn bits_depend_on_the_row_order_alone() {
    let rows = some_rows(20_000, 37);
    let expected = expected(&rows, 37);
    for batch in [1, 3, 8192] {
        assert_eq!(grouped(&rows, 37, batch), expected);
        for (group, expected) in expected.iter().enumerate() {
            let own: Vec<_> = rows.iter().filter(|r| r.0 == group).copied().collect();
            let mut acc = Single::new(WeightedMean);
            own.chunks(batch).for_each(|rows| acc.update_batch(&columns(rows).1).unwrap());
            let ScalarValue::Float64(mean) = acc.evaluate().unwrap() else {
                panic!("not a number")
            };
            assert_eq!(mean.map(f64::to_bits), *expected);
        }
    }
}

#[test]
fn only_finite_positive_weights_count() {
    let x = Some(2.0);
    for w in [None, Some(0.0), Some(-0.0), Some(-3.0), Some(f64::NAN)] {
        assert_eq!(grouped(&[(0, x, w)], 1, 1), [None]);
    }
    for w in [f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(grouped(&[(0, x, Some(w))], 1, 1), [None]);
        assert_eq!(grouped(&[(0, x, Some(w)), (0, x, Some(1.0))], 1, 2), [Some(2_f64.to_bits())]);
    }
    assert_eq!(grouped(&[(0, x, Some(5e-324))], 1, 1), [Some(2_f64.to_bits())]);
}

#[test]
fn only_values_count() {
    let w = Some(1.0);
    assert_eq!(grouped(&[(0, None, w), (0, Some(f64::NAN), w)], 1, 2), [None]);
    let inf = Some(f64::INFINITY);
    assert_eq!(grouped(&[(0, inf, w), (0, Some(1.0), w)], 1, 2), [inf.map(f64::to_bits)]);
    let mixed = grouped(&[(0, inf, w), (0, Some(f64::NEG_INFINITY), w)], 1, 2);
    assert!(f64::from_bits(mixed[0].unwrap()).is_nan());
}

#[test]
fn nothing_is_null() {
    assert_eq!(Single::new(WeightedMean).evaluate().unwrap(), ScalarValue::Float64(None));
    assert_eq!(
        grouped(&[(2, Some(1.0), Some(1.0))], 4, 1),
        [None, None, Some(1_f64.to_bits()), None]
    );
}

#[test]
fn other_types_and_filters() {
    let x: ArrayRef = Arc::new(Int32Array::from(vec![1, 2, 3, 4]));
    let w: ArrayRef = Arc::new(Float32Array::from(vec![1.0, 1.0, 3.0, 1.0]));
    let filter = BooleanArray::from(vec![Some(true), Some(false), Some(true), None]);
    let mut acc = Groups::new(WeightedMean);
    acc.update_batch(&[x, w], &[0, 0, 0, 1], Some(&filter), 2).unwrap();
    assert_eq!(bits(&acc.evaluate(EmitTo::All).unwrap()), [Some(2.5_f64.to_bits()), None]);
}

#[test]
fn rows_as_states_give_the_same_bits() {
    let rows = some_rows(5000, 9);
    let (indices, columns) = columns(&rows);
    let mut acc = Groups::new(WeightedMean);
    let state = acc.convert_to_state(&columns, None).unwrap();
    acc.merge_batch(&state, &indices, 9).unwrap();
    assert_eq!(bits(&acc.evaluate(EmitTo::All).unwrap()), expected(&rows, 9));
}

#[test]
fn states_merge_in_the_order_of_arrival() {
    let (early, late) = ([(0, Some(1.0), Some(0.1)), (1, None, None)], [(0, Some(3.0), Some(0.3))]);
    let mut total = Groups::new(WeightedMean);
    let mut row = Single::new(WeightedMean);
    for rows in [&early[..], &late[..]] {
        let (indices, columns) = columns(rows);
        let mut part = Groups::new(WeightedMean);
        part.update_batch(&columns, &indices, None, 2).unwrap();
        let state = part.state(EmitTo::All).unwrap();
        assert_eq!(part.state(EmitTo::All).unwrap()[0].len(), 0);
        total.merge_batch(&state, &[0, 1], 2).unwrap();
        row.merge_batch(&state).unwrap();
    }
    let mean = (0.1 * 1.0 + 0.3 * 3.0) / (0.1 + 0.3);
    assert_eq!(bits(&total.evaluate(EmitTo::All).unwrap()), [Some(f64::to_bits(mean)), None]);
    assert_eq!(row.evaluate().unwrap(), ScalarValue::Float64(Some(mean)));
    assert_eq!(row.state().unwrap().len(), 2);
}

#[test]
fn first_groups_leave_and_the_rest_move_down() {
    let mut acc = Groups::new(WeightedMean);
    assert_eq!(acc.size(), 0);
    let rows: Vec<Row> = (0..10).map(|g| (g, Some(g as f64), Some(1.0))).collect();
    let (indices, cols) = columns(&rows);
    acc.update_batch(&cols, &indices, None, 10).unwrap();
    assert!(acc.size() >= 160);
    let first = bits(&acc.evaluate(EmitTo::First(4)).unwrap());
    assert_eq!(first, [0.0_f64, 1.0, 2.0, 3.0].map(|v| Some(v.to_bits())));
    let (indices, cols) = columns(&[(0, Some(8.0), Some(1.0))]);
    acc.update_batch(&cols, &indices, None, 6).unwrap();
    let rest = bits(&acc.evaluate(EmitTo::All).unwrap());
    assert_eq!(rest, [6.0_f64, 5.0, 6.0, 7.0, 8.0, 9.0].map(|v| Some(v.to_bits())));
    assert_eq!(acc.size(), 0);
}

#[test]
fn arguments_are_coerced() {
    let f = WeightedAvg::default();
    let types = f.coerce_types(&[DataType::Int8, DataType::Float32]).unwrap();
    assert_eq!(types, [DataType::Float64, DataType::Float64]);
    let message = f.coerce_types(&[DataType::Int8, DataType::Utf8]).unwrap_err().strip_backtrace();
    assert!(message.contains("w must be a number, got Utf8"), "{message}");
    assert!(f.coerce_types(&[DataType::Int8]).is_err());
    assert!(weighted_avg_udaf().documentation().is_some());
}

//! The normalized median absolute deviation.

use super::*;

/// The definition, by two full sorts.
fn by_sorting(values: &[f64]) -> Option<f64> {
    let median = |mut s: Vec<f64>| {
        s.sort_by(f64::total_cmp);
        let (low, high) = (s.get((s.len().checked_sub(1)?) / 2)?, s.get(s.len() / 2)?);
        Some(if low == high { *low } else { low + 0.5 * (high - low) })
    };
    let values: Vec<_> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let middle = median(values.clone())?;
    let deviations = values.iter().map(|v| (v - middle).abs()).collect();
    Some(1.4826 * median(deviations)?)
}

fn numbers(array: &ArrayRef) -> Vec<Option<f64>> {
    array.as_primitive::<Float64Type>().iter().collect()
}

#[test]
fn known_values() {
    // numpy: 1.4826 * median(|x - median(x)|) of these is 1.4826 * 1.
    let values: Vec<_> = [1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0].map(Some).to_vec();
    for order in [values.clone(), values.into_iter().rev().collect()] {
        let mut row = GatheredRow::<i64>::new(Summary::Nmad);
        row.update_batch(&[f64s(order)]).unwrap();
        assert_eq!(row.evaluate().unwrap(), ScalarValue::Float64(Some(1.4826)));
        assert!(row.size() >= 7 * 16);
    }
    let mut row = GatheredRow::<i32>::new(Summary::Nmad);
    assert_eq!(row.evaluate().unwrap(), ScalarValue::Float64(None));
    row.update_batch(&[f32s(vec![Some(8.0)])]).unwrap();
    assert_eq!(row.evaluate().unwrap(), ScalarValue::Float64(Some(0.0)));
}

#[test]
fn groups_match_two_sorts() {
    let mut random = Random(19);
    for (n, count, run) in [(1, 1, 1), (500, 3, 4), (20_000, 40, 120)] {
        let mut rows = random.rows(n, count, run);
        // Finite medians, whatever is drawn.
        rows.iter_mut().for_each(|row| row.1 = row.1.filter(|v| !v.is_infinite()));
        let mut lists = vec![Vec::new(); count];
        rows.iter().for_each(|(group, value)| lists[*group].extend(*value));
        let last = rows.iter().map(|r| r.0).max().unwrap() + 1;
        let expected: Vec<_> = lists[..last].iter().map(|list| by_sorting(list)).collect();
        let mut acc = GatheredGroups::<i64>::new(Summary::Nmad);
        feed(&mut acc, &rows, 97, f64s);
        assert_eq!(numbers(&acc.evaluate(EmitTo::All).unwrap()), expected);

        let mut parts = GatheredGroups::<i64>::new(Summary::Nmad);
        for part in rows.chunks(n / 3 + 1) {
            let mut acc = GatheredGroups::<i64>::new(Summary::Nmad);
            feed(&mut acc, part, 50, f64s);
            let state = acc.state(EmitTo::All).unwrap();
            parts.merge_batch(&state, &(0..state[0].len()).collect::<Vec<_>>(), last).unwrap();
        }
        assert_eq!(numbers(&parts.evaluate(EmitTo::All).unwrap()), expected);
    }
}

#[test]
fn infinities() {
    let one = |values: &[f64]| {
        let mut row = GatheredRow::<i64>::new(Summary::Nmad);
        row.update_batch(&[f64s(values.iter().copied().map(Some).collect())]).unwrap();
        let ScalarValue::Float64(found) = row.evaluate().unwrap() else { panic!("not a number") };
        found.unwrap()
    };
    let inf = f64::INFINITY;
    assert_eq!(one(&[1.0, 2.0, 3.0, inf, -inf]), 1.4826);
    assert_eq!(one(&[inf, 2.0, -inf]), inf);
    assert!(one(&[inf, inf, 1.0]).is_nan());
    assert!(one(&[inf, -inf]).is_nan());
}

//! Filters, partial states, and emitting some groups before the others.

use super::*;

/// Splits rows over two accumulators at every third batch and merges their states into a third.
fn merged<K: Key>(
    rows: &[(usize, Option<f64>)],
    groups_in_all: usize,
    column: impl Fn(Vec<Option<f64>>) -> ArrayRef,
) -> Vec<Bits> {
    let mut parts = [groups::<K>(&QS), groups::<K>(&QS)];
    for (i, rows) in rows.chunks(100).enumerate() {
        let indices: Vec<_> = rows.iter().map(|r| r.0).collect();
        let column = column(rows.iter().map(|r| r.1).collect());
        let part = &mut parts[usize::from(i % 3 == 0)];
        part.update_batch(&[column], &indices, None, groups_in_all).unwrap();
    }
    let mut total = groups::<K>(&QS);
    for mut part in parts {
        let half = groups_in_all / 2;
        let state = part.state(EmitTo::First(half)).unwrap();
        total.merge_batch(&state, &(0..half).collect::<Vec<_>>(), groups_in_all).unwrap();
        let state = part.state(EmitTo::All).unwrap();
        let rest: Vec<_> = (half..groups_in_all).collect();
        total.merge_batch(&state, &rest, groups_in_all).unwrap();
    }
    bits(&total.evaluate(EmitTo::All).unwrap())
}

#[test]
fn partial_states_merge_to_the_same() {
    let mut random = Random(23);
    for (n, count, run) in [(500, 5, 3), (20_000, 60, 70)] {
        let rows = random.rows(n, count, run);
        let expected = expected(&rows, count, &QS);
        assert_eq!(merged::<i64>(&rows, count, f64s), expected);
        assert_eq!(merged::<i32>(&rows, count, f32s), expected);
    }
}

#[test]
fn rows_as_states_merge_to_the_same() {
    let mut random = Random(29);
    let rows = random.rows(3000, 11, 5);
    let column = f64s(rows.iter().map(|r| r.1).collect());
    let indices: Vec<_> = rows.iter().map(|r| r.0).collect();
    let filter: BooleanArray =
        (0..rows.len()).map(|i| [Some(true), Some(false), None][i % 3]).collect();
    for filter in [None, Some(&filter)] {
        let mut straight = groups::<i64>(&QS);
        straight.update_batch(&[Arc::clone(&column)], &indices, filter, 12).unwrap();
        let state = groups::<i64>(&QS).convert_to_state(&[Arc::clone(&column)], filter).unwrap();
        assert_eq!(state[0].len(), rows.len());
        let mut merged = groups::<i64>(&QS);
        merged.merge_batch(&state, &indices, 12).unwrap();
        let expected = bits(&straight.evaluate(EmitTo::All).unwrap());
        assert_eq!(bits(&merged.evaluate(EmitTo::All).unwrap()), expected);
        assert_eq!(expected[11], None);
    }
}

#[test]
fn filtered_rows_do_not_count() {
    let column: ArrayRef = f64s(vec![Some(1.0), Some(2.0), None, Some(4.0), Some(8.0)]);
    let filter = BooleanArray::from(vec![Some(true), Some(false), Some(true), None, Some(true)]);
    let mut acc = GatheredGroups::<i64>::new(summary(&[1.0], Shape::Number));
    acc.update_batch(&[column], &[0, 0, 0, 1, 0], Some(&filter), 2).unwrap();
    let out = acc.evaluate(EmitTo::All).unwrap();
    assert_eq!(out.as_primitive::<Float64Type>(), &Float64Array::from(vec![Some(8.0), None]));
}

#[test]
fn sliced_states_are_read_where_they_lie() {
    let mut acc = groups::<i64>(&[0.5]);
    feed(&mut acc, &[(0, Some(1.0)), (1, Some(2.0)), (2, Some(3.0)), (1, Some(4.0))], 9, f64s);
    let state = acc.state(EmitTo::All).unwrap()[0].slice(1, 2);
    let mut total = groups::<i64>(&[0.5]);
    total.merge_batch(&[Arc::clone(&state)], &[1, 0], 2).unwrap();
    let expected: Vec<Bits> = [3.0_f64, 3.0].iter().map(|v| Some(vec![v.to_bits()])).collect();
    assert_eq!(bits(&total.evaluate(EmitTo::All).unwrap()), expected);
    let mut row = GatheredRow::<i64>::new(summary(&[0.0], Shape::Number));
    row.merge_batch(&[state]).unwrap();
    assert_eq!(row.evaluate().unwrap(), ScalarValue::Float64(Some(2.0)));
    let state = row.state().unwrap();
    let mut again = GatheredRow::<i64>::new(summary(&[1.0], Shape::Number));
    again.merge_batch(&[state[0].to_array().unwrap()]).unwrap();
    assert_eq!(again.evaluate().unwrap(), ScalarValue::Float64(Some(4.0)));
}

#[test]
fn first_groups_leave_and_the_rest_move_down() {
    let mut random = Random(31);
    let count = 30;
    let (before, after) = (random.rows(4000, count, 20), random.rows(3000, count, 20));
    for first in [0, 1, 7, 29, 30] {
        let mut acc = groups::<i64>(&QS);
        feed(&mut acc, &before, 97, f64s);
        // A group that has not been seen by the end is still a group.
        acc.update_batch(&[f64s(vec![])], &[], None, count).unwrap();
        let emitted = bits(&acc.evaluate(EmitTo::First(first)).unwrap());
        let whole = expected(&before, count, &QS);
        assert_eq!(emitted, whole[..first]);

        let rest: Vec<_> =
            after.iter().filter(|r| r.0 >= first).map(|r| (r.0 - first, r.1)).collect();
        for rows in rest.chunks(61) {
            let indices: Vec<_> = rows.iter().map(|r| r.0).collect();
            let column = f64s(rows.iter().map(|r| r.1).collect());
            acc.update_batch(&[column], &indices, None, count - first).unwrap();
        }
        let mut all = before.clone();
        all.extend(&after);
        let whole = expected(&all, count, &QS);
        assert_eq!(bits(&acc.evaluate(EmitTo::All).unwrap()), whole[first..]);
        assert!(bits(&acc.evaluate(EmitTo::All).unwrap()).is_empty());
    }
}

#[test]
fn sorted_input_emits_as_it_goes() {
    // As with input sorted by group: after each batch all groups but the last are done.
    let mut random = Random(37);
    let mut rows = random.rows(60_000, 500, 40);
    rows.sort_by_key(|r| r.0);
    let expected = expected(&rows, 500, &QS);
    let mut acc = groups::<i32>(&QS);
    let (mut gone, mut out) = (0, Vec::new());
    for rows in rows.chunks(1000) {
        let last = rows.last().unwrap().0;
        let indices: Vec<_> = rows.iter().map(|r| r.0 - gone).collect();
        let column = f32s(rows.iter().map(|r| r.1).collect());
        acc.update_batch(&[column], &indices, None, last + 1 - gone).unwrap();
        out.extend(bits(&acc.evaluate(EmitTo::First(last - gone)).unwrap()));
        gone = last;
        assert!(acc.size() < 200_000, "{} bytes after {gone} groups", acc.size());
    }
    out.extend(bits(&acc.evaluate(EmitTo::All).unwrap()));
    assert_eq!(out, expected);
}

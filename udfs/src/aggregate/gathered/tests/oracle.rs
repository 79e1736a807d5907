//! Results against a full sort.

use super::*;

#[test]
fn every_permutation_gives_the_same() {
    fn permute(values: &mut Vec<f64>, at: usize, each: &mut impl FnMut(&[f64])) {
        if at == values.len() {
            return each(values);
        }
        for i in at..values.len() {
            values.swap(at, i);
            permute(values, at + 1, each);
            values.swap(at, i);
        }
    }
    let mut values = vec![5.0, f64::NAN, 1.0, -2.0, 1.0, f64::INFINITY];
    let expected = vec![by_sorting(&values, &QS)];
    let mut seen = 0;
    permute(&mut values, 0, &mut |order| {
        let rows: Vec<_> = order.iter().map(|&v| (0, Some(v))).collect();
        for batch in [1, 4, 8192] {
            let mut acc = groups::<i64>(&QS);
            feed(&mut acc, &rows, batch, f64s);
            assert_eq!(bits(&acc.evaluate(EmitTo::All).unwrap()), expected);
        }
        let mut row = GatheredRow::<i64>::new(summary(&QS, Shape::List));
        row.update_batch(&[Arc::new(Float64Array::from(order.to_vec()))]).unwrap();
        assert_eq!(bits(&row.evaluate().unwrap().to_array().unwrap()), expected);
        seen += 1;
    });
    assert_eq!(seen, 720);
}

#[test]
fn batches_runs_and_types_do_not_matter() {
    let mut random = Random(7);
    for (n, count, run) in [(1, 1, 1), (50, 3, 4), (4000, 7, 1), (6000, 40, 120), (9000, 2000, 9)] {
        let rows = random.rows(n, count, run);
        let last = rows.iter().map(|r| r.0).max().unwrap() + 1;
        let expected = expected(&rows, last, &QS);
        for batch in [1, 3, 8192] {
            let mut wide = groups::<i64>(&QS);
            feed(&mut wide, &rows, batch, f64s);
            assert_eq!(bits(&wide.evaluate(EmitTo::All).unwrap()), expected);
            let mut narrow = groups::<i32>(&QS);
            feed(&mut narrow, &rows, batch, f32s);
            assert_eq!(bits(&narrow.evaluate(EmitTo::All).unwrap()), expected);
        }
    }
}

#[test]
fn large_lists_match_a_sort() {
    let mut random = Random(11);
    let qs = [0.5, 0.01, 0.99, 0.5, 1.0 / 3.0, 0.0, 1.0];
    // More than a chunk of values, so that blocks end at chunk ends too.
    let rows = random.rows(300_000, 3, 50_000);
    let last = rows.iter().map(|r| r.0).max().unwrap() + 1;
    let expected = expected(&rows, last, &qs);
    let mut acc = groups::<i64>(&qs);
    feed(&mut acc, &rows, 8192, f64s);
    assert_eq!(bits(&acc.evaluate(EmitTo::All).unwrap()), expected);
    let mut acc = groups::<i32>(&qs);
    feed(&mut acc, &rows, 5000, f32s);
    assert_eq!(bits(&acc.evaluate(EmitTo::All).unwrap()), expected);
}

#[test]
fn sizes_around_the_change_of_method() {
    let mut random = Random(3);
    for n in 1..200 {
        let rows: Vec<_> = (0..n).map(|_| (0, Some(random.value()))).collect();
        let mut acc = groups::<i64>(&QS);
        feed(&mut acc, &rows, 64, f64s);
        assert_eq!(
            bits(&acc.evaluate(EmitTo::All).unwrap()),
            expected(&rows, 1, &QS),
            "{n} values"
        );
    }
}

#[test]
fn known_values() {
    // numpy.quantile([1, 2, 3, 4], [0, 0.25, 0.5, 0.9, 1])
    let mut row = GatheredRow::<i64>::new(summary(&[0.0, 0.25, 0.5, 0.9, 1.0], Shape::List));
    row.update_batch(&[Arc::new(Float64Array::from(vec![4.0, 1.0, 3.0, 2.0]))]).unwrap();
    let ScalarValue::List(list) = row.evaluate().unwrap() else { panic!("not a list") };
    assert_eq!(
        list.value(0).as_primitive::<Float64Type>().values()[..],
        [1.0, 1.75, 2.5, 3.7, 4.0]
    );
    // A window asks again after more rows.
    row.update_batch(&[Arc::new(Float64Array::from(vec![5.0]))]).unwrap();
    let ScalarValue::List(list) = row.evaluate().unwrap() else { panic!("not a list") };
    assert_eq!(list.value(0).as_primitive::<Float64Type>().values()[..], [1.0, 2.0, 3.0, 4.6, 5.0]);
}

#[test]
fn infinities() {
    let one = |values: Vec<f64>, q| {
        let mut row = GatheredRow::<i64>::new(summary(&[q], Shape::Number));
        row.update_batch(&[Arc::new(Float64Array::from(values))]).unwrap();
        let ScalarValue::Float64(Some(v)) = row.evaluate().unwrap() else { panic!("not a number") };
        v
    };
    let (inf, neg) = (f64::INFINITY, f64::NEG_INFINITY);
    assert_eq!(one(vec![neg, 1.0, inf], 0.5), 1.0);
    assert_eq!(one(vec![neg, 1.0, inf], 0.0), neg);
    assert_eq!(one(vec![neg, neg, 1.0], 0.25), neg);
    assert_eq!(one(vec![inf, inf, inf], 0.3), inf);
    assert_eq!(one(vec![1.0, inf], 0.0), 1.0);
    assert_eq!(one(vec![1.0, inf], 0.5), inf);
    assert!(one(vec![neg, 1.0], 0.5).is_nan());
    assert!(one(vec![neg, inf], 0.5).is_nan());
}

#[test]
fn integers_nothing_and_numbers() {
    let ints: ArrayRef = Arc::new(Int16Array::from(vec![Some(3), None, Some(-1), Some(4)]));
    let mut acc = GatheredGroups::<i64>::new(summary(&[0.5], Shape::Number));
    acc.update_batch(&[ints], &[0, 0, 2, 0], None, 4).unwrap();
    acc.update_batch(&[Arc::new(NullArray::new(2))], &[3, 1], None, 4).unwrap();
    let out = acc.evaluate(EmitTo::All).unwrap();
    let expected = Float64Array::from(vec![Some(3.5), None, Some(-1.0), None]);
    assert_eq!(out.as_primitive::<Float64Type>(), &expected);

    let mut row = GatheredRow::<i32>::new(summary(&[0.5], Shape::Number));
    assert_eq!(row.evaluate().unwrap(), ScalarValue::Float64(None));
    let mut row = GatheredRow::<i32>::new(summary(&QS, Shape::List));
    let nothing = row.evaluate().unwrap();
    assert!(nothing.is_null());
    assert_eq!(nothing.data_type(), DataType::new_list(DataType::Float64, false));
}

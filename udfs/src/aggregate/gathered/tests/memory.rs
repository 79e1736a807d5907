//! What is held, and that it is given back.

use super::*;

#[test]
fn size_follows_the_values() {
    let mut random = Random(41);
    let rows: Vec<_> = (0..400_000).map(|i| (i / 50, Some(random.value()))).collect();
    let mut narrow = groups::<i32>(&QS);
    let mut wide = groups::<i64>(&QS);
    assert!(narrow.size() < 100);
    feed(&mut narrow, &rows[..8192], 8192, f32s);
    let early = narrow.size();
    assert!((8192 * 4..8192 * 12).contains(&early), "{early} bytes for 8192 values");
    feed(&mut narrow, &rows[8192..], 8192, f32s);
    feed(&mut wide, &rows, 8192, f64s);
    // 4 bytes per value, 16 per group of 50, headers, and what is left of the blocks.
    let each = narrow.size() as f64 / rows.len() as f64;
    assert!((4.0..6.0).contains(&each), "{each} bytes per Float32");
    let each = wide.size() as f64 / rows.len() as f64;
    assert!((8.0..11.0).contains(&each), "{each} bytes per Float64");

    let full = wide.size();
    wide.evaluate(EmitTo::First(1000)).unwrap();
    assert!(wide.size() <= full);
    wide.evaluate(EmitTo::First(6000)).unwrap();
    assert!(wide.size() < full / 3, "{} bytes of {full} after 7 of 8", wide.size());
    wide.evaluate(EmitTo::All).unwrap();
    assert!(wide.size() < 100, "{} bytes when empty", wide.size());
    narrow.state(EmitTo::All).unwrap();
    assert!(narrow.size() < 100);
}

#[test]
fn scattered_rows_cost_little_more_than_runs() {
    let mut random = Random(43);
    let rows: Vec<_> = (0..400_000).map(|_| (random.below(8000), Some(random.value()))).collect();
    let mut acc = groups::<i32>(&QS);
    feed(&mut acc, &rows, 8192, f32s);
    let each = acc.size() as f64 / rows.len() as f64;
    assert!(each < 8.0, "{each} bytes per Float32");
    let last = rows.iter().map(|r| r.0).max().unwrap() + 1;
    assert_eq!(bits(&acc.evaluate(EmitTo::All).unwrap()), expected(&rows, last, &QS));
}

#[test]
fn a_few_values_take_a_few_bytes() {
    let mut acc = groups::<i64>(&QS);
    feed(&mut acc, &[(0, Some(1.0)), (1, Some(2.0))], 2, f64s);
    assert!(acc.size() < 1000, "{} bytes for two values", acc.size());
    let mut row = GatheredRow::<i64>::new(summary(&QS, Shape::List));
    let empty = row.size();
    row.update_batch(&[f64s(vec![Some(1.0); 1000])]).unwrap();
    assert!((8000..17_000).contains(&(row.size() - empty)));
    row.state().unwrap();
    assert_eq!(row.size(), empty);
}

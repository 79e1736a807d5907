//! Times of observations.

use arrow::array::{
    Date32Array, Float64Array, StringArray, TimestampNanosecondArray, TimestampSecondArray,
};
use arrow::datatypes::{Int32Type, TimestampNanosecondType};
use datafusion_common::ScalarValue;

use super::{array, col, display, lit, numbers, refusal};

const LAUNCH: i64 = 1_539_388_800;

#[test]
fn seconds_become_utc() {
    let seconds = Float64Array::from(vec![
        Some(0.0),
        None,
        Some(f64::NAN),
        Some(24_624_000.25),
        Some(f64::INFINITY),
        Some(1.797e308),
    ]);
    let found = numbers::<TimestampNanosecondType>("icesat2_time", vec![col(seconds)]);
    let epoch = 1_514_764_800_000_000_000;
    assert_eq!(
        found,
        [Some(epoch), None, None, Some(LAUNCH * 1_000_000_000 + 250_000_000), None, None]
    );
    let found = array("icesat2_time", vec![lit(31_622_400)]);
    assert_eq!(display(&found, 0), "2019-01-02T00:00:00");
    assert_eq!(
        numbers::<TimestampNanosecondType>("icesat2_time", vec![lit(ScalarValue::Null)]),
        [None]
    );
    let text = refusal("icesat2_time", vec![lit("2019")]);
    assert!(text.contains("delta_time is Utf8, expected a number of seconds"), "{text}");
}

#[test]
fn cycles_of_times_of_any_kind() {
    let seconds = vec![Some(LAUNCH), None, Some(LAUNCH - 1), Some(LAUNCH + 91 * 86_400)];
    let expected = [Some(1), None, None, Some(2)];
    let zoned = TimestampSecondArray::from(seconds.clone()).with_timezone("+09:00");
    for times in [col(TimestampSecondArray::from(seconds.clone())), col(zoned)] {
        assert_eq!(numbers::<Int32Type>("icesat2_cycle", vec![times]), expected);
    }
    let nanoseconds = seconds.iter().map(|s| s.map(|s| s * 1_000_000_000));
    let times = TimestampNanosecondArray::from_iter(nanoseconds);
    assert_eq!(numbers::<Int32Type>("icesat2_cycle", vec![col(times)]), expected);
    let days = Date32Array::from(vec![Some(17_817), None, Some(17_816), Some(17_817 + 91)]);
    assert_eq!(numbers::<Int32Type>("icesat2_cycle", vec![col(days)]), expected);
    let text = StringArray::from(vec!["2018-10-13", "2019-01-12T00:00:00", "2023-10-01 12:00:00"]);
    assert_eq!(
        numbers::<Int32Type>("icesat2_cycle", vec![col(text)]),
        [Some(1), Some(2), Some(20)]
    );
    assert_eq!(numbers::<Int32Type>("icesat2_cycle", vec![lit(ScalarValue::Null)]), [None]);
    let text = refusal("icesat2_cycle", vec![lit(5)]);
    assert!(text.contains("time is Int32, expected a timestamp or a date"), "{text}");
}

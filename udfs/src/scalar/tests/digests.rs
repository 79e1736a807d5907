//! Quantiles of digests.

use std::sync::Arc;

use arrow::array::{
    Array, AsArray, BinaryArray, BinaryViewArray, Float64Array, LargeBinaryArray, ListArray,
};
use arrow::datatypes::{DataType, Float64Type};
use datafusion_common::ScalarValue;
use datafusion_expr::ColumnarValue;

use super::{array, col, lit, numbers, refusal};
use crate::digest::{Compression, Digest};

fn digest(values: &[f64]) -> Vec<u8> {
    let mut digest = Digest::new(Compression::default());
    values.iter().for_each(|&value| digest.add(value));
    digest.payload()
}

fn constant(bytes: Vec<u8>) -> ColumnarValue {
    lit(ScalarValue::Binary(Some(bytes)))
}

fn list(values: &[Option<f64>]) -> ColumnarValue {
    let values: Vec<_> = values.iter().map(|&v| ScalarValue::Float64(v)).collect();
    lit(ScalarValue::List(ScalarValue::new_list(&values, &DataType::Float64, true)))
}

const NAME: &str = "tdigest_quantile";

#[test]
fn one_quantile_of_each_digest() {
    let (few, one) = (digest(&[4.0, 1.0, 3.0, 2.0]), digest(&[7.0]));
    let digests = vec![Some(&few[..]), None, Some(&one), Some(&[])];
    let expected = [Some(1.75), None, Some(7.0), None];
    for column in [
        col(BinaryArray::from(digests.clone())),
        col(BinaryViewArray::from(digests.clone())),
        col(LargeBinaryArray::from(digests.clone())),
    ] {
        assert_eq!(numbers::<Float64Type>(NAME, vec![column, lit(0.25)]), expected);
    }
    let qs = col(Float64Array::from(vec![Some(0.0), None, Some(1.0)]));
    assert_eq!(
        numbers::<Float64Type>(NAME, vec![constant(few.clone()), qs]),
        [Some(1.0), None, Some(4.0)]
    );
    assert_eq!(numbers::<Float64Type>(NAME, vec![constant(few), lit(1)]), [Some(4.0)]);
    assert_eq!(numbers::<Float64Type>(NAME, vec![lit(ScalarValue::Null), lit(0.5)]), [None]);
    assert_eq!(numbers::<Float64Type>(NAME, vec![constant(one), lit(ScalarValue::Null)]), [None]);
}

#[test]
fn several_quantiles_of_each_digest() {
    let few = digest(&[4.0, 1.0, 3.0, 2.0]);
    let column = || col(BinaryArray::from(vec![Some(&few[..]), None]));
    let found = array(NAME, vec![column(), list(&[Some(0.5), Some(0.0), Some(1.0)])]);
    let found = found.as_list::<i32>();
    assert_eq!(found.value(0).as_primitive::<Float64Type>().values()[..], [2.5, 1.0, 4.0]);
    assert!(found.is_null(1));

    let qs =
        ListArray::from_iter_primitive::<Float64Type, _, _>([Some(vec![Some(1.0)]), Some(vec![])]);
    let found = array(NAME, vec![constant(few.clone()), col(qs)]);
    let found = found.as_list::<i32>();
    assert_eq!(found.value(0).as_primitive::<Float64Type>().values()[..], [4.0]);
    assert!(found.value(1).is_empty() && found.is_valid(1));
    let integers = ScalarValue::new_list(&[1.into(), 0.into()], &DataType::Int64, true);
    let found = array(NAME, vec![constant(few), lit(ScalarValue::List(Arc::clone(&integers)))]);
    assert_eq!(
        found.as_list::<i32>().value(0).as_primitive::<Float64Type>().values()[..],
        [4.0, 1.0]
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    for (q, shown) in [(1.5, "1.5"), (-0.1, "-0.1"), (f64::NAN, "NaN")] {
        let text = refusal(NAME, vec![constant(digest(&[1.0])), lit(q)]);
        assert!(
            text.contains(&format!("tdigest_quantile: q must lie in [0, 1], got {shown}")),
            "{text}"
        );
    }
    let text = refusal(NAME, vec![constant(digest(&[1.0])), list(&[Some(0.5), None])]);
    assert!(text.contains("q must lie in [0, 1], got NULL"), "{text}");
    let text = refusal(NAME, vec![constant(vec![0; 12]), lit(0.5)]);
    assert!(text.contains("tdigest_quantile: 12 bytes are no digest"), "{text}");
    let text = refusal(NAME, vec![lit(5), lit(0.5)]);
    assert!(text.contains("digest is Int32, expected Binary"), "{text}");
    let text = refusal(NAME, vec![constant(vec![]), lit("median")]);
    assert!(text.contains("q is Utf8, expected a number or a list of numbers"), "{text}");
    assert!(refusal(NAME, vec![lit(5)]).contains(NAME));
}

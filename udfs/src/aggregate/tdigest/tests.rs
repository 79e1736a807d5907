use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, Float32Array, Float64Array};
use arrow::datatypes::{DataType, Field};
use datafusion_common::ScalarValue;
use datafusion_expr::{Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator};

use super::super::statistic::tests::{Case, equal, result};
use super::*;
use crate::cell::tests::rng::Rng;
use crate::digest::{quantile, read_payload};

fn build() -> Build {
    Build(Compression::default())
}

fn some_values(n: usize) -> Vec<Option<f64>> {
    let mut rng = Rng::new(4);
    (0..n)
        .map(|_| match rng.next() % 30 {
            0 => None,
            1 => Some(f64::NAN),
            2 => Some(f64::INFINITY),
            _ => Some((rng.unit() * 1000.0).round()),
        })
        .collect()
}

fn column(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<Float64Array>())
}

#[test]
fn splits_do_not_matter_while_values_are_gathered() {
    let values = some_values(6000);
    let groups: Vec<_> = (0..values.len()).map(|row| row / 10 % 4).collect();
    let case = Case { columns: vec![column(&values)], groups: groups.clone(), count: 5 };
    let found = result(build, &case, equal);
    let payloads = found.as_binary::<i32>();
    assert!(payloads.is_null(4));
    for group in 0..4 {
        let own = values.iter().zip(&groups).filter(|row| *row.1 == group).filter_map(|row| *row.0);
        let count = own.filter(|value| !value.is_nan()).count();
        let centroids = read_payload(payloads.value(group)).unwrap();
        assert_eq!(centroids.iter().map(|c| c.weight).sum::<f64>(), count as f64);
        assert_eq!(quantile(&centroids, 1.0), Some(f64::INFINITY));
    }

    // The digests of these groups, merged.
    let digests: ArrayRef = Arc::new(payloads.clone());
    let case = Case { columns: vec![digests], groups: vec![0, 2, 2, 0, 0], count: 3 };
    let merged = result(|| Merge(build()), &case, equal);
    let merged = merged.as_binary::<i32>();
    let weight = |bytes: &[u8]| read_payload(bytes).unwrap().iter().map(|c| c.weight).sum::<f64>();
    assert!(merged.is_null(1));
    assert_eq!(weight(merged.value(2)), weight(payloads.value(1)) + weight(payloads.value(2)));
}

#[test]
fn many_values_merge_to_the_same_distribution() {
    let mut rng = Rng::new(6);
    let values: Vec<_> = (0..200_000).map(|_| rng.unit()).collect();
    let mut total = Groups::new(build());
    for part in values.chunks(30_000) {
        let mut acc = Groups::new(build());
        for batch in part.chunks(8192) {
            let column: ArrayRef = Arc::new(Float64Array::from(batch.to_vec()));
            acc.update_batch(&[column], &vec![0; batch.len()], None, 1).unwrap();
        }
        assert!(acc.size() < 40_000, "{}", acc.size());
        total.merge_batch(&acc.state(EmitTo::All).unwrap(), &[0], 1).unwrap();
    }
    let found = total.evaluate(EmitTo::All).unwrap();
    let centroids = read_payload(found.as_binary::<i32>().value(0)).unwrap();
    for q in [0.01, 0.25, 0.5, 0.9, 0.99] {
        assert!((quantile(&centroids, q).unwrap() - q).abs() < 0.005, "{q}");
    }
}

#[test]
fn rows_that_do_not_count_need_not_be_digests() {
    let bad: ArrayRef = Arc::new(BinaryArray::from(vec![Some(&b"junk"[..]), None, Some(&[])]));
    let mut acc = Groups::new(Merge(build()));
    let keep = arrow::array::BooleanArray::from(vec![false, true, true]);
    acc.update_batch(&[Arc::clone(&bad)], &[0, 0, 0], Some(&keep), 1).unwrap();
    assert!(acc.evaluate(EmitTo::All).unwrap().is_null(0));
    let text = acc.update_batch(&[bad], &[0, 0, 0], None, 1).unwrap_err().strip_backtrace();
    assert!(text.contains("tdigest_merge: 4 bytes are no digest"), "{text}");
}

#[test]
fn floats_of_single_precision_come_back_exactly() {
    let mut acc = Single::new(build());
    acc.update_batch(&[Arc::new(Float32Array::from(vec![0.1, 3000.25, -7e-5]))]).unwrap();
    let ScalarValue::Binary(Some(bytes)) = acc.evaluate().unwrap() else { panic!("no bytes") };
    let means: Vec<_> = read_payload(&bytes).unwrap().iter().map(|c| c.mean as f32).collect();
    assert_eq!(means, [-7e-5, 0.1, 3000.25]);
}

#[test]
fn the_field_says_how_the_bytes_are_read() {
    let x: FieldRef = Arc::new(Field::new("x", DataType::Float64, true));
    for field in [
        Tdigest::default().return_field(&[Arc::clone(&x)]).unwrap(),
        TdigestMerge::default().return_field(&[x]).unwrap(),
    ] {
        assert_eq!(field.data_type(), &DataType::Binary);
        assert_eq!(field.metadata()["weights"], "counts");
        assert!(field.metadata()["ragged"].contains(r#""dtype":"float32","shape":[-1,2]"#));
    }
}

#[test]
fn arguments_are_checked() {
    let f64 = DataType::Float64;
    let refused =
        |types: &[DataType]| Tdigest::default().coerce_types(types).unwrap_err().strip_backtrace();
    assert!(refused(&[]).contains("tdigest takes (x, delta), the last one optional; 0 were given"));
    assert!(refused(&[f64.clone(), f64.clone()]).contains("delta is Float64, expected an integer"));
    assert!(refused(&[DataType::Utf8]).contains("x must be a number, got Utf8"));
    let types = Tdigest::default().coerce_types(&[DataType::Int8, DataType::UInt8]).unwrap();
    assert_eq!(types, [f64.clone(), DataType::Int64]);
    let text = TdigestMerge::default().coerce_types(&[f64]).unwrap_err().strip_backtrace();
    assert!(text.contains("digest is Float64, expected Binary"), "{text}");
    let text = of_constant("tdigest", &ScalarValue::Int64(Some(7))).unwrap_err().strip_backtrace();
    assert!(text.contains("tdigest: delta 7 is outside 16..=8192"), "{text}");
    assert!(of_constant("tdigest", &ScalarValue::Int64(None)).is_err());
}

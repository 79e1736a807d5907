use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int8Array, Int64Array, StringArray, UInt64Array,
};
use arrow::datatypes::{DataType, Int8Type};
use datafusion_expr::{Accumulator, AggregateUDFImpl};

use super::super::statistic::tests::{Case, equal, result};
use super::*;
use crate::cell::tests::rng::Rng;

fn signed(returns: DataType) -> MostFrequent<Integer<Int64Type>> {
    MostFrequent::new(returns)
}

fn of(column: ArrayRef) -> ArrayRef {
    let mut acc = Single::new(signed(column.data_type().clone()));
    acc.update_batch(&[column]).unwrap();
    acc.evaluate().unwrap().to_array().unwrap()
}

#[test]
fn the_smallest_of_the_most_frequent() {
    let flags = |values: &[Option<i8>]| -> ArrayRef { Arc::new(Int8Array::from(values.to_vec())) };
    let mode = |values: &[Option<i8>]| {
        let found = of(flags(values));
        let found = found.as_primitive::<Int8Type>();
        found.is_valid(0).then(|| found.value(0))
    };
    assert_eq!(mode(&[]), None);
    assert_eq!(mode(&[None, None]), None);
    assert_eq!(mode(&[Some(3), None, Some(1), Some(3)]), Some(3));
    assert_eq!(mode(&[Some(5), Some(-7), Some(-7), Some(5), Some(9)]), Some(-7));
    assert_eq!(mode(&[Some(1), Some(0), None, None, None]), Some(0));
    let found = of(Arc::new(BooleanArray::from(vec![Some(true), Some(false), Some(true), None])));
    assert!(found.as_boolean().value(0));
    let found = of(Arc::new(BooleanArray::from(vec![true, false])));
    assert!(!found.as_boolean().value(0));
}

#[test]
fn the_largest_words_are_counted_as_they_are() {
    let words: ArrayRef = Arc::new(UInt64Array::from(vec![1, u64::MAX, u64::MAX, 1 << 63, 1]));
    let mut acc = Single::new(MostFrequent::<Integer<UInt64Type>>::new(DataType::UInt64));
    acc.update_batch(&[Arc::clone(&words)]).unwrap();
    assert_eq!(acc.evaluate().unwrap(), 1_u64.into());
    acc.update_batch(&[words.slice(1, 1)]).unwrap();
    assert_eq!(acc.evaluate().unwrap(), u64::MAX.into());
}

#[test]
fn splits_do_not_matter() {
    let mut rng = Rng::new(21);
    for different in [2, 40, 5000] {
        let values: Vec<_> = (0..4000)
            .map(|_| (!rng.next().is_multiple_of(11)).then(|| (rng.next() % different) as i64 - 1))
            .collect();
        let groups: Vec<_> = (0..values.len()).map(|row| row / 6 % 5).collect();
        let expected: Vec<_> = (0..6)
            .map(|group| {
                let mut own: Vec<_> = values
                    .iter()
                    .zip(&groups)
                    .filter(|v| *v.1 == group)
                    .filter_map(|v| *v.0)
                    .collect();
                own.sort_unstable();
                let runs = own.chunk_by(|a, b| a == b);
                runs.rev().max_by_key(|run| run.len()).map(|run| run[0])
            })
            .collect();
        let numbers: ArrayRef = Arc::new(Int64Array::from(values.clone()));
        let case = Case { columns: vec![numbers], groups: groups.clone(), count: 6 };
        let found = result(|| signed(DataType::Int64), &case, equal);
        assert_eq!(*found, Int64Array::from(expected.clone()));

        let name = |value: i64| format!("flag {value:06}");
        let names = values.iter().map(|value| value.map(name)).collect::<StringArray>();
        let case = Case { columns: vec![Arc::new(names)], groups, count: 6 };
        let found = result(|| MostFrequent::<Text>::new(DataType::Utf8), &case, equal);
        let expected = expected.into_iter().map(|value| value.map(name)).collect::<StringArray>();
        assert_eq!(*found, expected);
    }
}

#[test]
fn memory_follows_the_different_values() {
    let mut acc = Single::new(signed(DataType::Int64));
    let empty = acc.size();
    for _ in 0..100 {
        acc.update_batch(&[Arc::new(Int64Array::from_iter_values((0..1000).map(|i| i % 3)))])
            .unwrap();
    }
    assert!(acc.size() - empty <= 64 * 16, "{}", acc.size());
    acc.update_batch(&[Arc::new(Int64Array::from_iter_values(0..50_000))]).unwrap();
    assert!((50_000 * 16..50_000 * 64).contains(&acc.size()), "{}", acc.size());
}

#[test]
fn floats_are_refused_and_text_is_text() {
    let mode = Mode::default();
    let text = mode.coerce_types(&[DataType::Float32]).unwrap_err().strip_backtrace();
    assert!(text.contains("mode: x is Float32, expected integers, Booleans or text"), "{text}");
    let words = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::LargeUtf8));
    for given in [DataType::Utf8View, words] {
        assert_eq!(mode.coerce_types(&[given]).unwrap(), [DataType::Utf8]);
    }
    assert_eq!(mode.coerce_types(&[DataType::UInt16]).unwrap(), [DataType::UInt16]);
    assert_eq!(mode.coerce_types(&[DataType::Null]).unwrap(), [DataType::Int64]);
}

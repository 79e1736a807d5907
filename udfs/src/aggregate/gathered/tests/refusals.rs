//! What is refused with the plan, and in which words.

use datafusion_expr::{AggregateUDFImpl, Expr, col, lit, placeholder};

use super::*;
use crate::aggregate::{Nmad, Quantile, Quantiles};

fn refused(shape: Shape, q: ScalarValue) -> String {
    Probabilities::of_constant("quantiles", shape, &q).unwrap_err().strip_backtrace()
}

fn list(values: &[Option<f64>]) -> ScalarValue {
    let values: Vec<_> = values.iter().map(|&v| ScalarValue::Float64(v)).collect();
    ScalarValue::List(ScalarValue::new_list(&values, &DataType::Float64, true))
}

#[test]
fn a_bad_q_is_named() {
    let number = |q| refused(Shape::Number, ScalarValue::Float64(q));
    assert!(number(Some(1.5)).ends_with("q must lie in [0, 1], got 1.5"));
    assert!(number(Some(-0.1)).contains("got -0.1"));
    assert!(number(Some(f64::NAN)).contains("got NaN"));
    assert!(number(None).contains("got NULL"));
    let several = |q: &[_]| refused(Shape::List, list(q));
    assert!(several(&[Some(0.1), Some(7.0)]).contains("got 7 as number 2"));
    assert!(several(&[Some(0.1), None]).contains("got NULL in"));
    assert!(several(&[]).contains("the list of q is empty"));
}

#[test]
fn q_may_be_any_constant_number() {
    let ints = ScalarValue::new_list(&[1.into(), 0.into()], &DataType::Int64, true);
    let ints = Probabilities::of_constant("quantiles", Shape::List, &ScalarValue::List(ints));
    assert_eq!(ints.unwrap(), probabilities(&[1.0, 0.0]));
    let one = Probabilities::of_constant("quantile", Shape::Number, &ScalarValue::Int64(Some(1)));
    assert_eq!(one.unwrap(), probabilities(&[1.0]));
}

#[test]
fn q_must_be_constant() {
    let of = |q: Expr| Probabilities::of_logical("quantile", Shape::Number, &q);
    assert!(of(lit(0.5)).unwrap().is_some());
    assert!(of(placeholder("$1")).unwrap().is_none());
    let message = of(col("a") + lit(0.5)).unwrap_err().strip_backtrace();
    assert!(message.contains("q must be a constant, got a + Float64(0.5)"), "{message}");
}

#[test]
fn arguments_are_coerced() {
    let (one, several) = (Quantile::default(), Quantiles::default());
    let (f64, f32) = (DataType::Float64, DataType::Float32);
    let qs = DataType::new_list(f64.clone(), true);
    for (given, kept) in [
        (f32.clone(), f32.clone()),
        (DataType::Float16, f32),
        (DataType::Int8, f64.clone()),
        (DataType::UInt64, f64.clone()),
        (DataType::Decimal128(9, 2), f64.clone()),
        (DataType::Null, f64.clone()),
    ] {
        let args = one.coerce_types(&[given.clone(), DataType::Int64]).unwrap();
        assert_eq!(args, [kept.clone(), f64.clone()]);
        let ints = DataType::new_list(DataType::Int64, true);
        assert_eq!(several.coerce_types(&[given, ints]).unwrap(), [kept, qs.clone()]);
    }
    let message = one.coerce_types(&[DataType::Utf8, f64.clone()]).unwrap_err().strip_backtrace();
    assert!(message.contains("x must be a number, got Utf8"), "{message}");
    assert!(several.coerce_types(&[f64.clone(), f64.clone()]).is_err());
    assert!(one.coerce_types(std::slice::from_ref(&f64)).is_err());
    let nmad = Nmad::default();
    assert_eq!(nmad.coerce_types(&[DataType::Float16]).unwrap(), [DataType::Float32]);
    assert!(nmad.coerce_types(&[DataType::Utf8]).is_err() && nmad.coerce_types(&[]).is_err());
}

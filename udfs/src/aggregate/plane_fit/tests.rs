use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion_expr::{Accumulator, AggregateUDFImpl};

use super::super::statistic::tests::{Case, result};
use super::*;
use crate::cell::tests::rng::Rng;

type Point = [Option<f64>; 3];

fn columns(points: &[Point]) -> Vec<ArrayRef> {
    let column = |k: usize| points.iter().map(|point| point[k]).collect::<Float64Array>();
    (0..3).map(|k| Arc::new(column(k)) as ArrayRef).collect()
}

/// The struct of a row: `[slope_x, slope_y, intercept, rmse]`, and n.
type Fit = (Option<[f64; 4]>, i64);

fn fits(array: &ArrayRef) -> Vec<Option<Fit>> {
    let fits = array.as_struct();
    let number = |name: &str, row: usize| {
        let column = fits.column_by_name(name).unwrap().as_primitive::<Float64Type>();
        column.is_valid(row).then(|| column.value(row))
    };
    (0..fits.len())
        .map(|row| {
            let n = fits.column_by_name("n").unwrap().as_primitive::<Int64Type>().value(row);
            let all = ["slope_x", "slope_y", "intercept", "rmse"].map(|name| number(name, row));
            assert!(all.iter().all(Option::is_some) || all.iter().all(Option::is_none));
            let plane = all[0].map(|_| all.map(Option::unwrap));
            fits.is_valid(row).then_some((plane, n))
        })
        .collect()
}

fn fit(points: &[Point]) -> Option<Fit> {
    let mut acc = Single::new(Plane);
    acc.update_batch(&columns(points)).unwrap();
    fits(&acc.evaluate().unwrap().to_array().unwrap()).remove(0)
}

fn plane(points: impl IntoIterator<Item = [f64; 3]>) -> [f64; 4] {
    let points: Vec<_> = points.into_iter().map(|point| point.map(Some)).collect();
    fit(&points).unwrap().0.unwrap()
}

#[test]
fn a_plane_is_found_again() {
    let grid = (0..5).flat_map(|x| (0..4).map(move |y| [f64::from(x), f64::from(y)]));
    let found = plane(grid.map(|[x, y]| [x, y, 7.0 + 0.5 * x - 0.25 * y]));
    assert!(
        found.iter().zip([0.5, -0.25, 7.0, 0.0]).all(|(a, b)| (a - b).abs() < 1e-7),
        "{found:?}"
    );
    // Four corners, one of them up by 4: residuals of ±1.
    let found = plane([[0.0, 0.0, 4.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]]);
    let expected = [-2.0, -2.0, 3.0, 1.0];
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
}

#[test]
fn coordinates_of_a_projection_and_small_residuals_keep_their_digits() {
    let mut rng = Rng::new(2);
    let points: Vec<_> = (0..2000)
        .map(|i| {
            let (x, y) = (1600.0 * rng.unit() - 1.234e6, 1600.0 * rng.unit() + 2.5e6);
            let residual = if i % 2 == 0 { 0.01 } else { -0.01 };
            [x, y, 3000.0 + 0.02 * (x + 1.234e6) - 0.005 * (y - 2.5e6) + residual]
        })
        .collect();
    let found = plane(points);
    assert!((found[0] - 0.02).abs() < 2e-6 && (found[1] + 0.005).abs() < 2e-6, "{found:?}");
    assert!((found[3] / 0.01 - 1.0).abs() < 2e-3, "{found:?}");
}

#[test]
fn points_that_define_no_plane_have_their_number_only() {
    assert_eq!(fit(&[]), None);
    assert_eq!(fit(&[[None, Some(1.0), Some(1.0)]]), None);
    let bad = [f64::NAN, f64::INFINITY].map(|bad| [Some(1.0), Some(bad), Some(1.0)]);
    assert_eq!(fit(&bad), None);
    let two = [[0.0, 0.0, 1.0], [1.0, 5.0, 1.0]].map(|point| point.map(Some));
    assert_eq!(fit(&two), Some((None, 2)));
    assert_eq!(fit(&[[Some(3.0); 3]; 9]), Some((None, 9)));
    // A straight track, also far from the origin and with the noise of rounding.
    for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (0.7, -0.3), (1e-3, 1e3)] {
        let track: Vec<_> = (0..100)
            .map(|i| {
                [
                    Some(1e6 + 20.0 * dx * f64::from(i)),
                    Some(-3e6 + 20.0 * dy * f64::from(i)),
                    Some(1.0),
                ]
            })
            .collect();
        assert_eq!(fit(&track), Some((None, 100)), "{dx} {dy}");
    }
    // A metre of scatter across two kilometres is a plane.
    let track: Vec<_> = (0..100).map(|i| [f64::from(i) * 20.0, f64::from(i % 3), 2.0]).collect();
    assert!(plane(track)[1].abs() < 1e-9);
}

#[test]
fn splits_do_not_matter() {
    let mut rng = Rng::new(8);
    let points: Vec<_> = (0..1500)
        .map(|i| {
            let (x, y) = (1000.0 * rng.unit() + 4e5, 1000.0 * rng.unit() - 7e5);
            let z = 100.0 + 0.1 * (x - 4e5) + rng.unit();
            [Some(x), Some(y).filter(|_| i % 19 != 0), Some(if i % 23 == 0 { f64::NAN } else { z })]
        })
        .collect();
    let groups = (0..points.len()).map(|row| row / 9 % 6).collect();
    let case = Case { columns: columns(&points), groups, count: 7 };
    let found = result(
        || Plane,
        &case,
        |found, expected| {
            for (found, expected) in fits(found).into_iter().zip(fits(expected)) {
                assert_eq!(found.map(|fit| fit.1), expected.map(|fit| fit.1));
                let (found, expected) = (found.and_then(|f| f.0), expected.and_then(|f| f.0));
                assert_eq!(found.is_some(), expected.is_some());
                for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
                    assert!((found / expected - 1.0).abs() < 1e-8, "{found} {expected}");
                }
            }
        },
    );
    assert_eq!(fits(&found)[6], None);
}

#[test]
fn arguments_are_numbers() {
    let f = PlaneFit::default();
    let types = [DataType::Int8, DataType::Float32, DataType::Null];
    assert_eq!(f.coerce_types(&types).unwrap(), vec![DataType::Float64; 3]);
    let text = f.coerce_types(&[DataType::Int8, DataType::Int8, DataType::Utf8]).unwrap_err();
    assert!(text.to_string().contains("plane_fit: z must be a number, got Utf8"));
    assert!(f.coerce_types(&types[..2]).is_err());
}

//! `healpix_cell` and `morton_cell`.

use arrow::array::{Float32Array, Float64Array, Int8Array, Int64Array, UInt64Array};
use datafusion_common::ScalarValue;

use super::{col, ids, lit, refusal};
use crate::cell::morton::{Kind, from_nested};
use crate::cell::{Convention, nested};

const LON: [f64; 4] = [-49.5, 0.0, 179.9, -120.25];
const LAT: [f64; 4] = [69.1, 0.0, -89.9, 45.0];

fn expected(order: u8, convention: Convention) -> Vec<Option<u64>> {
    LON.iter().zip(LAT).map(|(&lon, lat)| nested(lon, lat, order, convention).unwrap()).collect()
}

fn lon() -> datafusion_expr::ColumnarValue {
    col(Float64Array::from(LON.to_vec()))
}

fn lat() -> datafusion_expr::ColumnarValue {
    col(Float64Array::from(LAT.to_vec()))
}

#[test]
fn columns_with_a_constant_order() {
    for order in [0_i64, 6, 12, 29] {
        let cells = expected(order as u8, Convention::Authalic);
        assert_eq!(ids("healpix_cell", vec![lon(), lat(), lit(order)]), cells);
        assert_eq!(ids("healpix_cell", vec![lon(), lat(), lit(order), lit("authalic")]), cells);
        let words: Vec<_> = cells
            .iter()
            .map(|c| c.map(|c| from_nested(c, order as u8, Kind::Area).unwrap()))
            .collect();
        assert_eq!(ids("morton_cell", vec![lon(), lat(), lit(order)]), words);
        let sphere = expected(order as u8, Convention::Sphere);
        assert_eq!(ids("healpix_cell", vec![lon(), lat(), lit(order), lit("sphere")]), sphere);
    }
}

#[test]
fn every_argument_may_be_a_constant_or_a_column() {
    let orders = [3_i8, 29, 0, 12];
    let column = || col(Int8Array::from(orders.to_vec()));
    let mixed: Vec<_> = LON
        .iter()
        .zip(LAT)
        .zip(orders)
        .map(|((&lon, lat), order)| nested(lon, lat, order as u8, Convention::Authalic).unwrap())
        .collect();
    assert_eq!(ids("healpix_cell", vec![lon(), lat(), column()]), mixed);
    let words: Vec<_> = mixed
        .iter()
        .zip(orders)
        .map(|(c, order)| c.map(|c| from_nested(c, order as u8, Kind::Area).unwrap()))
        .collect();
    assert_eq!(ids("morton_cell", vec![lon(), lat(), column()]), words);

    let one = nested(LON[0], LAT[0], 12, Convention::Authalic).unwrap();
    assert_eq!(ids("healpix_cell", vec![lit(LON[0]), lit(LAT[0]), lit(12_u8)]), [one]);
    let row = |lon, lat, order| nested(lon, lat, order, Convention::Authalic).unwrap();
    let found = ids("healpix_cell", vec![lit(10.0), lat(), lit(5_i32)]);
    assert_eq!(found, LAT.map(|lat| row(10.0, lat, 5)));
    let found = ids("healpix_cell", vec![lon(), lit(-5.0), lit(5_i32)]);
    assert_eq!(found, LON.map(|lon| row(lon, -5.0, 5)));
    let found = ids("healpix_cell", vec![lit(10.0), lit(20.0), column()]);
    assert_eq!(found, orders.map(|order| row(10.0, 20.0, order as u8)));
}

#[test]
fn nulls_and_what_is_no_position_give_null() {
    let lon =
        || col(Float64Array::from(vec![None, Some(1.0), Some(f64::NAN), Some(1.0), Some(1.0)]));
    let lat = || col(Float64Array::from(vec![Some(1.0), None, Some(1.0), Some(90.5), Some(90.0)]));
    let cell = nested(1.0, 90.0, 4, Convention::Authalic).unwrap();
    let expected = [None, None, None, None, cell];
    assert_eq!(ids("healpix_cell", vec![lon(), lat(), lit(4)]), expected);
    let orders = col(Int64Array::from(vec![4; 5]));
    assert_eq!(ids("healpix_cell", vec![lon(), lat(), orders]), expected);
    let word = cell.map(|cell| from_nested(cell, 4, Kind::Area).unwrap());
    assert_eq!(ids("morton_cell", vec![lon(), lat(), lit(4)]), [None, None, None, None, word]);

    assert_eq!(ids("healpix_cell", vec![lit(f64::NAN), lit(0.0), lit(4)]), [None]);
    assert_eq!(ids("morton_cell", vec![lit(0.0), lit(f64::INFINITY), lit(4)]), [None]);
    assert_eq!(ids("healpix_cell", vec![lit(ScalarValue::Null), lat(), lit(4)]), [None; 5]);
    assert_eq!(ids("healpix_cell", vec![lon(), lat(), lit(ScalarValue::Null)]), [None; 5]);
    assert_eq!(ids("healpix_cell", vec![lit(ScalarValue::Null), lit(0.0), lit(4)]), [None]);
    let orders = col(Int64Array::from(vec![Some(0), None]));
    let found = ids("healpix_cell", vec![lit(0.0), lit(0.0), orders]);
    assert_eq!(found, [nested(0.0, 0.0, 0, Convention::Authalic).unwrap(), None]);
}

#[test]
fn no_rows_give_no_rows() {
    let none = || col(Float64Array::from(Vec::<f64>::new()));
    assert!(ids("healpix_cell", vec![none(), none(), lit(4)]).is_empty());
    assert!(ids("morton_cell", vec![none(), none(), lit(4)]).is_empty());
}

#[test]
fn a_slice_of_a_column_keeps_its_offset() {
    let lon = Float64Array::from(LON.to_vec()).slice(1, 2);
    let lat = Float64Array::from(vec![Some(LAT[0]), None, Some(LAT[2]), None]).slice(1, 2);
    let found = ids("healpix_cell", vec![col(lon), col(lat), lit(7)]);
    assert_eq!(found, [None, nested(LON[2], LAT[2], 7, Convention::Authalic).unwrap()]);
}

#[test]
fn other_number_types_are_converted() {
    let lon = col(Float32Array::from(vec![-49.5]));
    let lat = col(UInt64Array::from(vec![69]));
    let expected = nested(-49.5, 69.0, 12, Convention::Authalic).unwrap();
    assert_eq!(ids("healpix_cell", vec![lon, lat, lit(12_u64)]), [expected]);
}

#[test]
fn wrong_orders_are_refused_with_name_and_value() {
    for bad in [-1_i64, 30, i64::MAX, i64::MIN] {
        for name in ["healpix_cell", "morton_cell"] {
            let text = refusal(name, vec![lon(), lat(), lit(bad)]);
            assert!(text.contains(name) && text.contains(&bad.to_string()), "{text}");
            assert!(text.starts_with("Error during planning"), "{text}");
            let orders = col(Int64Array::from(vec![0, 0, 0, bad]));
            let text = refusal(name, vec![lon(), lat(), orders]);
            assert!(text.contains(name) && text.contains(&bad.to_string()), "{text}");
            assert!(text.starts_with("Execution error"), "{text}");
        }
    }
    let text = refusal("healpix_cell", vec![lon(), lat(), lit(12.0)]);
    assert!(text.contains("order is Float64, expected an integer"), "{text}");
}

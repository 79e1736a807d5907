//! The shape of cells, and what is around them.

use std::sync::Arc;

use arrow::array::{Array, AsArray, Int32Array, ListArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Float64Type, UInt64Type};
use datafusion_common::ScalarValue;
use datafusion_expr::ReturnFieldArgs;

use super::{array, col, function, ids, lit, numbers, outline, refusal};
use crate::cell::{Convention, area, boundary, distance, neighbors, vertices};

fn cells(values: Vec<Option<u64>>) -> datafusion_expr::ColumnarValue {
    col(UInt64Array::from(values))
}

fn corners(lists: &ListArray, row: usize) -> Vec<(f64, f64)> {
    let points = lists.value(row);
    let points = points.as_struct();
    let column = |name: &str| {
        points.column_by_name(name).unwrap().as_primitive::<Float64Type>().values().to_vec()
    };
    column("lon").into_iter().zip(column("lat")).collect()
}

#[test]
fn corners_in_the_order_of_the_maths() {
    let given = vec![Some(0), None, Some(11 << 24), Some(8 << 24)];
    for convention in [Convention::Authalic, Convention::Sphere] {
        let args = vec![cells(given.clone()), lit(12), lit(convention.name())];
        let found = array("healpix_vertices", args);
        let found = found.as_list::<i32>();
        for (row, cell) in given.iter().enumerate() {
            let expected = cell.map(|cell| vertices(cell, 12, convention).unwrap().to_vec());
            assert_eq!(found.is_valid(row).then(|| corners(found, row)), expected);
        }
    }
    // The south pole is the first corner of base cell 8, with the longitude of its middle.
    let found = array("healpix_vertices", vec![lit(8), lit(0)]);
    assert_eq!(corners(found.as_list(), 0)[0], (45.0, -90.0));
    let orders = col(Int32Array::from(vec![Some(0), None]));
    assert_eq!(array("healpix_vertices", vec![lit(3), orders]).null_count(), 1);
    let text = refusal("healpix_vertices", vec![lit(12), lit(0)]);
    assert!(text.contains("healpix_vertices: cell 12 does not exist at order 0"), "{text}");
}

/// The ring of a polygon in WKB: byte order, type 3, one ring, its points.
fn ring(bytes: &[u8]) -> Vec<(f64, f64)> {
    let (head, points) = bytes.split_at(13);
    assert_eq!(head[..9], [1, 3, 0, 0, 0, 1, 0, 0, 0]);
    let numbers: Vec<_> =
        points.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    assert_eq!(head[9..], (numbers.len() as u32 / 2).to_le_bytes());
    assert_eq!(points.len(), numbers.len() * 8);
    numbers.as_chunks::<2>().0.iter().map(|&[lon, lat]| (lon, lat)).collect()
}

#[test]
fn outlines_are_polygons_in_wkb() {
    for (cell, order, points) in [(66101639, 12, 1), (0, 0, 1), (6, 0, 3), ((1 << 58) - 1, 29, 2)] {
        let expected = boundary(cell, order, points, Convention::Authalic).unwrap();
        let bytes = outline(vec![lit(cell), lit(order), lit(i32::from(points))]);
        assert_eq!(ring(&bytes), expected);
    }
    let sphere = boundary(77, 2, 4, Convention::Sphere).unwrap();
    assert_eq!(ring(&outline(vec![lit(77), lit(2), lit(4), lit("sphere")])), sphere);
    assert_eq!(outline(vec![lit(77), lit(2)]), outline(vec![lit(77), lit(2), lit(1)]));

    let points = col(Int32Array::from(vec![Some(1), None, Some(2)]));
    let found = array("healpix_boundary", vec![lit(5), lit(1), points]);
    assert_eq!(
        found.as_binary::<i32>().iter().map(|b| b.map(<[u8]>::len)).collect::<Vec<_>>(),
        [Some(93), None, Some(157)]
    );
    for bad in [0, -1, 1025, 70_000] {
        let text = refusal("healpix_boundary", vec![lit(5), lit(1), lit(bad)]);
        let expected =
            format!("healpix_boundary: {bad} points per edge of a cell are outside 1..=1024");
        assert!(text.contains(&expected), "{text}");
    }
    let text = refusal("healpix_boundary", vec![lit(5)]);
    assert!(
        text.contains("takes (cell, order, points_per_edge, convention), the last 2 optional"),
        "{text}"
    );
    let text = refusal("healpix_boundary", vec![lit(5), lit(0), lit("sphere")]);
    assert!(text.contains("points_per_edge is Utf8, expected an integer"), "{text}");
}

#[test]
fn the_column_of_outlines_is_known_to_geoarrow() {
    let fields = [DataType::UInt64, DataType::Int64].map(|t| Arc::new(Field::new("a", t, false)));
    let args = ReturnFieldArgs { arg_fields: &fields, scalar_arguments: &[None, None] };
    let field = function("healpix_boundary").return_field_from_args(args).unwrap();
    assert_eq!(field.metadata()["ARROW:extension:name"], "geoarrow.wkb");
    assert!(field.metadata()["ARROW:extension:metadata"].contains("OGC:CRS84"));
    assert!(!field.is_nullable());
}

#[test]
fn neighbors_distances_and_areas() {
    let found = array("healpix_neighbors", vec![cells(vec![Some(0), None, Some(70)]), lit(3)]);
    let found = found.as_list::<i32>();
    assert!(found.is_null(1));
    for (row, cell) in [(0, 0), (2, 70)] {
        let list = found.value(row);
        assert_eq!(list.as_primitive::<UInt64Type>().values()[..], neighbors(cell, 3).unwrap());
    }
    let from = cells(vec![Some(0), None, Some(70)]);
    let metres = numbers::<Float64Type>("healpix_distance", vec![from, lit(5), lit(3)]);
    assert_eq!(metres, [distance(0, 5, 3).ok(), None, distance(70, 5, 3).ok()]);
    assert_eq!(
        numbers::<Float64Type>("healpix_distance", vec![lit(5), lit(5), lit(3)]),
        [Some(0.0)]
    );
    let orders = col(Int32Array::from(vec![Some(0), None, Some(29)]));
    let areas = numbers::<Float64Type>("healpix_area", vec![orders]);
    assert_eq!(areas, [area(0).ok(), None, area(29).ok()]);

    let text = refusal("healpix_distance", vec![lit(5), lit(800), lit(3)]);
    assert!(text.contains("healpix_distance: cell 800 does not exist at order 3"), "{text}");
    let text = refusal("healpix_neighbors", vec![lit(5), lit(30)]);
    assert!(text.contains("healpix_neighbors: order: order 30"), "{text}");
    let text = refusal("healpix_area", vec![lit(-1)]);
    assert!(text.contains("healpix_area: order: order -1 is outside 0..=29"), "{text}");
    let text = refusal("healpix_distance", vec![lit(5), lit("a"), lit(3)]);
    assert!(text.contains("cell_b is Utf8"), "{text}");
}

#[test]
fn cells_hold_their_descendants() {
    let word = |text: &str| ids("morton_parse", vec![lit(text)])[0];
    let fine = ["-4312", "-43", "-4", "-44", "4312"].map(word);
    let found = array("morton_contains", vec![lit(word("-43").unwrap()), cells(fine.to_vec())]);
    let found: Vec<_> = found.as_boolean().iter().collect();
    assert_eq!(found, [true, true, false, false, false].map(Some));
    let found = array("morton_contains", vec![lit(0_u64), cells(vec![Some(0), fine[0], None])]);
    assert_eq!(found.null_count(), 3);
    let point = word("133333333333333333333333333333p");
    let found = array("morton_contains", vec![lit(word("13").unwrap()), cells(vec![point])]);
    assert!(found.as_boolean().value(0));
    let text = refusal("morton_contains", vec![lit(5_u64), lit(fine[0].unwrap())]);
    assert!(text.contains("morton_contains: 5 is no Morton word"), "{text}");
    let null = array("morton_contains", vec![lit(ScalarValue::Null), lit(fine[0].unwrap())]);
    assert!(null.is_null(0));
}

//! Pictures of shapes say what the shapes say.

use geo_types::{Geometry, polygon};

use super::*;
use crate::cell::cover::Region;
use crate::cell::tests::rng::Rng;
use crate::cell::{Convention, cell_count};

fn shapes() -> Vec<Shape> {
    let wkt = |text| Shape::from_wkt(text, Convention::Authalic).unwrap();
    let hole = polygon!(
        exterior: [(x: -60.0, y: 60.0), (x: -20.0, y: 60.0), (x: -25.0, y: 80.0), (x: -55.0, y: 80.0)],
        interiors: [[(x: -50.0, y: 65.0), (x: -30.0, y: 65.0), (x: -35.0, y: 75.0), (x: -45.0, y: 75.0)]],
    );
    vec![
        Shape::new(&Geometry::from(hole), Convention::Sphere).unwrap(),
        wkt("POLYGON((175 -80, -175 -80, -175 -82, 175 -82, 175 -80))"),
        wkt("POLYGON((0 80, 90 80, 180 80, -90 80, 0 80))"),
        wkt("POLYGON((-180 -90, 180 -90, 180 -60, -180 -60, -180 -90))"),
        wkt("MULTIPOLYGON(((0 0, 20 0, 10 20, 0 0)), ((5 -5, 15 -5, 10 15, 5 -5)))"),
        wkt("POLYGON((10 10, 10.001 10, 10.001 10.001, 10 10))"),
        Shape::from_bbox([-180.0, -90.0, 180.0, 90.0], Convention::Authalic).unwrap(),
    ]
}

#[test]
fn a_picture_says_what_the_shape_says() {
    let mut rng = Rng::new(17);
    for shape in shapes() {
        let regions = [
            Region::new(shape.clone()).unwrap(),
            Region::at_order(shape.clone(), 0).unwrap(),
            Region::at_order(shape.clone(), 5).unwrap(),
        ];
        for order in [0, 3, 6, 9, 13] {
            let count = cell_count(order).unwrap();
            // Anywhere, and where the shape's edges are.
            let near = shape.cover(order.min(9)).unwrap().at_order(order).unwrap();
            let (near, step) = (near.cells(), near.count() / 500 + 1);
            let anywhere = (0..500).map(|_| rng.next() % count);
            for cell in anywhere.chain(near.step_by(step as usize)) {
                let said = shape.contains_center(cell, order).unwrap();
                for region in &regions {
                    assert_eq!(
                        region.contains_center(cell, order).unwrap(),
                        said,
                        "{cell} {order}"
                    );
                }
            }
        }
    }
}

#[test]
fn cells_wholly_inside_have_all_their_corners_inside() {
    for shape in shapes() {
        for order in [0, 2, 6] {
            let (touched, inside) = shape.cover_and_inside(order).unwrap();
            assert_eq!(touched, shape.cover(order).unwrap());
            assert_eq!(inside.intersection(&touched), inside);
            for cell in inside.cells().step_by(7) {
                for descendant in [0, 5, 10, 15] {
                    assert!(shape.contains_center((cell << 4) + descendant, order + 2).unwrap());
                }
            }
        }
    }
    let world = Shape::from_bbox([-180.0, -90.0, 180.0, 90.0], Convention::Authalic).unwrap();
    let (touched, _) = world.cover_and_inside(0).unwrap();
    assert_eq!(touched, Cover::full(0).unwrap());
}

#[test]
fn text_and_bytes_are_read_or_refused() {
    let read = |text| Shape::from_wkt(text, Convention::Authalic);
    assert!(read(" SRID=4326;POLYGON((0 0, 1 0, 0 1, 0 0))\n").unwrap().is_area());
    assert!(!read("LINESTRING(0 0, 1 0)").unwrap().is_area());
    for (text, said) in [
        ("SRID=3031;POINT(0 0)", "SRID=3031: expected SRID=4326"),
        ("POLYGON((0 0", "is no WKT"),
        ("", "is no WKT"),
        ("POLYGON EMPTY", "empty"),
        ("POINT(0 91)", "vertex 0 of point is (0, 91)"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
    let bytes = |bytes: &[u8]| Shape::from_wkb(bytes, Convention::Authalic);
    let mut point = vec![1, 1, 0, 0, 0];
    point.extend(10_f64.to_le_bytes());
    point.extend(20_f64.to_le_bytes());
    assert!(bytes(&point).unwrap().contains(10.0, 20.0));
    for cut in [0, 1, 4, 12] {
        let error = bytes(&point[..cut]).unwrap_err().to_string();
        assert!(error.contains("no WKB"), "{error}");
    }
}

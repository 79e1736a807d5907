//! Points in shapes, and the boxes that hold shapes.

use super::oracle::{V, away, between, to_position, to_vector};
use super::{BOTH, polygon, shape};
use crate::cell::Convention;
use crate::cell::cover::Shape;
use crate::cell::tests::rng::Rng;

/// Inside and outside of a regular polygon are known from the distance to its middle.
#[test]
fn regular_polygons() {
    let mut rng = Rng::new(21);
    for case in 0..400 {
        let convention = BOTH[case % 2];
        let (lon, lat) = rng.position();
        let middle = to_vector(lon, if case % 5 == 0 { 90.0 } else { lat }, Convention::Sphere);
        let radius = 1e-6 * 1.5e6_f64.powf(rng.unit());
        let ring: Vec<(f64, f64)> = (0..60)
            .map(|k| {
                to_position(
                    away(middle, f64::from(k) * std::f64::consts::TAU / 60.0, radius),
                    convention,
                )
            })
            .collect();
        let shape = Shape::new(&polygon(&[&ring]), convention).unwrap();
        let bbox = shape.bbox();
        for _ in 0..50 {
            let bearing = rng.unit() * std::f64::consts::TAU;
            let (lon, lat) =
                to_position(away(middle, bearing, radius * 0.99 * rng.unit()), convention);
            assert!(shape.contains(lon, lat), "({lon}, {lat}) in {ring:?}");
            let east_of_west = (lon - bbox[0]).rem_euclid(360.0);
            let width = if bbox[2] - bbox[0] == 360.0 {
                360.0
            } else {
                (bbox[2] - bbox[0]).rem_euclid(360.0)
            };
            assert!(
                east_of_west <= width && (bbox[1]..=bbox[3]).contains(&lat),
                "({lon}, {lat}) {bbox:?}"
            );
            let away_from = radius * (1.01 + rng.unit()).min(3.1 / radius);
            let (lon, lat) = to_position(away(middle, bearing, away_from), convention);
            assert!(!shape.contains(lon, lat), "({lon}, {lat}) out of {ring:?}");
        }
    }
}

#[test]
fn the_boundary_is_inside() {
    let ring = [(10.0, 20.0), (50.0, 25.0), (40.0, 60.0)];
    let shape = shape(&ring);
    let vectors: Vec<V> =
        ring.iter().map(|(x, y)| to_vector(*x, *y, Convention::Authalic)).collect();
    for k in 0..100 {
        let (lon, lat) =
            to_position(between(vectors[0], vectors[1], f64::from(k) / 99.0), Convention::Authalic);
        assert!(shape.contains(lon, lat), "{lon} {lat}");
    }
    for no_position in [(f64::NAN, 0.0), (0.0, f64::NAN), (0.0, 91.0), (f64::INFINITY, 0.0)] {
        assert!(!shape.contains(no_position.0, no_position.1));
    }
}

#[test]
fn boxes_of_shapes() {
    let near = |found: [f64; 4], expected: [f64; 4]| {
        assert!(
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6),
            "{found:?} {expected:?}"
        );
    };
    near(shape(&[(10.0, 20.0), (12.0, 20.0), (12.0, 23.0)]).bbox(), [10.0, 20.0, 12.0, 23.0]);
    near(shape(&[(170.0, -5.0), (-175.0, -5.0), (-175.0, 5.0)]).bbox()[..].try_into().unwrap(), {
        let [_, south, _, north] = shape(&[(10.0, -5.0), (25.0, -5.0), (25.0, 5.0)]).bbox();
        [170.0, south, -175.0, north]
    });
    // The highest place of a great circle lies between its ends.
    let [_, _, _, north] = shape(&[(-60.0, 60.0), (60.0, 60.0), (0.0, 50.0)]).bbox();
    assert!((north - 73.9).abs() < 0.01, "{north}");
    let cap: Vec<_> = (0..36).map(|k| (f64::from(k) * 10.0, -75.0)).collect();
    let [west, south, east, north] = shape(&cap).bbox();
    assert_eq!((west, south, east), (-180.0, -90.0, 180.0));
    assert!(north > -75.0 && north < -74.9);
    near(shape(&[(10.0, 90.0), (20.0, 80.0), (30.0, 80.0)]).bbox(), {
        let north = 90.0;
        [-180.0, 80.0, 180.0, north]
    });
}

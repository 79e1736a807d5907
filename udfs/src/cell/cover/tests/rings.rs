//! Rings with something special about them, by dense samples of what must be covered.

use geo_types::{Geometry, GeometryCollection, MultiPolygon, Polygon, line_string, point};

use super::oracle::{boundary, cells, to_vector};
use super::{BOTH, coords, has, polygon, shape};
use crate::cell::cover::{Shape, ShapeError};
use crate::cell::tests::rng::Rng;
use crate::cell::{Convention, nested};

/// Positions that must be covered, at each order and in both conventions; and the share of the sphere that the cover may have
/// at order 7 at most.
fn holds(geometry: &Geometry<f64>, inside: impl Fn(&mut Rng) -> (f64, f64), fraction: f64) {
    for convention in BOTH {
        let shape = Shape::new(geometry, convention).unwrap();
        for order in 0..=8 {
            let cover = shape.cover(order).unwrap();
            let mut rng = Rng::new(order.into());
            for _ in 0..3000 {
                let (lon, lat) = inside(&mut rng);
                assert!(
                    has(&cover, lon, lat, convention),
                    "({lon}, {lat}) at order {order}, {convention}"
                );
            }
            if order == 7 {
                assert!(cover.fraction() < fraction, "{}", cover.fraction());
            }
        }
    }
}

fn between(rng: &mut Rng, from: f64, to: f64) -> f64 {
    from + (to - from) * rng.unit()
}

/// The share of the sphere between two latitudes.
fn band(south: f64, north: f64) -> f64 {
    (north.to_radians().sin() - south.to_radians().sin()) / 2.0
}

#[test]
fn rings_round_a_pole() {
    for (sign, reversed) in [(1.0, false), (1.0, true), (-1.0, false), (-1.0, true)] {
        let mut ring: Vec<_> = (0..360).map(|k| (f64::from(k) - 180.0, sign * 75.0)).collect();
        if reversed {
            ring.reverse();
        }
        let inside =
            |rng: &mut Rng| (between(rng, -180.0, 180.0), sign * between(rng, 75.01, 90.0));
        holds(&polygon(&[&ring]), inside, band(75.0, 90.0) * 1.1);
        assert!(
            shape(&ring).contains(12.0, sign * 90.0) && !shape(&ring).contains(12.0, sign * 74.0)
        );
    }
}

#[test]
fn rings_over_the_antimeridian_from_both_sides() {
    let inside = |rng: &mut Rng| {
        let lon = between(rng, 175.0, 185.0);
        (if lon > 180.0 { lon - 360.0 } else { lon }, between(rng, 59.9, 69.9))
    };
    for ring in [
        [(175.0, 59.9), (-175.0, 59.9), (-175.0, 69.9), (175.0, 69.9)],
        [(-175.0, 59.9), (175.0, 59.9), (175.0, 69.9), (-175.0, 69.9)],
        [(175.0, 59.9), (185.0, 59.9), (185.0, 69.9), (175.0, 69.9)],
        [(-185.0, 59.9), (-175.0, 59.9), (-175.0, 69.9), (-185.0, 69.9)],
    ] {
        // Great circles: the southern side is up to 0.1 degrees north of its parallel.
        let inside = |rng: &mut Rng| {
            let (lon, lat) = inside(rng);
            (lon, lat.max(60.1))
        };
        holds(&polygon(&[&ring]), inside, 0.003);
    }
    // With vertices on it, on both sides of it.
    let ring = [
        (179.0, -80.0),
        (180.0, -80.0),
        (-180.0, -80.0),
        (-179.0, -80.0),
        (-179.0, -79.0),
        (-180.0, -79.0),
        (180.0, -79.0),
        (179.0, -79.0),
    ];
    let inside = |rng: &mut Rng| (180.0 + between(rng, -1.0, 1.0), between(rng, -79.99, -79.01));
    holds(&polygon(&[&ring]), inside, 0.0005);
}

#[test]
fn rings_on_the_plane() {
    // A cap, a band and the world as boxes to ±180.
    let of = |south: f64, north: f64| {
        polygon(&[&[
            (-180.0, south),
            (180.0, south),
            (180.0, north),
            (-180.0, north),
            (-180.0, south),
        ]])
    };
    for (south, north) in
        [(-90.0, -60.0), (60.0, 90.0), (-30.0, 60.0), (-90.0, 89.0), (-90.0, 90.0)]
    {
        let inside = |rng: &mut Rng| (between(rng, -180.0, 180.0), between(rng, south, north));
        holds(&of(south, north), inside, (band(south, north) * 1.05).clamp(0.03, 1.000_1));
        let shape = Shape::new(&of(south, north), Convention::Authalic).unwrap();
        assert!(shape.contains(77.0, south) && shape.contains(-180.0, north - 1e-9));
        assert!(south == -90.0 || !shape.contains(77.0, south - 1e-6));
    }
    // A coast from -180 to 180 that is closed by the pole.
    let mut ring: Vec<_> =
        (0..=72).map(|k| (f64::from(k) * 5.0 - 180.0, -70.0 - 3.0 * f64::from(k % 2))).collect();
    ring.extend([(180.0, -90.0), (-180.0, -90.0)]);
    let inside = |rng: &mut Rng| (between(rng, -180.0, 180.0), between(rng, -90.0, -73.1));
    holds(&polygon(&[&ring]), inside, 0.05);
    assert!(!shape(&ring).contains(0.0, -60.0));
}

#[test]
fn boxes() {
    for bbox in [
        [170.0, -60.0, -170.0, -50.0],
        [-10.0, 30.0, 60.0, 80.0],
        [0.0, -90.0, 360.0, -80.0],
        [5.0, 1.0, 5.0, 2.0],
        [-170.0, 60.0, 170.0, 61.0],
    ] {
        let width = if bbox[2] < bbox[0] { bbox[2] + 360.0 - bbox[0] } else { bbox[2] - bbox[0] };
        for convention in BOTH {
            let shape = Shape::from_bbox(bbox, convention).unwrap();
            let cover = shape.cover(7).unwrap();
            let mut rng = Rng::new(5);
            for k in 0..10_000 {
                let (mut x, mut y) = (rng.unit(), rng.unit());
                match k % 5 {
                    0 => x = (x * 2.0).floor(),
                    1 => y = (y * 2.0).floor(),
                    _ => {}
                }
                let lon = (bbox[0] + x * width + 540.0).rem_euclid(360.0) - 180.0;
                let lat = bbox[1] + y * (bbox[3] - bbox[1]);
                assert!(has(&cover, lon, lat, convention), "({lon}, {lat}) of {bbox:?}");
            }
            // With a cell of 0.46 degrees on every side.
            let wider = |lat: f64, by: f64| (lat + by).clamp(-90.0, 90.0);
            let most =
                band(wider(bbox[1], -0.7), wider(bbox[3], 0.7)) * (width + 3.0).min(360.0) / 360.0;
            assert!(cover.fraction() < most, "{} {most}", cover.fraction());
        }
    }
    let wrong = |bbox| Shape::from_bbox(bbox, Convention::Authalic).unwrap_err().to_string();
    assert_eq!(
        wrong([0.0, 10.0, 1.0, 5.0]),
        "the box west 0, south 10, east 1, north 5 is none: its south is north of its north"
    );
    assert!(wrong([f64::NAN, 0.0, 1.0, 5.0]).ends_with("its longitudes are not finite"));
    assert!(wrong([0.0, 0.0, 1.0, 95.0]).ends_with("its latitudes are not within ±90 degrees"));
}

#[test]
fn holes() {
    let outer: [(f64, f64); 4] = [(10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0)];
    let hole: [(f64, f64); 4] = [(15.0, 15.0), (15.0, 25.0), (25.0, 25.0), (25.0, 15.0)];
    let geometry = polygon(&[&outer, &hole]);
    let inside = |rng: &mut Rng| (between(rng, 10.1, 14.9), between(rng, 10.5, 29.5));
    holds(&geometry, inside, 0.012);
    let shape = Shape::new(&geometry, Convention::Authalic).unwrap();
    assert!(
        shape.contains(12.0, 20.0) && !shape.contains(20.0, 20.0) && shape.contains(15.0, 20.0)
    );
    let cover = shape.cover(8).unwrap();
    assert!(!has(&cover, 20.0, 20.0, Convention::Authalic));
    assert!(
        shape
            .contains_center(nested(12.0, 20.0, 8, Convention::Authalic).unwrap().unwrap(), 8)
            .unwrap()
    );
}

#[test]
fn rings_that_touch_or_cross_themselves() {
    // A bow tie: both triangles are inside.
    let bow = [(0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0)];
    let inside = |rng: &mut Rng| {
        let x = between(rng, 0.0, 4.8);
        (if rng.unit() < 0.5 { x } else { 10.0 - x }, 5.0 + (4.9 - x) * between(rng, -1.0, 1.0))
    };
    holds(&polygon(&[&bow]), inside, 0.003);
    assert!(!shape(&bow).contains(5.0, 9.0));
    // Two squares that share a corner, in one ring, and a spike.
    let two = [
        (0.0, 0.0),
        (5.0, 0.0),
        (5.0, 5.0),
        (10.0, 5.0),
        (10.0, 10.0),
        (5.0, 10.0),
        (5.0, 5.0),
        (0.0, 5.0),
        (0.0, 2.0),
        (-8.0, 2.0),
        (0.0, 2.0),
    ];
    let inside = |rng: &mut Rng| match rng.next() % 3 {
        0 => (between(rng, 0.01, 5.0), between(rng, 0.01, 4.99)),
        1 => (between(rng, 5.0, 9.99), between(rng, 5.02, 9.99)),
        _ => (-8.0, 2.0),
    };
    holds(&polygon(&[&two]), inside, 0.004);
    assert!(!shape(&two).contains(7.0, 2.0) && !shape(&two).contains(-4.0, 1.0));
}

#[test]
fn tiny_and_degenerate_rings() {
    let mut rng = Rng::new(9);
    for case in 0..2000 {
        let (lon, lat) = rng.position();
        let lat = if case % 4 == 0 { lat.signum() * (90.0 - 1e-3 * rng.unit()) } else { lat };
        let size = 1e-9 * 1e6_f64.powf(rng.unit());
        let wide = size / lat.to_radians().cos().max(1e-3);
        let ring: Vec<_> =
            [(0.0, 0.0), (wide, 0.0), (wide, size), (wide, size), (0.0, size), (0.0, 0.0)]
                .map(|(x, y)| (lon + x, (lat + y).min(90.0)))
                .to_vec();
        for convention in BOTH {
            let shape = Shape::new(&polygon(&[&ring]), convention).unwrap();
            let order = (rng.next() % 10) as u8;
            let cover = shape.cover(order).unwrap();
            for &(lon, lat) in &ring {
                assert!(has(&cover, lon, lat, convention), "({lon}, {lat}) of {ring:?} at {order}");
            }
            // Most lie within one cell.
            assert!(cover.count() <= 4, "{} cells of {ring:?} at {order}", cover.count());
        }
    }
    for ring in [
        vec![(5.0, 5.0)],
        vec![(5.0, 5.0); 4],
        vec![(5.0, 5.0), (7.0, 5.0)],
        vec![(5.0, 5.0), (6.0, 5.0), (7.0, 5.0), (5.0, 5.0)],
    ] {
        let shape = shape(&ring);
        let cover = shape.cover(6).unwrap();
        let vectors: Vec<_> =
            ring.iter().map(|(x, y)| to_vector(*x, *y, Convention::Authalic)).collect();
        for cell in cells(boundary(&vectors, 100), 6, Convention::Authalic) {
            assert!(cover.contains(cell, 6).unwrap());
        }
        assert!(cover.count() < 8 && shape.contains(5.0, 5.0) && !shape.contains(6.0, 6.0));
    }
}

#[test]
fn vertices_on_corners_of_cells_and_edges_along_them() {
    // Base cells have their corners at multiples of 45 degrees, and meridians for sides.
    for ring in [
        vec![(0.0, 0.0), (90.0, 0.0), (90.0, 90.0)],
        vec![(0.0, 0.0), (90.0, 0.0), (0.0, 90.0)],
        vec![(0.0, -45.0), (45.0, 0.0), (0.0, 45.0), (-45.0, 0.0)],
        vec![
            (-45.0, 0.0),
            (45.0, 0.0),
            (45.0, 41.810_314_895_778_6),
            (-45.0, 41.810_314_895_778_6),
        ],
        vec![(0.0, 10.0), (0.0, 80.0), (180.0, 80.0), (180.0, 10.0), (90.0, 5.0)],
    ] {
        for convention in BOTH {
            let shape = Shape::new(&polygon(&[&ring]), convention).unwrap();
            let vectors: Vec<_> = ring.iter().map(|(x, y)| to_vector(*x, *y, convention)).collect();
            let mut rng = Rng::new(3);
            for order in 0..7 {
                let cover = shape.cover(order).unwrap();
                for cell in cells(boundary(&vectors, 2000), order, convention) {
                    assert!(cover.contains(cell, order).unwrap(), "{cell} at {order} of {ring:?}");
                }
                for _ in 0..3000 {
                    let (lon, lat) = rng.position();
                    assert!(!shape.contains(lon, lat) || has(&cover, lon, lat, convention));
                }
            }
            let (inside, all) =
                (0..20_000).map(|_| rng.position()).fold((0, 0), |(n, all), (lon, lat)| {
                    (n + usize::from(shape.contains(lon, lat)), all + 1)
                });
            let share = f64::from(inside as u32) / f64::from(all as u32);
            let found = shape.cover(7).unwrap().fraction();
            assert!((found - share).abs() < 0.02, "{found} {share} of {ring:?}");
        }
    }
}

#[test]
fn other_geometries() {
    let parts = vec![
        Geometry::from(point!(x: 100.0, y: 89.999)),
        line_string![(x: 170.0, y: 10.0), (x: -170.0, y: -10.0)].into(),
        MultiPolygon(vec![
            Polygon::new(coords(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]), vec![]),
            Polygon::new(coords(&[(0.5, 0.5), (2.0, 0.5), (2.0, 2.0)]), vec![]),
        ])
        .into(),
    ];
    let shape =
        Shape::new(&Geometry::GeometryCollection(GeometryCollection(parts)), Convention::Sphere)
            .unwrap();
    let cover = shape.cover(9).unwrap();
    for (lon, lat) in
        [(100.0, 89.999), (180.0, 0.0), (175.0, 5.0), (0.9, 0.1), (1.9, 1.0), (0.9, 0.75)]
    {
        assert!(has(&cover, lon, lat, Convention::Sphere) || lon == 175.0, "{lon} {lat}");
    }
    assert!(shape.contains(100.0, 89.999) && shape.contains(0.8, 0.7) && !shape.contains(0.1, 0.8));
    assert_eq!(shape.convention(), Convention::Sphere);
}

#[test]
fn what_is_refused() {
    let wrong =
        |ring: &[(f64, f64)]| Shape::new(&polygon(&[ring]), Convention::Authalic).unwrap_err();
    assert_eq!(wrong(&[]), ShapeError::Empty);
    assert_eq!(
        wrong(&[(0.0, 0.0), (1.0, 95.0), (1.0, 1.0)]).to_string(),
        "vertex 1 of polygon, ring 0 is (1, 95): expected a finite longitude and a latitude within ±90 degrees"
    );
    assert!(
        wrong(&[(f64::INFINITY, 0.0), (1.0, 5.0)])
            .to_string()
            .starts_with("vertex 0 of polygon, ring 0")
    );
}

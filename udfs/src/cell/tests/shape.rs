//! Outlines and neighbours.

use super::rng::Rng;
use super::sample_ids;
use crate::cell::*;

const BOTH: [Convention; 2] = [Convention::Authalic, Convention::Sphere];

/// Twice the area of a closed ring in the plane, positive if it runs counter-clockwise.
fn area_of(ring: &[(f64, f64)]) -> f64 {
    ring.windows(2).map(|p| p[0].0 * p[1].1 - p[1].0 * p[0].1).sum()
}

/// Whether a point lies within a closed ring, by counting crossings of a line to the east.
fn holds(ring: &[(f64, f64)], (lon, lat): (f64, f64)) -> bool {
    let crossings = ring.windows(2).filter(|edge| {
        let ((x1, y1), (x2, y2)) = (edge[0], edge[1]);
        (y1 > lat) != (y2 > lat) && lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1)
    });
    crossings.count() % 2 == 1
}

#[test]
fn rings_are_closed_continuous_and_counter_clockwise() {
    let mut rng = Rng::new(5);
    for order in [0, 1, 3, 8, 15, 29] {
        for cell in sample_ids(order, &mut rng) {
            for (points, convention) in [(1, BOTH[0]), (3, BOTH[1]), (16, BOTH[0])] {
                let ring = boundary(cell, order, points, convention).unwrap();
                let (lon, _) = center(cell, order, convention).unwrap();
                assert_eq!(ring.first(), ring.last());
                let poles = ring[1..].iter().filter(|p| p.1.abs() == 90.0).count();
                assert!([0, 2].contains(&poles), "{cell} {order}");
                assert_eq!(ring.len(), 4 * usize::from(points) + 1 + poles / 2);
                assert!(ring.iter().all(|p| (p.0 - lon).abs() <= 90.0 && p.1.abs() <= 90.0));
                assert!(order > 20 || area_of(&ring) > 0.0, "{cell} {order}");
            }
        }
    }
}

#[test]
fn corners_of_the_ring_are_the_vertices() {
    for (cell, order) in [(0, 0), (4, 0), (11, 0), (77, 2), (66101639, 12)] {
        let corners = vertices(cell, order, Convention::Authalic).unwrap();
        let ring = boundary(cell, order, 1, Convention::Authalic).unwrap();
        for corner in corners.iter().filter(|corner| corner.1.abs() < 90.0) {
            let same =
                |p: &&(f64, f64)| (p.0 - corner.0).rem_euclid(360.0) < 1e-9 && p.1 == corner.1;
            assert!(ring.iter().any(|p| same(&p)), "{cell}: {corner:?} in {ring:?}");
        }
    }
}

#[test]
fn a_ring_with_enough_points_holds_the_positions_of_its_cell() {
    let mut rng = Rng::new(11);
    for order in [0, 2, 5] {
        for _ in 0..2000 {
            let position = rng.position();
            let cell =
                nested(position.0, position.1, order, Convention::Authalic).unwrap().unwrap();
            let ring = boundary(cell, order, 256, Convention::Authalic).unwrap();
            let (middle, _) = center(cell, order, Convention::Authalic).unwrap();
            let lon = position.0 + 360.0 * ((middle - position.0) / 360.0).round();
            assert!(holds(&ring, (lon, position.1)), "{position:?} in {cell} of order {order}");
        }
    }
}

#[test]
fn rings_across_the_antimeridian_go_beyond_it() {
    for lat in [-80.0, -10.0, 10.0, 80.0] {
        for lon in [179.999, -179.999] {
            let cell = nested(lon, lat, 3, Convention::Authalic).unwrap().unwrap();
            let ring = boundary(cell, 3, 4, Convention::Authalic).unwrap();
            assert!(ring.windows(2).all(|p| (p[0].0 - p[1].0).abs() < 46.0), "{ring:?}");
        }
    }
    // Base cell 6 is centred on the antimeridian.
    let ring = boundary(6, 0, 1, Convention::Sphere).unwrap();
    assert_eq!(
        ring.iter().map(|p| p.0).collect::<Vec<_>>(),
        [-180.0, -135.0, -180.0, -225.0, -180.0]
    );
}

#[test]
fn points_per_edge_have_bounds() {
    assert!(boundary(0, 0, MAX_POINTS_PER_EDGE, Convention::Authalic).is_ok());
    for points in [0, MAX_POINTS_PER_EDGE + 1] {
        let error = boundary(0, 0, points, Convention::Authalic).unwrap_err();
        assert_eq!(error, CellError::PointsPerEdge { points: points.into() });
    }
    assert!(boundary(12, 0, 1, Convention::Authalic).is_err());
}

#[test]
fn neighbors_touch_and_are_mutual() {
    for order in 0..=3 {
        let count = cell_count(order).unwrap();
        let all: Vec<_> = (0..count).map(|cell| neighbors(cell, order).unwrap()).collect();
        let mut seven = 0;
        for (cell, around) in (0..).zip(&all) {
            assert!(around.is_sorted_by(|a, b| a < b) && !around.contains(&cell));
            assert!(around.iter().all(|&other| all[other as usize].contains(&cell)));
            match (order, around.len()) {
                (0, 6) | (1.., 8) => {}
                (1.., 7) => seven += 1,
                (_, n) => panic!("cell {cell} of order {order} has {n} neighbours"),
            }
        }
        assert_eq!(seven, if order == 0 { 0 } else { 24 }, "order {order}");
    }
    let mut rng = Rng::new(3);
    for cell in sample_ids(29, &mut rng) {
        assert!(
            neighbors(cell, 29).unwrap().iter().all(|&n| distance(cell, n, 29).unwrap() < 0.04)
        );
    }
    assert!(neighbors(12, 0).is_err() && neighbors(0, 30).is_err());
}

//! The two constants that were found by looking: how far cells reach beyond arcs, and frames apart.

use super::oracle::{V, between, to_position, to_vector};
use crate::cell::cover::lattice::{Cell, bulge, point};
use crate::cell::tests::rng::Rng;
use crate::cell::{Convention, vertices};

#[test]
fn corners_are_those_of_the_reference() {
    let mut rng = Rng::new(1);
    for order in 0..=29 {
        for id in super::super::super::tests::sample_ids(order, &mut rng) {
            let cell = Cell::new(id, order);
            assert_eq!(cell.id(), id);
            let side = 0.5_f64.powi(order.into());
            let at = |i: u32, j: u32| {
                point(cell.base, f64::from(cell.i + i) * side, f64::from(cell.j + j) * side)
            };
            let expected = vertices(id, order, Convention::Sphere).unwrap();
            for (found, (lon, lat)) in
                [at(0, 0), at(1, 0), at(1, 1), at(0, 1)].into_iter().zip(expected)
            {
                let [x, y, z] = to_vector(lon, lat, Convention::Sphere);
                let off = (found.x - x).hypot(found.y - y).hypot(found.z - z);
                assert!(off < 3e-15, "order {order}, cell {id}: {off:e}");
            }
        }
    }
}

/// No side of a cell reaches further beyond the arc between its corners than is allowed for.
#[test]
fn sides_stay_within_their_bulge() {
    let mut rng = Rng::new(2);
    let mut worst = 0.0_f64;
    for order in 0..=20 {
        let mut ids: Vec<u64> = super::super::super::tests::sample_ids(order, &mut rng);
        if order <= 5 {
            ids = (0..12 << (2 * order)).collect();
        }
        // All along the base cells' sides, where cells have their worst forms, and round the poles.
        let last = (1_u32 << order) - 1;
        for k in 0..64_u32.min(last) {
            for (i, j) in [
                (last, k),
                (k, last),
                (last - k, last),
                (last / 64 * k, last),
                (last - k, last - k),
            ] {
                ids.push(Cell { base: 0, order, i, j }.id());
                ids.push(Cell { base: 9, order, i: last - i, j: last - j }.id());
            }
        }
        for id in ids {
            let cell = Cell::new(id, order);
            let side = 0.5_f64.powi(order.into());
            let at = |u: f64, v: f64| {
                point(cell.base, (f64::from(cell.i) + u) * side, (f64::from(cell.j) + v) * side)
            };
            let corners = [at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0), at(0.0, 1.0)];
            // The least that is allowed for, whichever corner it is asked at.
            let allowed =
                corners.iter().map(|c| bulge(order, c.x.hypot(c.y))).fold(f64::INFINITY, f64::min);
            for k in 0..4 {
                let inward = corners[k].normal(corners[(k + 1) % 4]).unit();
                for step in 1..32 {
                    let t = f64::from(step) / 32.0;
                    let on = [at(t, 0.0), at(1.0, t), at(1.0 - t, 1.0), at(0.0, 1.0 - t)][k];
                    worst = worst.max((-on.dot(inward) - 4e-16) / allowed);
                }
            }
        }
    }
    println!("sides reach out by {worst:.3} of what is allowed for");
    assert!(worst < 1.0, "{worst}");
}

/// A great circle through geodetic latitudes is within the thickness of the edge.
#[test]
fn great_circles_of_both_frames_are_within_an_edge() {
    let mut rng = Rng::new(3);
    let mut worst = 0.0_f64;
    for _ in 0..50_000 {
        let ((lon, lat), (to_lon, to_lat)) = (rng.position(), rng.position());
        let shorter = 0.01 + 0.99 * rng.unit();
        let frame = Convention::Sphere;
        let (a, b) = (to_vector(lon, lat, frame), to_vector(to_lon, to_lat, frame));
        let b = between(a, b, shorter);
        let moved = |v: V| {
            let (lon, lat) = to_position(v, frame);
            let [x, y, z] = to_vector(lon, lat, Convention::Authalic);
            super::super::vector::Vector::new(x, y, z)
        };
        let edge = super::super::edge::Edge::new(moved(a), moved(b), 0.0);
        for step in 1..8 {
            let on = moved(between(a, b, f64::from(step) / 8.0));
            worst = worst.max(edge.normal.dot(on).abs() / edge.margin);
        }
    }
    println!("frames are apart by {worst:.3} of what is allowed for");
    assert!(worst < 1.0, "{worst}");
}

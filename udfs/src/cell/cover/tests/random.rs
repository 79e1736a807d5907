//! Random polygons all over the sphere: no cell of a point on or in one is missed, and few cells are too many.

use std::f64::consts::TAU;

use super::oracle::{V, away, between, boundary, cells, to_position, to_vector};
use super::{BOTH, polygon};
use crate::cell::cover::Shape;
use crate::cell::tests::rng::Rng;
use crate::cell::{Convention, cell_count};

/// A polygon of great circles round a centre from which all of it can be seen: vertices by bearing and distance.
fn star(rng: &mut Rng, center: V, radius: f64) -> Vec<V> {
    let count = 3 + (rng.next() % 30) as usize;
    let turn = rng.unit() * TAU;
    // Neighbours less than half a turn apart, or an edge would pass on the other side of the centre.
    let free = if count == 3 { 0.45 } else { 0.8 };
    (0..count)
        .map(|k| {
            let bearing = turn + (k as f64 + free * rng.unit()) * TAU / count as f64;
            away(center, bearing, radius * (0.15 + 0.85 * rng.unit()))
        })
        .collect()
}

/// As a user would write it, unsplit and with its longitudes as they come.
fn ring(vertices: &[V], convention: Convention) -> Vec<(f64, f64)> {
    let mut ring: Vec<_> = vertices.iter().map(|v| to_position(*v, convention)).collect();
    ring.extend(ring.first().copied());
    ring
}

fn center(rng: &mut Rng, case: usize) -> V {
    let (lon, lat) = rng.position();
    let (lon, lat) = match case % 6 {
        0 => (lon, 90.0 - 2.0 * rng.unit() * rng.unit()),
        1 => (lon, -90.0 + 2.0 * rng.unit() * rng.unit()),
        2 => (180.0 - rng.unit(), lat),
        3 => (-180.0 + rng.unit(), lat),
        _ => (lon, lat),
    };
    to_vector(lon, lat, Convention::Sphere)
}

#[test]
fn nothing_is_missed_of_ten_thousand_polygons() {
    let mut rng = Rng::new(555);
    // Beside the poles, and elsewhere.
    let (mut samples, mut of_order) = (0, [[(0.0, 0.0); 11]; 2]);
    for case in 0..10_000 {
        let convention = BOTH[case / 6 % 2];
        let order = 2 + (rng.next() % 9) as u8;
        let side = 1.02 / f64::from(1_u32 << order);
        // From a hundredth of a cell to thirty cells, but less than a hemisphere.
        let radius = (side * 0.01 * 3000.0_f64.powf(rng.unit())).min(1.2);
        let middle = center(&mut rng, case);
        let mut vertices = star(&mut rng, middle, radius);
        if case % 2 == 1 {
            vertices.reverse();
        }
        let ring = ring(&vertices, convention);
        let shape = Shape::new(&polygon(&[&ring]), convention).unwrap();
        let cover = shape.cover(order).unwrap();
        // The vertices as they come out of their positions.
        let vertices: Vec<V> = ring.iter().map(|(x, y)| to_vector(*x, *y, convention)).collect();
        let within: Vec<V> = boundary(&vertices, 7)
            .flat_map(|b| [0.0, 0.2, 0.5, 0.8, 0.97].map(|t| between(middle, b, t)))
            .collect();
        // Of some, so many samples that the cells they are in are all that are touched.
        let counts = case % 7 == 0 && radius < 3.0 * side;
        let (on, towards) = if counts { (600, 40) } else { (60, 0) };
        let inner = || {
            let to = boundary(&vertices, towards).filter(|_| counts);
            to.flat_map(|b| (1..40).map(move |t| between(middle, b, f64::from(t) / 40.0)))
        };
        let points = || boundary(&vertices, on).chain(within.iter().copied()).chain(inner());
        let truth = cells(points(), order, convention);
        for cell in &truth {
            assert!(
                cover.contains(*cell, order).unwrap(),
                "case {case}, order {order}: {cell} of {ring:?}"
            );
        }
        for v in &within {
            let (lon, lat) = to_position(*v, convention);
            assert!(shape.contains(lon, lat), "case {case}: ({lon}, {lat}) in {ring:?}");
        }
        samples += points().count();
        if counts {
            let (found, needed) = &mut of_order[usize::from(case % 6 > 1)][usize::from(order)];
            *found += cover.count() as f64;
            *needed += truth.len() as f64;
        }
        assert!(cover.count() < cell_count(order).unwrap());
    }
    println!("{samples} samples in 10,000 polygons");
    for (place, of_order, most) in
        [("beside the poles", of_order[0], 1.35), ("elsewhere", of_order[1], 1.04)]
    {
        let ratios = of_order
            .iter()
            .enumerate()
            .skip(2)
            .map(|(order, (found, needed))| (order, found / needed));
        let all: String =
            ratios.clone().map(|(order, ratio)| format!(" {ratio:.3} at order {order}")).collect();
        println!("times the cells needed {place}:{all}");
        assert!(ratios.clone().all(|(order, ratio)| order < 5 || ratio < most));
    }
}

//! Many shapes at once are found to touch what each of them touches.

use geo_types::{Geometry, MultiPolygon, Point, Polygon};

use super::oracle::{V, away, to_position, to_vector};
use super::{BOTH, coords, polygon};
use crate::cell::Convention;
use crate::cell::cover::lattice::{Cell, point};
use crate::cell::cover::{Assigner, Cover, Shape};
use crate::cell::tests::rng::Rng;

fn blob(rng: &mut Rng, radius: f64) -> Vec<(f64, f64)> {
    let (lon, lat) = rng.position();
    let middle = to_vector(lon, lat, Convention::Sphere);
    let count = 3 + (rng.next() % 90) as usize;
    let vertex = |k: usize| -> V {
        let bearing = k as f64 * std::f64::consts::TAU / count as f64;
        away(middle, bearing, radius * (0.3 + 0.7 * rng.unit()))
    };
    (0..count).map(vertex).map(|v| to_position(v, Convention::Authalic)).collect()
}

fn some(rng: &mut Rng, count: usize, scale: f64) -> Vec<Geometry<f64>> {
    (0..count)
        .map(|k| match k % 10 {
            0 => {
                let (lon, lat) = rng.position();
                Point::new(lon, lat).into()
            }
            1 => polygon(&[&blob(rng, scale), &blob(rng, scale / 9.0)]),
            2 => {
                let part = |rng: &mut Rng| Polygon::new(coords(&blob(rng, scale)), vec![]);
                MultiPolygon(vec![part(rng), part(rng), part(rng)]).into()
            }
            3 => polygon(&[&[(-180.0, -90.0), (180.0, -90.0), (180.0, -85.0), (-180.0, -85.0)]]),
            4 => polygon(&[&blob(rng, 40.0 * scale)]),
            _ => polygon(&[&blob(rng, scale)]),
        })
        .collect()
}

/// Nothing is missed of what dense samples find on the boundaries and inside, and little is found beyond the covers.
#[test]
fn each_as_if_it_were_alone() {
    let mut rng = Rng::new(31);
    for order in [0, 1, 3, 5, 6, 8, 12, 13] {
        let side = 1.0 / f64::from(1_u32 << order);
        let shapes = some(&mut rng, 120, (6.0 * side).min(0.03));
        for convention in BOTH {
            for region in [None, Some(Cover::from_cells(2, [3, 17, 90, 91, 140]).unwrap())] {
                let wanted = |cell: u64| {
                    region.as_ref().is_none_or(|region| region.intersects(cell, order).unwrap())
                };
                let mut assigner = Assigner::new(order, convention).unwrap();
                if let Some(region) = &region {
                    assigner = assigner.within(region).unwrap();
                }
                let (first, rest) = shapes.split_at(50);
                assigner.add(first).unwrap();
                assigner.add(rest).unwrap();
                assert_eq!(assigner.len(), shapes.len());
                let found = assigner.finish();
                assert!(found.is_sorted_by_key(|(cell, _)| *cell));
                assert!(
                    found.iter().all(|(cell, numbers)| wanted(*cell)
                        && numbers.iter().is_sorted_by(|a, b| a < b))
                );
                let mut of_shape = vec![Vec::new(); shapes.len()];
                for (cell, numbers) in &found {
                    numbers.iter().for_each(|n| of_shape[n as usize].push(*cell));
                }
                let (mut all, mut more, mut fewer) = (0, 0, 0);
                for (number, geometry) in shapes.iter().enumerate() {
                    let shape = Shape::new(geometry, convention).unwrap();
                    let found = Cover::from_cells(order, of_shape[number].iter().copied()).unwrap();
                    let alone = shape.cover(order).unwrap();
                    for cell in alone
                        .cells()
                        .filter(|cell| wanted(*cell) && !found.contains(*cell, order).unwrap())
                    {
                        // Then it must be one that is not touched, but nearly.
                        assert!(
                            !is_touched(&shape, cell, order, convention),
                            "{number} at {order}: {cell} of {geometry:?}"
                        );
                        fewer += 1;
                    }
                    all += alone.count();
                    more += found.count() - found.intersection(&alone).count();
                }
                println!(
                    "order {order}, {convention}: {all} cells one by one, {more} more and {fewer} fewer together"
                );
                assert!(more * 50 < all && fewer * 50 < all);
            }
        }
    }
}

/// Whether any of the shape is found in a cell by a dense sample of it.
fn is_touched(shape: &Shape, cell: u64, order: u8, convention: Convention) -> bool {
    let cell = Cell::new(cell, order);
    let side = 0.5_f64.powi(order.into());
    (0..=200)
        .flat_map(|i| (0..=200).map(move |j| (f64::from(i) / 200.0, f64::from(j) / 200.0)))
        .any(|(u, v)| {
            let at =
                point(cell.base, (f64::from(cell.i) + u) * side, (f64::from(cell.j) + v) * side);
            let (lon, lat) = at.position(convention);
            shape.contains(lon, lat)
        })
}

#[test]
fn a_shape_that_is_none_is_named() {
    let mut assigner = Assigner::new(5, Convention::Authalic).unwrap();
    let good = Geometry::from(Point::new(1.0, 2.0));
    let mut shapes = vec![good; 600];
    shapes[555] = Point::new(1.0, 200.0).into();
    let (place, error) = assigner.add(&shapes).unwrap_err();
    assert_eq!(place, 555);
    assert!(error.to_string().starts_with("vertex 0 of point is (1, 200)"), "{error}");
    assert!(assigner.is_empty() && assigner.finish().is_empty());
    assert!(Assigner::new(30, Convention::Authalic).is_err());
}

/// Up to 2¹⁶ shapes of a tile are named by two bytes.
#[test]
fn as_many_as_there_are() {
    for count in [1 << 16, (1 << 16) + 1] {
        let shapes = vec![Geometry::from(Point::new(1.0, 2.0)); count as usize];
        let mut assigner = Assigner::new(9, Convention::Authalic).unwrap();
        assigner.add(&shapes).unwrap();
        let found = assigner.finish();
        assert_eq!(found.len(), 1);
        assert!(found[0].1.iter().eq(0..count), "{count}");
    }
}

//! Tests of covers: no cell missed, few too many.

mod bulges;
mod golden;
mod membership;
mod oracle;
mod random;
mod regions;
mod rings;
mod sets;
mod together;

use geo_types::{Coord, Geometry, LineString, Polygon};

use super::{Cover, Shape};
use crate::cell::Convention;

const BOTH: [Convention; 2] = [Convention::Authalic, Convention::Sphere];

fn coords(ring: &[(f64, f64)]) -> LineString<f64> {
    ring.iter().map(|&(x, y)| Coord { x, y }).collect()
}

fn polygon(rings: &[&[(f64, f64)]]) -> Geometry<f64> {
    let mut rings = rings.iter().map(|ring| coords(ring));
    let exterior = rings.next().unwrap();
    Polygon::new(exterior, rings.collect()).into()
}

fn shape(ring: &[(f64, f64)]) -> Shape {
    Shape::new(&polygon(&[ring]), Convention::Authalic).unwrap()
}

/// Whether the cell of a position is in a cover.
fn has(cover: &Cover, lon: f64, lat: f64, convention: Convention) -> bool {
    let cell = crate::cell::nested(lon, lat, cover.order(), convention).unwrap().unwrap();
    cover.contains(cell, cover.order()).unwrap()
}

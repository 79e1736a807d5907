//! How far the projection of the kernel is from that of the reference.

use super::super::blocks::GUARD;
use super::super::project::{MAX_LONGITUDE, project};
use super::super::reference::Reference;
use super::CONVENTIONS;
use super::positions::Family;
use crate::cell::Convention;
use crate::cell::tests::rng::Rng;

const SIDE: f64 = (1_u64 << 29) as f64;

type Projection = fn(f64, f64) -> (f64, f64);

/// The largest distance of I or J between a projection and `cdshealpix`, in widths of a base cell, over positions that
/// are further than the guard from the edges of base cells: it is for those that the distance has to be small.
fn distance(project: Projection, convention: Convention, lon: &[f64], lat: &[f64]) -> f64 {
    let reference = Reference::new(29, convention);
    let layer = cdshealpix::nested::get(29);
    let mut largest = 0.0_f64;
    for (&lon, &lat) in lon.iter().zip(lat) {
        let (i, j) = project(lon, lat);
        let on_edge = |x: f64| (x - x.round()).abs() < GUARD;
        let radians = reference.radians(lon, lat).filter(|_| lon.abs() <= MAX_LONGITUDE);
        let Some((lon, lat)) = radians.filter(|_| !on_edge(i) && !on_edge(j)) else { continue };
        let (cell, dx, dy) = layer.hash_with_dxdy(lon, lat);
        for (found, bits, offset) in [(i, cell, dx), (j, cell >> 1, dy)] {
            let expected = (every_second_bit(bits) as f64 + offset) / SIDE;
            let distance = found - found.floor() - expected;
            largest = largest.max((distance - distance.round()).abs());
        }
    }
    largest
}

fn every_second_bit(bits: u64) -> u64 {
    (0..29).map(|place| (bits >> (2 * place) & 1) << place).sum()
}

#[test]
fn projections_differ_by_a_fraction_of_the_guard() {
    let (mut lon, mut lat) = (vec![0.0; 200_000], vec![0.0; 200_000]);
    for convention in CONVENTIONS {
        let projections: [Projection; 2] = match convention {
            Convention::Authalic => [project::<true, false>, project::<true, true>],
            Convention::Sphere => [project::<false, false>, project::<false, true>],
        };
        for family in Family::ALL {
            family.fill(convention, &mut Rng::new(8), &mut lon, &mut lat);
            for project in projections {
                let distance = distance(project, convention, &lon, &lat);
                println!("{convention} {family:?}: {distance:.1e}, guard {GUARD:.1e}");
                assert!(distance < GUARD / 7.0, "{convention} {family:?}: {distance:e}");
            }
        }
    }
}

//! Ids of the kernels and of the reference.

use std::time::Instant;

use super::super::kernel::Kernel;
use super::super::{MAX_ORDER_U32, NO_CELL};
use super::positions::{Family, ORDERS};
use super::{CONVENTIONS, compare, finest};
use crate::cell::Convention;
use crate::cell::tests::rng::Rng;

const BATCH: usize = 50_000;

/// Compares `points` positions of a family by every kernel at every order. Returns how many of them the blocks left to
/// the reference, by order.
fn compare_family(family: Family, convention: Convention, points: usize) -> [usize; ORDERS.len()] {
    let mut rng = Rng::new(points as u64 + family as u64);
    let (mut lon, mut lat) = (vec![0.0; BATCH], vec![0.0; BATCH]);
    let mut redone = [0; ORDERS.len()];
    for _ in 0..points / BATCH {
        family.fill(convention, &mut rng, &mut lon, &mut lat);
        let finest = finest(convention, &lon, &lat);
        for (order, redone) in ORDERS.into_iter().zip(&mut redone) {
            for kernel in Kernel::available().filter(|kernel| *kernel != Kernel::Reference) {
                let tally = compare::<u64>(kernel, (order, convention), (&lon, &lat), &finest);
                if kernel == Kernel::best() {
                    *redone += tally.redone;
                }
                if order <= MAX_ORDER_U32 {
                    compare::<u32>(kernel, (order, convention), (&lon, &lat), &finest);
                }
            }
        }
    }
    redone
}

#[test]
fn kernels_equal_the_reference() {
    for convention in CONVENTIONS {
        for family in Family::ALL {
            let redone = compare_family(family, convention, 4 * BATCH);
            if matches!(family, Family::Random | Family::Track) {
                // A kernel that leaves everything to the reference would be equal too.
                assert!(redone.into_iter().all(|n| n < 4 * BATCH / 1000), "{redone:?}");
            }
        }
    }
}

fn compare_many(convention: Convention) {
    for (family, points) in Family::ALL.into_iter().zip([40, 30, 20, 10].map(|m| m * 1_000_000)) {
        let start = Instant::now();
        let redone = compare_family(family, convention, points);
        let rates = redone.map(|n| format!("{:.1e}", n as f64 / points as f64)).join(" ");
        let kernels = Kernel::available().skip(1).collect::<Vec<_>>();
        let seconds = start.elapsed().as_secs();
        println!("{convention} {family:?}: {points} points at orders {ORDERS:?} by {kernels:?}");
        println!("  equal; redone {redone:?}, of all {rates}; {seconds} s");
    }
}

#[test]
#[ignore = "10^8 points at six orders, minutes in a release build"]
fn authalic_kernels_equal_the_reference_on_many_points() {
    compare_many(Convention::Authalic);
}

#[test]
#[ignore = "10^8 points at six orders, minutes in a release build"]
fn sphere_kernels_equal_the_reference_on_many_points() {
    compare_many(Convention::Sphere);
}

#[test]
fn every_order_equals_the_reference() {
    let (mut lon, mut lat) = (vec![0.0; 3000], vec![0.0; 3000]);
    for convention in CONVENTIONS {
        for family in Family::ALL {
            family.fill(convention, &mut Rng::new(5), &mut lon, &mut lat);
            let finest = finest(convention, &lon, &lat);
            for order in 0..=29 {
                for kernel in Kernel::available() {
                    compare::<u64>(kernel, (order, convention), (&lon, &lat), &finest);
                    if order <= MAX_ORDER_U32 {
                        compare::<u32>(kernel, (order, convention), (&lon, &lat), &finest);
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_no_position_is_none_among_others_in_slices_of_any_length() {
    let values = [
        f64::NAN,
        -f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        1e9,
        90.0_f64.next_up(),
        -90.0_f64.next_up(),
        90.1,
        -180.0,
        720.0_f64.next_up(),
        -1e5,
        f64::MIN_POSITIVE,
        -0.0,
    ];
    let mut rng = Rng::new(6);
    let (mut lon, mut lat) = (vec![0.0; 300], vec![0.0; 300]);
    for convention in CONVENTIONS {
        for length in 0..lon.len() {
            Family::Random.fill(convention, &mut rng, &mut lon, &mut lat);
            for values_at in [&mut lon, &mut lat] {
                for value in values {
                    values_at[rng.next() as usize % 300] = value;
                }
            }
            let (lon, lat) = (&lon[300 - length..], &lat[300 - length..]);
            let finest = finest(convention, lon, lat);
            for order in [0, 14, 17, 29] {
                for kernel in Kernel::available() {
                    compare::<u64>(kernel, (order, convention), (lon, lat), &finest);
                    if order <= MAX_ORDER_U32 {
                        compare::<u32>(kernel, (order, convention), (lon, lat), &finest);
                    }
                }
            }
        }
        let nothing = [f64::NAN; 200];
        let cells = [NO_CELL; 200];
        for kernel in Kernel::available() {
            compare::<u64>(kernel, (29, convention), (&nothing, &nothing), &cells);
        }
    }
}

//! How long the kernels take.

use std::hint::black_box;
use std::time::Instant;

use super::super::MAX_ORDER_U32;
use super::super::id::Id;
use super::super::kernel::Kernel;
use super::super::reference::Reference;
use super::positions::Family;
use crate::cell::Convention;
use crate::cell::tests::rng::Rng;

const POINTS: usize = 1_000_000;
/// Hashed in a fraction of a millisecond, in which other processes rarely interrupt.
const BATCH: usize = 8192;
const ROUNDS: usize = 9;

/// Prints nanoseconds per position: the median over batches and rounds, the kernels taking turns.
#[test]
#[ignore = "a measurement: cargo test --release -p zagg-udfs speed -- --ignored --nocapture"]
fn speed() {
    for family in [Family::Random, Family::Track] {
        let (mut lon, mut lat) = (vec![0.0; POINTS], vec![0.0; POINTS]);
        family.fill(Convention::Sphere, &mut Rng::new(1), &mut lon, &mut lat);
        for (convention, order) in [
            (Convention::Authalic, 12),
            (Convention::Authalic, 18),
            (Convention::Authalic, 29),
            (Convention::Sphere, 12),
            (Convention::Sphere, 29),
        ] {
            let reference = Reference::new(order, convention);
            println!("{family:?}, {convention}, order {order}, ns per position:");
            print_medians::<u64>(&reference, &lon, &lat);
            if order <= MAX_ORDER_U32 {
                print_medians::<u32>(&reference, &lon, &lat);
            }
        }
    }
}

fn print_medians<I: Id>(reference: &Reference, lon: &[f64], lat: &[f64]) {
    let kernels = Kernel::available().collect::<Vec<_>>();
    let mut times = vec![Vec::new(); kernels.len()];
    let mut cells = vec![I::NONE; BATCH];
    for _ in 0..ROUNDS {
        for (lon, lat) in lon.chunks_exact(BATCH).zip(lat.chunks_exact(BATCH)) {
            for (kernel, times) in kernels.iter().zip(&mut times) {
                let start = Instant::now();
                kernel.fill(reference, black_box(lon), black_box(lat), &mut cells);
                times.push(start.elapsed().as_nanos() as f64 / BATCH as f64);
                black_box(&cells);
            }
        }
    }
    for (kernel, times) in kernels.iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        print!("  {kernel:?} {:.1}", times[times.len() / 2]);
    }
    println!(", ids of {} bytes", size_of::<I>());
}

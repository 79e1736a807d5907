//! Every kernel against the reference, bit for bit.

mod equal;
mod error;
mod positions;
mod speed;

use super::blocks::Tally;
use super::id::Id;
use super::kernel::Kernel;
use super::reference::Reference;
use crate::cell::Convention;

const CONVENTIONS: [Convention; 2] = [Convention::Authalic, Convention::Sphere];

/// Hashes by one kernel and compares with ids of order 29. Returns the tally.
fn compare<I: Id>(
    kernel: Kernel,
    (order, convention): (u8, Convention),
    (lon, lat): (&[f64], &[f64]),
    finest: &[u64],
) -> Tally {
    let mut cells = vec![I::truncate(0); lon.len()];
    let tally = kernel.fill(&Reference::new(order, convention), lon, lat, &mut cells);
    let shift = 2 * (29 - order);
    for ((&finest, &found), (lon, lat)) in finest.iter().zip(&cells).zip(lon.iter().zip(lat)) {
        let expected = if finest == u64::NONE { I::NONE } else { I::truncate(finest >> shift) };
        assert!(found == expected, "{kernel:?} {convention} order {order}: {lon:e} {lat:e}");
    }
    let invalid = finest.iter().filter(|id| **id == u64::NONE).count();
    assert_eq!(tally.invalid, invalid, "{kernel:?} {convention} order {order}");
    tally
}

/// The ids at order 29 by the reference, position by position.
fn finest(convention: Convention, lon: &[f64], lat: &[f64]) -> Vec<u64> {
    let reference = Reference::new(29, convention);
    let cell = |(&lon, &lat)| reference.cell(lon, lat).unwrap_or(u64::NONE);
    lon.iter().zip(lat).map(cell).collect()
}

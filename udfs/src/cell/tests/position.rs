//! Positions to cells and back.

use super::rng::Rng;
use super::sample_ids;
use crate::cell::*;

const BOTH: [Convention; 2] = [Convention::Authalic, Convention::Sphere];

fn cell(lon: f64, lat: f64, order: u8) -> Option<u64> {
    nested(lon, lat, order, Convention::Authalic).unwrap()
}

#[test]
fn what_is_no_position_has_no_cell() {
    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    for order in 0..=MAX_ORDER {
        for bad in bad {
            assert_eq!(cell(bad, 0.0, order), None);
            assert_eq!(cell(0.0, bad, order), None);
            assert_eq!(cell(bad, bad, order), None);
        }
        for lat in [90.0_f64.next_up(), -90.0_f64.next_up().abs() - 1e-9, 91.0, -1e300] {
            let expected = (lat.abs() <= 90.0).then_some(());
            assert_eq!(cell(0.0, lat, order).map(|_| ()), expected, "{lat}");
        }
    }
}

#[test]
fn poles_are_the_last_and_first_cell_of_their_base() {
    for order in 0..=MAX_ORDER {
        let size = 1_u64 << (2 * order);
        for convention in BOTH {
            for (lon, base) in
                [(0.0, 0), (90.0, 1), (180.0, 2), (-90.0, 3), (359.0, 3), (-270.0, 1)]
            {
                let north = nested(lon, 90.0, order, convention).unwrap();
                let south = nested(lon, -90.0, order, convention).unwrap();
                assert_eq!(north, Some((base + 1) * size - 1), "{lon}");
                assert_eq!(south, Some((base + 8) * size), "{lon}");
            }
        }
    }
}

#[test]
fn longitude_wraps() {
    let mut rng = Rng::new(7);
    for _ in 0..2000 {
        let (lon, lat) = rng.position();
        // Multiples of 1/1024 degree stay exact under the turns added to them.
        let lon = (lon * 1024.0).round() / 1024.0;
        let expected = cell(lon, lat, 29);
        for turns in [-1_000_000.0, -32.0, -1.0, 1.0, 2.0, 1_000_000.0] {
            assert_eq!(cell(lon + turns * 360.0, lat, 29), expected, "{lon} {lat} {turns}");
        }
    }
    assert_eq!(cell(180.0, 12.5, 29), cell(-180.0, 12.5, 29));
    // The wrapped value of the smallest negative longitudes is 360 itself.
    assert_eq!(cell(-1e-300, 60.0, 29), cell(0.0, 60.0, 29));
    assert!(cell(1e308, 60.0, 29).is_some());
}

#[test]
fn both_sides_of_the_antimeridian() {
    for lat in [-70.0, -10.0, 10.0, 70.0] {
        let (west, east) = (cell(179.999, lat, 6).unwrap(), cell(-179.999, lat, 6).unwrap());
        let (a, b) = (
            center(west, 6, Convention::Authalic).unwrap(),
            center(east, 6, Convention::Authalic).unwrap(),
        );
        assert!(a.0.abs() > 178.0 && b.0.abs() > 178.0, "{a:?} {b:?}");
        assert!((-180.0..180.0).contains(&a.0) && (-180.0..180.0).contains(&b.0));
    }
}

#[test]
fn orders_nest_and_stay_in_range() {
    let mut rng = Rng::new(1);
    for _ in 0..500 {
        let (lon, lat) = rng.position();
        for convention in BOTH {
            let finest = nested(lon, lat, 29, convention).unwrap().unwrap();
            for order in 0..=MAX_ORDER {
                let id = nested(lon, lat, order, convention).unwrap().unwrap();
                check_cell(id, order).unwrap();
                assert_eq!(nested_parent(finest, 29, order).unwrap(), id);
                assert!(range_at(id, order, 29).unwrap().contains(&finest));
            }
        }
    }
}

/// Guards the claim of the docs: shifting from order 29 gives what `cdshealpix` gives at the order itself.
#[test]
fn shifting_agrees_with_hashing_at_the_order() {
    let mut rng = Rng::new(2);
    for _ in 0..20_000 {
        let (lon, lat) = rng.position();
        let beta = geodetic_to_authalic(lat).to_radians();
        for order in [0, 5, 12, 18, 24] {
            let direct = cdshealpix::nested::hash(order, lon.rem_euclid(360.0).to_radians(), beta);
            assert_eq!(cell(lon, lat, order), Some(direct), "{lon} {lat} {order}");
        }
    }
}

#[test]
fn slices_give_the_same_as_single_positions() {
    let mut rng = Rng::new(3);
    let (mut lon, mut lat): (Vec<f64>, Vec<f64>) = (0..1000).map(|_| rng.position()).unzip();
    lon[10] = f64::NAN;
    lat[20] = f64::INFINITY;
    lat[30] = 90.5;
    for convention in BOTH {
        let mut out = vec![0; lon.len()];
        assert_eq!(cells(&lon, &lat, 12, convention, &mut out).unwrap(), 3);
        for ((&lon, &lat), &found) in lon.iter().zip(&lat).zip(&out) {
            assert_eq!(found, nested(lon, lat, 12, convention).unwrap().unwrap_or(NO_CELL));
        }
    }
    let error = cells(&lon, &lat[1..], 12, Convention::Sphere, &mut [0; 1000]).unwrap_err();
    assert_eq!(error, CellError::Lengths { lon: 1000, lat: 999, out: 1000 });
    assert_eq!(cells(&[], &[], 12, Convention::Sphere, &mut []).unwrap(), 0);
}

#[test]
fn centers_and_shrunk_corners_lie_in_their_cell() {
    let mut rng = Rng::new(4);
    for order in 0..=MAX_ORDER {
        for id in sample_ids(order, &mut rng) {
            for convention in BOTH {
                let (lon, lat) = center(id, order, convention).unwrap();
                assert!((-180.0..180.0).contains(&lon) && lat.abs() <= 90.0);
                // At order 29 a cell is 1e-7 degrees, so a centre is safe from rounding.
                assert_eq!(nested(lon, lat, order, convention).unwrap(), Some(id), "{order} {id}");
                for (lon, lat) in vertices(id, order, convention).unwrap() {
                    assert!((-180.0..180.0).contains(&lon) && lat.abs() <= 90.0);
                }
            }
        }
    }
    let corners = vertices(0, 0, Convention::Sphere).unwrap();
    let expected =
        [(45.0, 0.0), (90.0, 41.810314895778596), (45.0, 90.0), (0.0, 41.810314895778596)];
    for (found, expected) in corners.iter().zip(expected) {
        assert!((found.1 - expected.1).abs() < 1e-12, "{corners:?}");
        assert!(expected.1 == 90.0 || (found.0 - expected.0).abs() < 1e-12, "{corners:?}");
    }
}

#[test]
fn arguments_are_checked() {
    assert_eq!(nested(0.0, 0.0, 30, Convention::Sphere), Err(CellError::Order { order: 30 }));
    assert_eq!(check_cell(48, 1), Err(CellError::Cell { cell: 48, order: 1, count: 48 }));
    assert_eq!(nested_parent(0, 3, 4), Err(CellError::NotCoarser { coarse: 4, fine: 3 }));
    assert_eq!(range_at(0, 3, 2), Err(CellError::NotCoarser { coarse: 3, fine: 2 }));
    assert_eq!(range_at(0, 3, 30), Err(CellError::Order { order: 30 }));
    assert_eq!(nested_children(0, 29), Err(CellError::Order { order: 30 }));
    assert_eq!(nested_children(5, 1).unwrap(), [20, 21, 22, 23]);
    assert_eq!(range_at(11, 0, 29).unwrap(), 11 << 58..12 << 58);
    assert!(center(u64::MAX, 29, Convention::Sphere).is_err());
    assert!(vertices(12, 0, Convention::Sphere).is_err());
    let text = "Spere".parse::<Convention>().unwrap_err().to_string();
    assert!(text.contains("did you mean 'sphere'?"), "{text}");
    let text = "WGS84".parse::<Convention>().unwrap_err().to_string();
    assert!(text.contains("did you mean 'authalic'?"), "{text}");
    let text = "cube".parse::<Convention>().unwrap_err().to_string();
    assert!(!text.contains("did you mean"), "{text}");
    for convention in BOTH {
        assert_eq!(convention.name().parse(), Ok(convention));
    }
}

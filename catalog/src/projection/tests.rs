//! Positions whose places are known from other sources.

use super::Projection;

/// A system of coordinates, a position in degrees, and where it lies in the projection.
type KnownPlace = (&'static str, (f64, f64), (f64, f64));

/// By pyproj 3 with PROJ 9.
const KNOWN_PLACES: [KnownPlace; 13] = [
    ("EPSG:3031", (0.0, -71.0), (0.0, 2_082_760.108_5)),
    ("EPSG:3031", (-123.456, -82.5), (-680_806.382_3, -449_864.430_1)),
    ("EPSG:3413", (-45.0, 70.0), (0.0, -2_187_927.649_3)),
    ("EPSG:3413", (12.5, 83.25), (617_381.184_3, -393_315.192_1)),
    ("EPSG:3976", (100.0, -75.0), (1_609_057.196_6, -283_720.197_3)),
    ("EPSG:3995", (-170.25, 66.5), (-438_326.150_8, 2_550_907.938_4)),
    ("EPSG:6931", (30.0, 60.0), (1_654_909.775_5, -2_866_387.813_1)),
    ("EPSG:6932", (-70.5, -77.125), (-1_352_497.502_1, 478_944.484_8)),
    ("EPSG:6933", (10.5, 45.25), (1_013_105.942_6, 5_202_757.105_8)),
    ("EPSG:5070", (-120.3, 38.9), (-2_065_174.316, 2_029_182.515_7)),
    ("EPSG:3035", (5.5, 61.0), (4_076_915.614_2, 4_218_804.923_3)),
    ("EPSG:32719", (-70.3, -54.2), (415_196.868_9, 3_993_445.520_1)),
    ("EPSG:32605", (-155.1, 19.4), (279_469.974_4, 2_146_430.358_1)),
];

fn check(name: &str, (lon, lat): (f64, f64), (x, y): (f64, f64), within: f64) {
    let projection = Projection::new(name).unwrap();
    let place = projection.place(lon, lat).unwrap();
    assert!((place.0 - x).abs() < within && (place.1 - y).abs() < within, "{name}: {place:?}");
    let back = projection.position(x, y).unwrap();
    let turn = (back.0 - lon).rem_euclid(360.0);
    let off = turn.min(360.0 - turn) * lat.to_radians().cos();
    assert!(
        off * 111_000.0 < within && (back.1 - lat).abs() * 111_000.0 < within,
        "{name}: {back:?}"
    );
}

#[test]
fn known_places() {
    KNOWN_PLACES.iter().for_each(|(name, position, place)| check(name, *position, *place, 0.01));
    // The corners of a box of the NEON project, given in both systems to a tenth of a metre.
    check("EPSG:32618", (-76.621_242, 38.842_973), (359_300.0, 4_300_600.0), 0.2);
    check("epsg:32618", (-76.507_957, 38.934_599), (369_300.0, 4_310_600.0), 0.2);
}

#[test]
fn there_and_back() {
    for (name, lats) in [
        ("EPSG:3031", -90..-60),
        ("EPSG:3413", 60..90),
        ("EPSG:6932", -90..-40),
        ("EPSG:6931", 40..90),
    ] {
        let projection = Projection::new(name).unwrap();
        for lat in lats {
            for lon in -18..18 {
                let (lon, lat) = (f64::from(lon) * 10.0 + 3.0, f64::from(lat) + 0.5);
                let (x, y) = projection.place(lon, lat).unwrap();
                let (back_lon, back_lat) = projection.position(x, y).unwrap();
                assert!(
                    (back_lon - lon).abs() < 1e-8 && (back_lat - lat).abs() < 1e-8,
                    "{name} {lon} {lat}"
                );
            }
        }
    }
}

#[test]
fn names() {
    for name in ["EPSG:32661", "EPSG:4326", "3031", "ESRI:3031", "EPSG:"] {
        let error = Projection::new(name).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("the projection {name}: it is not known; known are")),
            "{error}"
        );
    }
    assert_eq!(Projection::new("EPSG:3413").unwrap().name(), "EPSG:3413");
}

//! The cells of the Antarctic, and the drainage systems they come from.

use std::path::Path;

use zagg_udfs::cell::cover::{Cover, Shape};
use zagg_udfs::cell::{Convention, nested};

use crate::Region;
use crate::real_data::data;
use crate::region::antarctica::ORDER;
use crate::region::{geojson, stored};

const ABOUT: &str = "Cells of the Antarctic drainage systems (Zwally et al. 2012, simplified to 1 km), one convention.
Written by `cargo test -p zagg-catalog antarctica` with ZAGG_WRITE=1 and the polygons in ZAGG_DATA.
First the order; then ranges of NESTED ids: the gap to the last one + how many more than one cell.";

/// Compares what is stored with what the polygons give, and writes it when told to.
#[test]
fn antarctica_is_what_its_drainage_systems_touch() {
    let Some(file) = data("polygons/antarctica_zwally_basins_simplified_1km.geojson") else {
        return;
    };
    let geometry = geojson::geometry("basins", &std::fs::read_to_string(file).unwrap()).unwrap();
    for convention in [Convention::Authalic, Convention::Sphere] {
        let expected = Shape::new(&geometry, convention).unwrap().cover(ORDER).unwrap();
        let place = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("src/region/antarctica/{convention}.txt"));
        if std::env::var_os("ZAGG_WRITE").is_some() {
            std::fs::write(&place, stored::encode(ABOUT, &expected)).unwrap();
        }
        let found = stored::decode(&std::fs::read_to_string(&place).unwrap()).unwrap().unwrap();
        assert_eq!(found, expected, "{convention}");
        println!(
            "{convention}: {} cells, {} ranges, {:.3} million km²",
            found.count(),
            found.ranges().len(),
            found.fraction() * 510.065_6
        );
        let bbox = Shape::new(&geometry, convention).unwrap().bbox();
        let [.., allowed] = crate::region::antarctica::BBOX;
        assert_eq!(&bbox[..3], &[-180.0, -90.0, 180.0]);
        assert!(bbox[3] <= allowed && bbox[3] > allowed - 0.5, "{bbox:?}");
    }
}

#[test]
fn places_of_the_antarctic() {
    let region = Region::antarctica();
    for convention in [Convention::Authalic, Convention::Sphere] {
        for order in [4, 6, 8, 10] {
            let cover = region.cover(order, convention).unwrap();
            let has = |lon: f64, lat: f64| {
                cover
                    .contains(nested(lon, lat, order, convention).unwrap().unwrap(), order)
                    .unwrap()
            };
            // The pole from all sides, Vostok, Dome C, Thwaites, both sides of the antimeridian.
            for (lon, lat) in [
                (1.0, -90.0),
                (91.0, -90.0),
                (181.0, -90.0),
                (-1.0, -90.0),
                (106.8, -78.5),
                (123.35, -75.1),
                (-107.0, -76.0),
                (179.99, -86.5),
                (-179.99, -86.5),
            ] {
                assert!(has(lon, lat), "({lon}, {lat}) at {order}, {convention}");
            }
            // Sea, a shelf in the middle of which no ice is grounded, and the other pole.
            assert!(!has(0.0, -60.0) && !has(-45.0, 75.0) && (order < 8 || !has(180.0, -81.0)));
        }
    }
    assert_eq!((region.name(), region.bbox()[0]), ("antarctica", -180.0));
}

#[test]
fn covers_as_text() {
    let cover = Cover::from_cells(5, [0, 1, 2, 7, 9, 10, 12_287]).unwrap();
    let text = stored::encode("About\nit", &cover);
    assert_eq!(text, "# About\n# it\n5\n0+2 4 1+1 12276\n");
    assert_eq!(stored::decode(&text).unwrap().unwrap(), cover);
    assert!(
        stored::decode("").is_none()
            && stored::decode("5 x").is_none()
            && stored::decode("5 18446744073709551615+9").is_none()
    );
    assert!(stored::decode("5 12288").unwrap().is_err());
}

//! Cells and words against stored answers of other implementations.
//!
//! The folder is `ZAGG_GOLDEN`, or `../shared/golden` beside the workspace; without it these tests say so and pass.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cell::morton::{self, Kind};
use crate::cell::*;

/// A file of stored answers, or a line that says that there is none.
pub(crate) fn file(name: &str) -> Option<String> {
    let folder = std::env::var_os("ZAGG_GOLDEN")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/golden"));
    let text = fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        println!("skipped: no {name} (set ZAGG_GOLDEN)");
    }
    text
}

/// A CSV file without quoting, by column name.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn open(name: &str) -> Option<Self> {
        let text = file(name)?;
        let split = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let mut lines = text.lines();
        Some(Self { header: split(lines.next().unwrap()), rows: lines.map(split).collect() })
    }

    fn each(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|values| Row { header: &self.header, values })
    }
}

struct Row<'a> {
    header: &'a [String],
    values: &'a [String],
}

impl Row<'_> {
    fn text(&self, column: &str) -> &str {
        let place = self.header.iter().position(|name| name == column).unwrap();
        &self.values[place]
    }

    fn get<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, column: &str) -> T {
        self.text(column).parse().unwrap()
    }

    fn maybe<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, column: &str) -> Option<T> {
        let text = self.text(column);
        (!text.is_empty()).then(|| text.parse().unwrap())
    }
}

/// Whether `cell` begins within 0.6 mm of a position: where a constant cut short by the other implementation, which
/// moves its cell edges by up to 0.5 mm in the caps, or rounding can tell.
fn is_beside(lon: f64, lat: f64, order: u8, cell: u64) -> bool {
    let step = 5.5e-9;
    let lon_step = step / lat.to_radians().cos().max(1e-9);
    let offsets = [-1.0, -0.3, -0.1, 0.0, 0.1, 0.3, 1.0];
    offsets.iter().flat_map(|x| offsets.map(|y| (x, y))).any(|(x, y)| {
        let (lon, lat) = (lon + x * lon_step, (lat + y * step).clamp(-90.0, 90.0));
        nested(lon, lat, order, Convention::Sphere).unwrap() == Some(cell)
    })
}

#[test]
fn points() {
    let Some(table) = Table::open("points.csv") else { return };
    let (mut required, mut ties, mut ties_equal, mut as_healpix_geo) = (0, 0, 0, 0);
    let (mut sphere_equal, mut sphere_ties) = (0, 0);
    for row in table.each() {
        let (lon, lat, order): (f64, f64, u8) = (row.get("lon"), row.get("lat"), row.get("order"));
        let authalic = nested(lon, lat, order, Convention::Authalic).unwrap().unwrap();
        let sphere = nested(lon, lat, order, Convention::Sphere).unwrap().unwrap();
        let (expected, expected_sphere): (u64, u64) =
            (row.get("nested"), row.get("nested_spherical"));
        if row.text("tier") == "1" {
            required += 1;
            assert_eq!(authalic, expected, "row {} order {order}", row.text("id"));
        } else {
            ties += 1;
            ties_equal += usize::from(authalic == expected);
        }
        // The tier is that of the authalic id, so on the sphere a difference must be shown to be a tie.
        if sphere == expected_sphere {
            sphere_equal += 1;
        } else {
            let tie = is_beside(lon, lat, order, expected_sphere);
            assert!(tie, "row {} order {order}: {sphere} {expected_sphere}", row.text("id"));
            sphere_ties += 1;
        }
        // Same hash on the same series, so equal to the last bit wherever there is nothing to wrap.
        if (0.0..360.0).contains(&lon) {
            assert_eq!(
                authalic,
                row.get::<u64>("nested_cdshealpix_rs_0_10_authalic"),
                "row {}",
                row.text("id")
            );
        }
        as_healpix_geo += usize::from(authalic == row.get::<u64>("nested_healpix_geo_wgs84"));

        // The words and texts of all rows, ties too, since they start from the id.
        let word: u64 = row.get("word");
        assert_eq!(morton::from_nested(expected, order, Kind::Area), Ok(word));
        assert_eq!(
            morton::to_nested(word),
            Ok(morton::Nested { id: expected, order, kind: Kind::Area })
        );
        assert_eq!(morton::text(word).unwrap(), row.text("decimal"));
        assert_eq!(morton::parse(row.text("decimal")), Ok(word));
        if let Some(point) = row.maybe::<u64>("point_word") {
            assert_eq!(morton::from_nested(expected, order, Kind::Point), Ok(point));
            assert_eq!(morton::area_of(point), Ok(word));
        }
    }
    assert!(required > 27_000);
    println!("points.csv, sphere: {sphere_equal} equal, {sphere_ties} ties told otherwise");
    println!(
        "points.csv: {required} of tier 1 equal; {ties_equal} of {ties} ties equal; {as_healpix_geo} of {} as healpix-geo",
        table.rows.len()
    );
}

#[test]
fn hierarchy() {
    let Some(table) = Table::open("hierarchy.csv") else { return };
    for row in table.each() {
        let word: u64 = row.get("word");
        let parts = morton::to_nested(word).unwrap();
        assert_eq!((parts.id, parts.order), (row.get("nested"), row.get::<u8>("order")));
        assert_eq!(parts.kind == Kind::Point, row.text("kind") == "point");
        assert_eq!(morton::text(word).unwrap(), row.text("decimal"));
        assert_eq!(parts.id >> (2 * parts.order), row.get::<u64>("base_cell"));

        let run = row.maybe("subtree_lo").map(|low: u64| low..=row.get("subtree_hi"));
        if parts.kind == Kind::Area {
            assert_eq!(morton::subtree(word).unwrap(), run.filter(|_| parts.order <= 27));
        }
        if let Some(first) = row.maybe::<u64>("child0") {
            let expected = [first, row.get("child1"), row.get("child2"), row.get("child3")];
            assert_eq!(morton::children(word), Ok(expected));
        }
        let target: u8 = row.get("target_order");
        if let Some(parent) = row.maybe::<u64>("parent") {
            assert_eq!(morton::parent(word, target), Ok(parent));
            assert_eq!(morton::text(parent).unwrap(), row.text("parent_decimal"));
        }
        if let Some(first) = row.maybe::<u64>("children_min") {
            let ids = range_at(parts.id, parts.order, target).unwrap();
            assert_eq!(ids.end - ids.start, row.get::<u64>("children_count"));
            let word_of = |id| morton::from_nested(id, target, Kind::Area).unwrap();
            assert_eq!(word_of(ids.start), first);
            assert_eq!(word_of(ids.end - 1), row.get::<u64>("children_max"));
        }
    }
}

#[test]
fn centers() {
    let Some(table) = Table::open("centers.csv") else { return };
    let difference = |a: f64, b: f64| {
        let turn = (a - b).rem_euclid(360.0);
        turn.min(360.0 - turn)
    };
    let mut worst = 0.0_f64;
    for row in table.each() {
        let (id, order): (u64, u8) = (row.get("nested"), row.get("order"));
        let (lon, lat) = center(id, order, Convention::Authalic).unwrap();
        worst = worst.max(difference(lon, row.get("hg_lon")));
        worst = worst.max((lat - row.get::<f64>("hg_lat_geodetic")).abs());
        // The other implementation cuts a constant short, which moves its centres in the caps.
        assert!(difference(lon, row.get("lon")) < 5e-9);
        assert!((lat - row.get::<f64>("lat_geodetic")).abs() < 5e-9);
        let (_, lat) = center(id, order, Convention::Sphere).unwrap();
        assert!((lat - row.get::<f64>("lat_kernel_sphere")).abs() < 5e-9);
    }
    println!("centers.csv: within {worst:e} degrees of healpix-geo");
    assert!(worst < 1e-11, "{worst:e}");
}

#[test]
fn legacy() {
    let Some(table) = Table::open("legacy.csv") else { return };
    for row in table.each() {
        let (id, word): (i64, u64) = (row.get("legacy_i64"), row.get("word_geodetic_spherical"));
        assert_eq!(morton::from_legacy(id), Ok(word));
        assert_eq!(morton::to_legacy(word), Ok(id));
    }
}

/// The edges that this crate answers like the stored answers: what is no number (null), poles, wraps, the origin.
///
/// Left out on purpose: latitudes outside ±90 and longitudes beyond 255·45° are garbage there, and NULL or wrapped here
/// (checked below); exact multiples of 90° in the caps, when negative, go to the west there and are wrapped first here.
#[test]
fn edge_inputs() {
    let Some(table) = Table::open("edge_inputs.csv") else { return };
    let (mut compared, mut left_out) = (0, 0);
    for row in table.each() {
        let (lon, lat): (f64, f64) = (row.get("lon"), row.get("lat"));
        let (order, kind) = match row.text("order") {
            "point" => (MAX_ORDER, Kind::Point),
            order => (order.parse().unwrap(), Kind::Area),
        };
        let word = |convention| {
            let id = nested(lon, lat, order, convention).unwrap();
            id.map_or(morton::NULL_WORD, |id| morton::from_nested(id, order, kind).unwrap())
        };
        let note = row.text("note");
        if note.starts_with("out of range") {
            assert_eq!(word(Convention::Authalic), morton::NULL_WORD);
            left_out += 1;
            continue;
        }
        if note.starts_with("lon beyond") {
            assert_eq!(
                nested(lon, lat, order, Convention::Sphere),
                nested(lon.rem_euclid(360.0), lat, order, Convention::Sphere)
            );
            left_out += 1;
            continue;
        }
        if lon < 0.0 && lon % 90.0 == 0.0 && lat.abs() > 42.0 {
            let wrapped = nested(lon.rem_euclid(360.0), lat, order, Convention::Authalic);
            assert_eq!(nested(lon, lat, order, Convention::Authalic), wrapped);
            left_out += 1;
            continue;
        }
        assert_eq!(
            word(Convention::Authalic),
            row.get::<u64>("word"),
            "{note} {lon} {lat} {order}"
        );
        if let Some(expected) = row.maybe::<u64>("word_spherical") {
            assert_eq!(word(Convention::Sphere), expected, "{note} {lon} {lat} {order}");
        }
        compared += 1;
    }
    println!("edge_inputs.csv: {compared} equal, {left_out} answered differently on purpose");
}

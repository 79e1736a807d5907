//! Shards from footprints.

use geo_types::{Coord, Geometry, Polygon, point, polygon};
use zagg_udfs::cell::{Convention, nested};

use super::{granules, link, signature};
use crate::{CatalogError, GranuleLink, GridSignature, Region, ShardMap};

fn pass(lon: f64) -> Geometry<f64> {
    let corner = |east: f64, lat: f64| Coord { x: lon + east, y: lat };
    let ring =
        vec![corner(0.0, -70.0), corner(0.2, -70.0), corner(-0.8, -75.0), corner(-1.0, -75.0)];
    Polygon::new(ring.into(), vec![]).into()
}

fn named(id: &str) -> GranuleLink {
    link(&format!("s3://b/{id}.h5"))
}

#[test]
fn granules_are_in_the_shards_they_touch() {
    let passes = [("b", 10.0), ("a", 10.1), ("c", 100.0)].map(|(id, lon)| (named(id), pass(lon)));
    let map = ShardMap::from_footprints(signature(), Convention::Authalic, passes, None).unwrap();
    let ids: Vec<&str> = map.granules.iter().map(|g| g.id.as_str()).collect();
    assert_eq!(ids, ["a.h5", "b.h5", "c.h5"]);
    for (lon, expected) in [(9.6, &["a.h5", "b.h5"][..]), (99.6, &["c.h5"])] {
        let cell = nested(lon, -72.5, 6, Convention::Authalic).unwrap().unwrap();
        let place = map.shards.iter().position(|shard| shard.cell == cell).unwrap();
        assert_eq!(
            granules(&map, place).iter().map(|g| g.id.as_str()).collect::<Vec<_>>(),
            expected
        );
    }
    assert_eq!(map.convention(), Some(Convention::Authalic));
    assert_eq!(map.metadata["total_granules"], 3);
    assert_eq!(map.metadata["total_pairs"], map.pairs());
    map.check_grid(6, 12).unwrap();
    assert_eq!(ShardMap::from_json("m", &map.to_json()).unwrap(), map);
}

#[test]
fn a_region_leaves_out_what_is_beyond() {
    let passes = || [("a", 10.0), ("b", 100.0)].map(|(id, lon)| (named(id), pass(lon)));
    let all = ShardMap::from_footprints(signature(), Convention::Authalic, passes(), None).unwrap();
    let region = Region::parse_bbox("5,-72,15,-71").unwrap();
    let map = ShardMap::from_footprints(signature(), Convention::Authalic, passes(), Some(&region))
        .unwrap();
    let cover = region.cover(6, Convention::Authalic).unwrap();
    assert!(map.shards.iter().all(|shard| cover.contains(shard.cell, 6).unwrap()));
    let expected = all.shards.iter().filter(|shard| cover.contains(shard.cell, 6).unwrap());
    assert!(map.shards.iter().map(|s| s.cell).eq(expected.map(|s| s.cell)));
    assert_eq!((map.granules.len(), &map.metadata["granules_assigned"]), (1, &1.into()));
    assert_eq!(
        (&map.metadata["total_granules"], &map.metadata["region"]),
        (&2.into(), &"5,-72,15,-71".into())
    );
}

#[test]
fn granules_given_twice_count_once() {
    let twice = [(named("a"), pass(10.0)), (named("b"), pass(10.0)), (named("a"), pass(10.0))];
    let map = ShardMap::from_footprints(signature(), Convention::Sphere, twice, None).unwrap();
    assert_eq!(map.granules.len(), 2);
    assert!(map.shards.iter().all(|shard| shard.granules.iter().eq([0, 1])));
    let other = [(named("a"), pass(10.0)), (link("s3://c/a.h5"), pass(10.0))];
    let error =
        ShardMap::from_footprints(signature(), Convention::Sphere, other, None).unwrap_err();
    assert!(matches!(error, CatalogError::ConflictingGranule { .. }), "{error}");
}

#[test]
fn what_is_refused() {
    let refused = |link, footprint| {
        ShardMap::from_footprints(signature(), Convention::Authalic, [(link, footprint)], None)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        refused(named("a"), point!(x: 3.0, y: 93.0).into()),
        "the footprint of granule a.h5: vertex 0 of point is (3, 93): expected a finite longitude and a latitude within ±90 \
         degrees"
    );
    let empty = Geometry::from(Polygon::new(Vec::<Coord<f64>>::new().into(), vec![]));
    assert_eq!(
        refused(named("a"), empty),
        "the footprint of granule a.h5: the geometry is empty: expected at least one vertex"
    );
    let nowhere = GranuleLink { id: "a.h5".to_owned(), ..GranuleLink::default() };
    assert!(refused(nowhere, pass(1.0)).contains("`a.h5` names no granule"));
}

#[test]
fn no_granules_make_an_empty_map() {
    let map = ShardMap::from_footprints(signature(), Convention::Authalic, [], None).unwrap();
    assert!(map.shards.is_empty() && map.granules.is_empty());
    let far = Region::parse_bbox("0,0,1,1").unwrap();
    let one = [(named("a"), pass(1.0))];
    let map =
        ShardMap::from_footprints(signature(), Convention::Authalic, one, Some(&far)).unwrap();
    assert!(map.shards.is_empty() && map.granules.is_empty());
}

/// A ring round the pole, of a granule that passes it.
#[test]
fn the_pole() {
    let ring = polygon![(x: 0.0, y: -87.0), (x: 90.0, y: -87.0), (x: 180.0, y: -87.0), (x: -90.0, y: -87.0)];
    let grid = GridSignature::new(5, 10).unwrap();
    let map =
        ShardMap::from_footprints(grid, Convention::Authalic, [(named("a"), ring.into())], None)
            .unwrap();
    for lon in [1.0, 91.0, 181.0, 271.0] {
        let cell = nested(lon, -90.0, 5, Convention::Authalic).unwrap().unwrap();
        assert!(map.shards.iter().any(|shard| shard.cell == cell));
    }
}

//! Chunks of grids in a projection.

use std::collections::BTreeSet;

use geo_types::{Coord, Geometry, Polygon};
use serde_json::Map;
use zagg_udfs::cell::Convention;

use super::link;
use crate::{GridSignature, Projection, RectilinearGrid, Region, ShardMap};

fn grid(crs: &str, affine: [f64; 6], shape: [u64; 2], chunk_shape: [u64; 2]) -> RectilinearGrid {
    RectilinearGrid { crs: crs.to_owned(), affine, shape, chunk_shape, extra: Map::new() }
}

/// 100 km chunks of 1 km pixels over the Antarctic, with smaller ones at two edges.
fn antarctic() -> RectilinearGrid {
    grid(
        "EPSG:3031",
        [1000.0, 0.0, -2_650_000.0, 0.0, -1000.0, 2_650_000.0],
        [5250, 5250],
        [100, 100],
    )
}

/// A strip along a meridian of the plane, from corner to corner.
fn strip(projection: &Projection, from: (f64, f64), to: (f64, f64), half: f64) -> Geometry<f64> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    let (ax, ay) = (-dy / length * half, dx / length * half);
    let corners = [
        (from.0 + ax, from.1 + ay),
        (to.0 + ax, to.1 + ay),
        (to.0 - ax, to.1 - ay),
        (from.0 - ax, from.1 - ay),
    ];
    // Cut into pieces, so that its sides are those of the plane.
    let pieces = corners.iter().zip(corners.iter().cycle().skip(1)).flat_map(|(a, b)| {
        (0..50).map(move |k| {
            let t = f64::from(k) / 50.0;
            (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1))
        })
    });
    let ring: Vec<Coord<f64>> = pieces
        .map(|(x, y)| projection.position(x, y).unwrap())
        .map(|(x, y)| Coord { x, y })
        .collect();
    Polygon::new(ring.into(), vec![]).into()
}

#[test]
fn chunks_that_a_strip_touches() {
    let grid = antarctic();
    let projection = Projection::new(&grid.crs).unwrap();
    let (from, to, half) = ((-2_000_000.0, -500_000.0), (1_500_000.0, 900_000.0), 5_000.0);
    let granule = (link("s3://b/a.h5"), strip(&projection, from, to, half));
    let signature = GridSignature::Rectilinear(grid.clone());
    let map = ShardMap::from_footprints(signature, Convention::Authalic, [granule], None).unwrap();
    let found: BTreeSet<u64> = map.shards.iter().map(|shard| shard.cell).collect();

    let mut needed = BTreeSet::new();
    let (length, across) = (f64::hypot(to.0 - from.0, to.1 - from.1), grid.chunks()[1]);
    for along in 0..=20_000 {
        for side in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            let t = f64::from(along) / 20_000.0;
            let x = from.0 + t * (to.0 - from.0) - side * half * (to.1 - from.1) / length;
            let y = from.1 + t * (to.1 - from.1) + side * half * (to.0 - from.0) / length;
            let (column, row) = ((x + 2_650_000.0) / 1000.0, (2_650_000.0 - y) / 1000.0);
            needed.insert((row / 100.0) as u64 * across + (column / 100.0) as u64);
        }
    }
    assert!(needed.is_subset(&found), "{:?}", needed.difference(&found).collect::<Vec<_>>());
    assert!(found.len() as f64 <= needed.len() as f64 * 1.15, "{} {}", found.len(), needed.len());
    assert!(map.shards.iter().all(|shard| shard.key == shard.cell));
    let again = ShardMap::from_json("m", &map.to_json()).unwrap();
    assert_eq!(again, map);
    again.check_signature(&map.signature).unwrap();
}

#[test]
fn a_region_leaves_out_chunks() {
    let grid = antarctic();
    let projection = Projection::new(&grid.crs).unwrap();
    let granule = || (link("s3://b/a.h5"), strip(&projection, (-1e6, 0.0), (1e6, 0.0), 10_000.0));
    let signature = || GridSignature::Rectilinear(grid.clone());
    let region = Region::parse_bbox("80,-90,100,-85").unwrap();
    let all =
        ShardMap::from_footprints(signature(), Convention::Sphere, [granule()], None).unwrap();
    let some =
        ShardMap::from_footprints(signature(), Convention::Sphere, [granule()], Some(&region))
            .unwrap();
    assert!(!some.shards.is_empty() && some.shards.len() * 2 < all.shards.len());
}

#[test]
fn grids_that_are_refused() {
    let refused = |grid| {
        let signature = GridSignature::Rectilinear(grid);
        ShardMap::from_footprints(signature, Convention::Authalic, [], None)
            .unwrap_err()
            .to_string()
    };
    let utm = |affine, shape| grid("EPSG:32618", affine, shape, [10, 10]);
    let north_up = [10.0, 0.0, 358_300.0, 0.0, -10.0, 4_311_600.0];
    assert!(refused(utm([0.0; 6], [10, 10])).ends_with(": its affine transform has no inverse"));
    assert!(refused(utm(north_up, [0, 10])).ends_with(": a shape has a zero"));
    assert!(
        refused(utm(north_up, [u64::MAX, 10])).ends_with(": it has more than 4294967295 chunks")
    );
    let error = refused(grid("EPSG:2154", north_up, [10, 10], [10, 10]));
    assert!(
        error.starts_with("the projection EPSG:2154: it is not known; known are EPSG:32601 to 32660 and 32701 to 32760 (UTM), 3031"),
        "{error}"
    );
    let pairs = [(4, link("s3://b/a.h5"))];
    let error = ShardMap::from_pairs(GridSignature::Rectilinear(utm(north_up, [20, 20])), pairs)
        .unwrap_err();
    assert!(error.to_string().ends_with("it has no chunk 4: there are 4"), "{error}");
}

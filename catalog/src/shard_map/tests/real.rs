//! A catalog and a shard map as zagg wrote them, and a search of every point for what must be there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use arrow::array::{Array, AsArray};
use geo_types::{Coord, Geometry, LineString, Polygon};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use zagg_udfs::cell::{Convention, center, geodetic_to_authalic, nested, range_at};

use super::link;
use crate::real_data::data;
use crate::{GranuleLink, GridSignature, Region, ShardMap};

/// Ids and footprints of a stac-geoparquet file.
fn footprints(file: File) -> Vec<(String, Polygon<f64>)> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let mut found = Vec::new();
    for batch in reader {
        let batch = batch.unwrap();
        let ids = batch.column_by_name("id").unwrap().as_string::<i32>();
        let geometries = batch.column_by_name("geometry").unwrap().as_binary::<i32>();
        for row in 0..batch.num_rows() {
            assert!(!geometries.is_null(row));
            found.push((ids.value(row).to_owned(), polygon(geometries.value(row))));
        }
    }
    found
}

/// A polygon of one ring, in the little-endian WKB that the file has.
fn polygon(wkb: &[u8]) -> Polygon<f64> {
    assert_eq!(wkb[..9], [1, 3, 0, 0, 0, 1, 0, 0, 0]);
    let number = |at: usize| f64::from_le_bytes(wkb[at..at + 8].try_into().unwrap());
    let ring: LineString<f64> =
        (13..wkb.len()).step_by(16).map(|at| Coord { x: number(at), y: number(at + 8) }).collect();
    Polygon::new(ring, vec![])
}

type V = [f64; 3];

fn vector(lon: f64, lat: f64) -> V {
    let (lon, lat) = (lon.to_radians(), geodetic_to_authalic(lat).to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

/// Inside of a ring by the angles under which its edges are seen: a whole turn inside, none outside.
fn is_inside(ring: &[V], p: V) -> bool {
    let dot = |a: V, b: V| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let cross = |a: V, b: V| {
        [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
    };
    let seen: f64 = ring
        .windows(2)
        .map(|edge| {
            let (a, b) = (cross(p, edge[0]), cross(p, edge[1]));
            dot(cross(a, b), p).atan2(dot(a, b))
        })
        .sum();
    seen.abs() > 3.0
}

/// Pairs of shard and granule, by dense points of shards within the region and footprints, and along the edges of footprints.
fn searched(
    footprints: &[(String, Polygon<f64>)],
    shards: &BTreeSet<u64>,
    order: u8,
) -> BTreeSet<(u64, String)> {
    let mut pairs = BTreeSet::new();
    for (id, footprint) in footprints {
        let ring: Vec<V> = footprint.exterior().0.iter().map(|c| vector(c.x, c.y)).collect();
        for &shard in shards {
            let fine = range_at(shard, order, order + 7).unwrap();
            let inside = fine.into_iter().any(|cell| {
                let (lon, lat) = center(cell, order + 7, Convention::Authalic).unwrap();
                is_inside(&ring, vector(lon, lat))
            });
            if inside {
                pairs.insert((shard, id.clone()));
            }
        }
        for edge in ring.windows(2) {
            for step in 0..=20_000 {
                let t = f64::from(step) / 20_000.0;
                let [x, y, z]: V =
                    std::array::from_fn(|k| edge[0][k] + t * (edge[1][k] - edge[0][k]));
                let lat = zagg_udfs::cell::authalic_to_geodetic(z.atan2(x.hypot(y)).to_degrees());
                let cell = nested(y.atan2(x).to_degrees(), lat, order, Convention::Authalic)
                    .unwrap()
                    .unwrap();
                if shards.contains(&cell) {
                    pairs.insert((cell, id.clone()));
                }
            }
        }
    }
    pairs
}

fn pairs(map: &ShardMap) -> BTreeSet<(u64, String)> {
    let of_shard =
        |shard| map.granules_of(shard).map(move |g: &GranuleLink| (shard.cell, g.id.clone()));
    map.shards.iter().flat_map(of_shard).collect()
}

fn list(of: &BTreeSet<(u64, String)>) -> BTreeMap<u64, usize> {
    of.iter().fold(BTreeMap::new(), |mut counts, (shard, _)| {
        *counts.entry(*shard).or_default() += 1;
        counts
    })
}

#[test]
fn the_shards_of_real_granules() {
    let (Some(catalog), Some(map), Some(region)) = (
        data("zagg/cat_serc_atl03_007.parquet"),
        data("zagg/sm_healpix_o9.json"),
        data("polygons/serc.geojson"),
    ) else {
        return;
    };
    let footprints = footprints(File::open(catalog).unwrap());
    assert_eq!(footprints.len(), 59);
    let theirs = ShardMap::read(map).unwrap();
    let region = Region::read(region).unwrap();
    let signature = GridSignature::new(9, 19).unwrap();
    let granules = footprints
        .iter()
        .map(|(id, footprint)| (link(&format!("s3://b/{id}")), Geometry::from(footprint.clone())));
    let ours = ShardMap::from_footprints(signature, Convention::Authalic, granules, Some(&region))
        .unwrap();
    ours.check_signature(&theirs.signature).unwrap();

    let (ours, all_theirs) = (pairs(&ours), pairs(&theirs));
    let shards = ours.iter().map(|(shard, _)| *shard).collect();
    let needed = searched(&footprints, &shards, 9);
    let missed: Vec<_> = needed.difference(&ours).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert!(ours.len() * 100 <= needed.len() * 105, "{} of {}", ours.len(), needed.len());

    // Of the granules that are in both: their map was made of a later search.
    let ids: BTreeSet<&str> = footprints.iter().map(|(id, _)| id.as_str()).collect();
    let theirs: BTreeSet<_> =
        all_theirs.iter().filter(|(_, id)| ids.contains(id.as_str())).cloned().collect();
    println!(
        "needed {} pairs {:?}, ours {} {:?}, theirs {} {:?}",
        needed.len(),
        list(&needed),
        ours.len(),
        list(&ours),
        theirs.len(),
        list(&theirs)
    );
    println!("theirs without ours: {:?}", theirs.difference(&ours).collect::<Vec<_>>());
    println!("ours without theirs: {:?}", ours.difference(&theirs).collect::<Vec<_>>());
}

#[test]
fn the_chunks_of_real_granules() {
    let (Some(catalog), Some(map)) =
        (data("zagg/cat_serc_atl03_007.parquet"), data("zagg/sm_rect_6km.json"))
    else {
        return;
    };
    let footprints = footprints(File::open(catalog).unwrap());
    let theirs = ShardMap::read(map).unwrap();
    let granules = footprints
        .iter()
        .map(|(id, footprint)| (link(&format!("s3://b/{id}")), Geometry::from(footprint.clone())));
    let ours =
        ShardMap::from_footprints(theirs.signature.clone(), Convention::Authalic, granules, None)
            .unwrap();
    let (ours, theirs) = (pairs(&ours), pairs(&theirs));
    println!("ours {} {:?}, theirs {} {:?}", ours.len(), list(&ours), theirs.len(), list(&theirs));
    println!("theirs without ours: {:?}", theirs.difference(&ours).collect::<Vec<_>>());
    println!("ours without theirs: {:?}", ours.difference(&theirs).collect::<Vec<_>>());
    assert!(theirs.is_subset(&ours));
}

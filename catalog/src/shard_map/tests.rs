mod faults;
mod files;
mod footprints;
mod forms;
mod parts;
mod real;
mod rectilinear;

use serde_json::{Value, json};
use zagg_udfs::cell::morton::{self, Kind};

use super::ShardMap;
use crate::{CatalogError, GranuleLink, GridSignature};

fn word(cell: u64, order: u8) -> u64 {
    morton::from_nested(cell, order, Kind::Area).unwrap()
}

/// A map of two shards at order 6, the second beyond the range of an i64.
fn sample() -> Value {
    json!({
        "metadata": {"short_name": "ATL06", "bbox": [-76.623291, 38.842973, -76.5, 38.9], "wall_s": 0.172},
        "grid_signature": {"type": "healpix", "indexing_scheme": "nested", "parent_order": 6,
            "child_order": 12, "layout": "fullsphere"},
        "shard_keys": [word(1234, 6), word(47_000, 6)],
        "granules": [
            [{"id": "a.h5", "s3": "s3://b/a.h5", "https": "https://h/a.h5",
                "time_start": "2019-01-05T16:33:08.267000+00:00",
                "time_end": "2019-01-05T16:41:38.895000+00:00"}],
            [{"id": "a.h5", "s3": "s3://b/a.h5", "https": "https://h/a.h5"},
             {"id": "b.h5", "s3": "s3://b/b.h5", "https": null, "assets": {"l2a": "s3://b/c.h5"}}],
        ],
    })
}

fn read(value: &Value) -> Result<ShardMap, CatalogError> {
    ShardMap::from_json("m.json", &value.to_string())
}

fn message(value: &Value) -> String {
    read(value).expect_err("must be refused").to_string()
}

/// The granules of the shard at a place.
fn granules(map: &ShardMap, shard: usize) -> Vec<&GranuleLink> {
    map.granules_of(&map.shards[shard]).collect()
}

fn link(url: &str) -> GranuleLink {
    GranuleLink::from_url(url).unwrap()
}

fn signature() -> GridSignature {
    GridSignature::new(6, 12).unwrap()
}

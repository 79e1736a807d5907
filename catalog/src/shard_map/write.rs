//! zagg's JSON form, written.

use serde::Serialize;
use serde_json::{Map, Value};

use super::ShardMap;
use crate::GranuleLink;

/// The file, with its keys in the order that zagg has them.
#[derive(Serialize)]
struct File<'a> {
    metadata: &'a Map<String, Value>,
    grid_signature: Value,
    shard_keys: Vec<u64>,
    granules: Vec<&'a [GranuleLink]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aoi_mask: Option<Vec<&'a [u64]>>,
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

pub(super) fn json(map: &ShardMap) -> String {
    let masked = map.shards.iter().any(|s| s.aoi_mask.is_some());
    let masks = map.shards.iter().map(|s| s.aoi_mask.as_deref().unwrap_or_default());
    let file = File {
        metadata: &map.metadata,
        grid_signature: map.signature.to_value(),
        shard_keys: map.shards.iter().map(|s| s.word).collect(),
        granules: map.shards.iter().map(|s| s.granules.as_slice()).collect(),
        aoi_mask: masked.then(|| masks.collect()),
        extra: &map.extra,
    };
    #[expect(clippy::expect_used, reason = "text, numbers and keys of text: all of it is JSON")]
    serde_json::to_string_pretty(&file).expect("a shard map is JSON")
}

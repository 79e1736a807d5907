//! The layout as written, shards in and out, refusals. What a client makes of it is checked elsewhere, with the clients.

mod documents;
mod errors;
mod foreign;
mod local;
mod reading;
mod shards;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, UInt64Array};
use futures::TryStreamExt;
use object_store::ObjectStoreExt;
use object_store::memory::InMemory;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;

/// Order 4 in shards of order 2: 16 cells each. The last base cell is a southern one.
pub(super) const PARENTS: [u64; 4] = [0, 5, 6, 190];

pub(super) fn memory() -> Target {
    Target::new(Arc::new(InMemory::new()), "some/where.zarr".into())
}

pub(super) fn spec() -> StoreSpec {
    let provenance = json!({ "sql": "SELECT 1", "written_at": "2026-01-01T00:00:00Z" });
    StoreSpec {
        child_order: 4,
        parent_order: 2,
        ellipsoid: Ellipsoid::Wgs84,
        parents: PARENTS.to_vec(),
        variables: vec![
            VariableSpec::new("count", StoreDtype::Int32),
            VariableSpec::new("h_mean", StoreDtype::Float32).units("m"),
        ],
        morton: false,
        provenance: provenance.as_object().cloned().unwrap(),
    }
}

/// Rows of `cell`, `count`, `h_mean`.
pub(super) fn rows(rows: &[(u64, i64, Option<f64>)]) -> RecordBatch {
    RecordBatch::try_from_iter([
        ("cell", Arc::new(UInt64Array::from_iter_values(rows.iter().map(|r| r.0))) as ArrayRef),
        ("count", Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.1)))),
        ("h_mean", Arc::new(Float64Array::from_iter(rows.iter().map(|r| r.2)))),
    ])
    .unwrap()
}

pub(super) async fn write(writer: &StoreWriter, shard: usize, batch: &RecordBatch) -> ShardWritten {
    let mut buffer = writer.shard(shard);
    buffer.push(batch).unwrap();
    writer.write_shard(buffer).await.unwrap()
}

/// All objects below the root, by key.
pub(super) async fn objects(target: &Target) -> BTreeMap<String, Vec<u8>> {
    let listed: Vec<_> = target.store.list(Some(&target.prefix)).try_collect().await.unwrap();
    let mut out = BTreeMap::new();
    for meta in listed {
        let bytes = target.store.get(&meta.location).await.unwrap().bytes().await.unwrap();
        let key = meta.location.as_ref().strip_prefix(target.prefix.as_ref()).unwrap();
        out.insert(key.trim_start_matches('/').to_owned(), bytes.to_vec());
    }
    out
}

pub(super) async fn json_at(target: &Target, key: &str) -> Value {
    serde_json::from_slice(&objects(target).await[key]).unwrap()
}

pub(super) fn run<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(test)
}

pub(super) fn no_extra() -> Map<String, Value> {
    Map::new()
}

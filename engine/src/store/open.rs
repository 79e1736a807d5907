//! Finding a level of a store and the documents below it.

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::error::StoreError;
use super::target::{ROOT, Target};

/// Requests in flight at once while documents or parents are fetched one by one.
pub(super) const REQUESTS: usize = 32;

/// How to open a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The HEALPix order to read; by default the finest.
    pub level: Option<u8>,
    /// Whether to read a store without completion mark. Shards that are not written yet read as empty.
    pub allow_unfinished: bool,
}

/// One level of a store, as its documents describe it.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) order: u8,
    /// The root attribute `aggregation`, empty if absent.
    pub(super) aggregation: Map<String, Value>,
    pub(super) group: Value,
    /// Array documents by name.
    pub(super) arrays: BTreeMap<String, Value>,
}

/// A metadata document, or `None` if there is no such object.
pub(super) async fn document(target: &Target, key: &str) -> Result<Option<Value>, StoreError> {
    let Some(bytes) = target.get(key).await? else { return Ok(None) };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|e| wrong(target, key, format!("not JSON: {e}")))
}

pub(super) fn wrong(target: &Target, node: &str, problem: String) -> StoreError {
    StoreError::Metadata { store: target.to_string(), node: node.into(), problem }
}

async fn required(target: &Target, node: &str) -> Result<Value, StoreError> {
    let key = if node.is_empty() { ROOT.to_owned() } else { format!("{node}/{ROOT}") };
    let found = document(target, &key).await?;
    found.ok_or_else(|| wrong(target, &key, "there is no such object".into()))
}

/// The members a consolidated group lists, by path relative to the group.
fn inline(group: &Value) -> Option<&Map<String, Value>> {
    group.pointer("/consolidated_metadata/metadata")?.as_object()
}

pub(super) fn is_finished(aggregation: &Map<String, Value>) -> bool {
    aggregation.get("complete") == Some(&Value::Bool(true))
}

/// A finished store takes one request. One without consolidated metadata takes a listing and a request per array.
pub(super) async fn level(target: &Target, options: ReadOptions) -> Result<Level, StoreError> {
    let root = required(target, "").await?;
    let aggregation = root
        .pointer("/attributes/aggregation")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    if !options.allow_unfinished && !is_finished(&aggregation) {
        return Err(StoreError::Unfinished { store: target.to_string() });
    }
    let names = match inline(&root) {
        Some(members) => members.keys().filter(|k| !k.contains('/')).cloned().collect(),
        None => target.children("").await?,
    };
    let order = choose(target, options.level, &names)?;
    let level = order.to_string();
    if let Some(members) = inline(&root)
        && let Some(group) = members.get(&level)
    {
        let below = format!("{level}/");
        let arrays = members.iter().filter_map(|(path, d)| Some((path.strip_prefix(&below)?, d)));
        let arrays = arrays.map(|(name, d)| (name.to_owned(), d.clone())).collect();
        return Ok(Level { order, aggregation, group: group.clone(), arrays });
    }
    let group = required(target, &level).await?;
    let arrays = match inline(&group) {
        Some(members) => members.iter().map(|(name, d)| (name.clone(), d.clone())).collect(),
        None => listed(target, &level).await?,
    };
    Ok(Level { order, aggregation, group, arrays })
}

/// The level asked for, or the finest.
fn choose(target: &Target, wanted: Option<u8>, names: &[String]) -> Result<u8, StoreError> {
    let orders: Vec<u8> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let found = match wanted {
        Some(order) => orders.iter().copied().find(|o| *o == order),
        None => orders.iter().copied().max(),
    };
    found.filter(|order| *order <= 29).ok_or_else(|| {
        let wanted = wanted.map_or_else(|| "named by a HEALPix order".into(), |o| format!("{o}"));
        wrong(target, "/", format!("expected a group {wanted}, found [{}]", names.join(", ")))
    })
}

async fn listed(target: &Target, level: &str) -> Result<BTreeMap<String, Value>, StoreError> {
    let names = target.children(level).await?;
    stream::iter(names)
        .map(async |name| {
            let found = document(target, &format!("{level}/{name}/{ROOT}")).await?;
            Ok(found.map(|document| (name, document)))
        })
        .buffered(REQUESTS)
        .try_filter_map(async |found| Ok(found))
        .try_collect()
        .await
}

//! Finding a level of a store and the documents below it.

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::error::StoreError;
use super::spec::Ellipsoid;
use super::target::{ROOT, Target};

/// Requests in flight at once while documents or parents are fetched one by one.
pub(super) const REQUESTS: usize = 32;

/// How to open a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The HEALPix order to read; by default the finest.
    pub level: Option<u8>,
    /// Whether to read a store whose completion mark is not set. Shards that are not written yet read as empty. Stores of
    /// other writers have no such mark, and are read as they are.
    pub allow_unfinished: bool,
    /// How the cells were made, where the store does not say it, or says it wrongly.
    pub ellipsoid: Option<Ellipsoid>,
}

/// One level of a store, as its documents describe it.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) order: u8,
    /// The root attribute `aggregation`, empty if absent.
    pub(super) aggregation: Map<String, Value>,
    /// Whether there is that attribute, which this engine's stores have from the first moment.
    pub(super) is_own: bool,
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
    let key = format!("{node}/{ROOT}");
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
    let found = document(target, ROOT).await?;
    let has_root = found.is_some();
    let root = found.unwrap_or_default();
    let aggregation = root.pointer("/attributes/aggregation");
    let is_own = aggregation.is_some();
    let aggregation = aggregation.and_then(Value::as_object).cloned().unwrap_or_default();
    if is_own && !options.allow_unfinished && !is_finished(&aggregation) {
        return Err(StoreError::Unfinished { store: target.to_string() });
    }
    let names = match inline(&root) {
        Some(members) => members.keys().filter(|k| !k.contains('/')).cloned().collect(),
        None => target.children("").await?,
    };
    // Other writers may make the group of a level and no root.
    let order = match choose(target, options.level, &names) {
        Err(_) if !has_root => return Err(wrong(target, ROOT, "there is no such object".into())),
        order => order?,
    };
    let level = order.to_string();
    if let Some(members) = inline(&root)
        && let Some(group) = members.get(&level)
    {
        let below = format!("{level}/");
        let arrays = members.iter().filter_map(|(path, d)| Some((path.strip_prefix(&below)?, d)));
        let arrays = arrays.map(|(name, d)| (name.to_owned(), d.clone())).collect();
        return Ok(Level { order, aggregation, is_own, group: group.clone(), arrays });
    }
    let group = required(target, &level).await?;
    let arrays = match inline(&group) {
        Some(members) => members.iter().map(|(name, d)| (name.clone(), d.clone())).collect(),
        None => listed(target, &level).await?,
    };
    Ok(Level { order, aggregation, is_own, group, arrays })
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

//! The two older forms of the file.
//!
//! The first has `{"metadata", "catalog": {"-4211322": [url, …]}}`, the second `shard_keys` and
//! `granules` as today but plain links for granules. Keys are signed decimal Morton ids, which were
//! made from geodetic latitude as on a sphere; the second form may have packed words instead.

use std::collections::HashMap;

use serde_json::{Map, Value};
use zagg_udfs::cell::Convention;
use zagg_udfs::cell::morton;

use super::form::{self, Object, Place};
use super::granules::Granules;
use super::read::{self, Keys};
use super::{Shard, ShardMap};
use crate::{CatalogError, GranuleLink, GridSignature, HealpixGrid};

type Result<T> = std::result::Result<T, CatalogError>;

/// The smallest packed word: base cell 0 at order 0.
const SMALLEST_WORD: u64 = 1 << 60;

/// `{"metadata", "catalog"}`
pub(super) fn magg(name: &str, mut top: Object<'_>) -> Result<ShardMap> {
    let metadata = read::metadata(&mut top)?;
    let order = parent_order(name, &metadata)?;
    let hosts = Hosts::of(&metadata);
    let mut granules = Granules::default();
    let mut seen = HashMap::new();
    let mut shards = Vec::new();
    let catalog = top.need("catalog", "an object of shards")?.object()?;
    for (id, value) in catalog.rest() {
        let at = format!("catalog.{id}");
        let key = Place { file: name, at: at.clone(), value: Value::String(id.clone()) };
        let word = decimal(&key, id.parse().ok())?;
        let cell = read::cell(&at, word, &key, order)?;
        read::once(&mut seen, word, &key)?;
        let links = Place { file: name, at, value }.list()?;
        let number = |place| Ok(granules.number(hosts.granule(place)?));
        let granules = links.into_iter().map(number).collect::<Result<Vec<u32>>>()?;
        shards.push(Shard { key: word, cell, granules: granules.into(), aoi_mask: None });
    }
    Ok(on_a_sphere(name, read::assemble(signature(order), granules, shards, metadata, top.rest())))
}

/// `{"metadata", "shard_keys", "granules"}` with links for granules and no grid signature.
pub(super) fn transitional(name: &str, mut top: Object<'_>) -> Result<ShardMap> {
    let metadata = read::metadata(&mut top)?;
    if let Some(kind) = metadata.get("grid_type").filter(|k| *k != "healpix") {
        let what = format!("shard maps of the grid type {kind}");
        return Err(CatalogError::Unsupported { file: name.to_owned(), what });
    }
    let order = parent_order(name, &metadata)?;
    let hosts = Hosts::of(&metadata);
    let mut granules = Granules::default();
    let number = |place: Place<'_>| Ok(granules.number(hosts.granule(place)?));
    let shards = read::shards(name, &mut top, Keys::WordsOrDecimals { order }, number)?;
    Ok(on_a_sphere(name, read::assemble(signature(order), granules, shards, metadata, top.rest())))
}

/// A packed word, or a signed decimal id. Every packed word is at least 2^60, and every decimal
/// id of an order below 18 is smaller.
pub(super) fn word_or_decimal(key: &Place<'_>) -> Result<u64> {
    match key.value.as_u64() {
        Some(word) if word >= SMALLEST_WORD => Ok(word),
        _ => decimal(key, key.value.as_i64()),
    }
}

fn decimal(key: &Place<'_>, id: Option<i64>) -> Result<u64> {
    let id = id.ok_or_else(|| key.wrong("a signed decimal Morton id"))?;
    morton::from_legacy(id).map_err(|source| CatalogError::Cell {
        file: key.file.to_owned(),
        at: key.at.clone(),
        value: id.to_string(),
        source,
    })
}

/// These forms have the parent order in their metadata, and no child order.
fn signature(parent_order: u8) -> GridSignature {
    GridSignature::Healpix(HealpixGrid { parent_order, child_order: None, extra: Map::new() })
}

fn parent_order(name: &str, metadata: &Map<String, Value>) -> Result<u8> {
    let expected = "an order from 0 to 29";
    let Some(value) = metadata.get("parent_order").cloned() else {
        let at = "metadata.parent_order";
        return Err(form::wrong(name, at, expected, "nothing".to_owned()));
    };
    let place = Place { file: name, at: "metadata.parent_order".to_owned(), value };
    place.order()
}

fn on_a_sphere(name: &str, mut map: ShardMap) -> ShardMap {
    map.set_convention(Convention::Sphere);
    map.warnings.push(format!(
        "{name}: an older form of the file, whose shards were found from geodetic latitude; on an \
         authalic grid granules may be missing from shards they touch"
    ));
    map
}

/// How an `s3` link becomes an `https` one.
struct Hosts {
    bases: Option<(String, String)>,
}

impl Hosts {
    fn of(metadata: &Map<String, Value>) -> Self {
        let base = |key| metadata.get(key).and_then(Value::as_str).map(str::to_owned);
        Self { bases: base("s3_base").zip(base("https_base")) }
    }

    fn granule(&self, place: Place<'_>) -> Result<GranuleLink> {
        let mut link = GranuleLink::from_url(&place.text()?)?;
        if let (Some(s3), None, Some((from, to))) = (&link.s3, &link.https, &self.bases) {
            link.https = s3.strip_prefix(from.as_str()).map(|rest| format!("{to}{rest}"));
        }
        Ok(link)
    }
}

//! zagg's JSON of today. Which of the forms a text has is seen from its keys.

use std::collections::HashMap;

use serde_json::{Map, Value};
use zagg_udfs::cell::morton::{self, Kind};

use super::form::{self, Object, Place};
use super::granules::Granules;
use super::{Shard, ShardMap, build, legacy};
use crate::signature::check_orders;
use crate::{CatalogError, GranuleLink, GridSignature, HealpixGrid, RectilinearGrid};

type Result<T> = std::result::Result<T, CatalogError>;

pub(super) fn map(name: &str, text: &str) -> Result<ShardMap> {
    let value: Value = serde_json::from_str(text)
        .map_err(|source| CatalogError::Json { file: name.to_owned(), source })?;
    map_of_value(name, value)
}

pub(super) fn map_of_value(name: &str, value: Value) -> Result<ShardMap> {
    let mut top = Place { file: name, at: String::new(), value }.object()?;
    let mut map = if top.has("catalog") && !top.has("shard_keys") {
        legacy::magg(name, top)?
    } else if top.has("grid_signature") {
        let signature = signature(name, top.need("grid_signature", "an object")?.object()?)?;
        let metadata = metadata(&mut top)?;
        let keys = match &signature {
            GridSignature::Healpix(grid) => Keys::Words { order: grid.parent_order },
            GridSignature::Rectilinear(grid) => Keys::Chunks { count: grid.chunk_count() },
        };
        let mut granules = Granules::default();
        let shards = shards(name, &mut top, keys, |place| Ok(granules.number(granule(place)?)))?;
        assemble(signature, granules, shards, metadata, top.rest())
    } else if top.has("shard_keys") {
        legacy::transitional(name, top)?
    } else {
        let expected = "`grid_signature`, `shard_keys` and `granules`";
        return Err(form::wrong(name, "", expected, "an object without them".to_owned()));
    };
    build::settle(name, &mut map)?;
    Ok(map)
}

pub(super) fn assemble(
    signature: GridSignature,
    granules: Granules,
    shards: Vec<Shard>,
    metadata: Map<String, Value>,
    extra: Map<String, Value>,
) -> ShardMap {
    let granules = granules.into_list();
    ShardMap { signature, granules, shards, metadata, extra, warnings: Vec::new() }
}

pub(super) fn metadata(top: &mut Object<'_>) -> Result<Map<String, Value>> {
    top.take("metadata").map_or_else(|| Ok(Map::new()), |p| p.object().map(Object::rest))
}

fn signature(name: &str, mut object: Object<'_>) -> Result<GridSignature> {
    let kind = object.need("type", "`healpix` or `rectilinear`")?;
    match kind.value.as_str() {
        Some("healpix") => healpix(object).map(GridSignature::Healpix),
        Some("rectilinear") => rectilinear(name, object).map(GridSignature::Rectilinear),
        _ => Err(kind.wrong("`healpix` or `rectilinear`")),
    }
}

fn healpix(mut object: Object<'_>) -> Result<HealpixGrid> {
    if let Some(scheme) = object.take("indexing_scheme")
        && scheme.value != "nested"
    {
        return Err(scheme.wrong("`nested`"));
    }
    let parent = object.need("parent_order", "an order from 0 to 29")?;
    let parent_order = parent.order()?;
    let child_order = object.take("child_order").map(|p| p.order()).transpose()?;
    check_orders(parent_order, child_order)
        .map_err(|_| parent.wrong("an order not above the child order"))?;
    Ok(HealpixGrid { parent_order, child_order, extra: object.rest() })
}

fn rectilinear(name: &str, mut object: Object<'_>) -> Result<RectilinearGrid> {
    let crs = object.need("crs", "the name of a projection")?.text()?;
    let affine = object.need("affine", "six numbers")?.numbers()?;
    let mut shape = |key| object.need(key, "rows and columns of pixels")?.counts();
    let (shape, chunk_shape) = (shape("shape")?, shape("chunk_shape")?);
    let grid = RectilinearGrid { crs, affine, shape, chunk_shape, extra: object.rest() };
    grid.check().map_err(|error| match error {
        CatalogError::Grid { grid, reason } => form::wrong(
            name,
            "grid_signature",
            "a grid with pixels, chunks and an extent",
            format!("{grid}: {reason}"),
        ),
        other => other,
    })?;
    Ok(grid)
}

/// How the numbers in `shard_keys` name shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// Packed words of one order.
    Words { order: u8 },
    /// Packed words or, below the smallest of them, signed decimal ids.
    WordsOrDecimals { order: u8 },
    /// Numbers of chunks.
    Chunks { count: u64 },
}

impl Keys {
    /// The key as it is kept, and the cell or chunk.
    fn shard(self, key: &Place<'_>) -> Result<(u64, u64)> {
        let (word, order) = match self {
            Self::Words { order } => (key.word()?, order),
            Self::WordsOrDecimals { order } => (legacy::word_or_decimal(key)?, order),
            Self::Chunks { count } => {
                let chunk = key.value.as_u64().filter(|chunk| *chunk < count);
                let chunk = chunk
                    .ok_or_else(|| key.wrong(&format!("the number of a chunk, below {count}")))?;
                return Ok((chunk, chunk));
            }
        };
        Ok((word, cell(&key.at, word, key, order)?))
    }
}

/// The parallel lists `shard_keys`, `granules` and, where there is one, `aoi_mask`.
pub(super) fn shards(
    name: &str,
    top: &mut Object<'_>,
    kind: Keys,
    mut number: impl FnMut(Place<'_>) -> Result<u32>,
) -> Result<Vec<Shard>> {
    let what = if matches!(kind, Keys::Chunks { .. }) {
        "a list of chunks"
    } else {
        "a list of Morton words"
    };
    let keys = top.need("shard_keys", what)?.list()?;
    let granules = top.need("granules", "a list of granules for each shard")?.list()?;
    let masks = top.take("aoi_mask").map(Place::list).transpose()?;
    let mask_count = masks.as_ref().map_or(keys.len(), Vec::len);
    for (key, count) in [("granules", granules.len()), ("aoi_mask", mask_count)] {
        if count != keys.len() {
            let expected = format!("a list of {}, one entry for each shard key", keys.len());
            return Err(form::wrong(name, key, &expected, format!("a list of {count}")));
        }
    }
    let mut masks = masks.map(Vec::into_iter);
    let mut seen = HashMap::with_capacity(keys.len());
    let mut shards = Vec::with_capacity(keys.len());
    for (place, granules) in keys.into_iter().zip(granules) {
        let (key, cell) = kind.shard(&place)?;
        once(&mut seen, key, &place)?;
        let numbers = granules.list()?.into_iter().map(&mut number);
        let granules = numbers.collect::<Result<Vec<u32>>>()?.into();
        let mask = masks.as_mut().and_then(Iterator::next);
        let aoi_mask = mask
            .map(|p| p.list()?.iter().map(Place::word).collect::<Result<Vec<u64>>>())
            .transpose()?;
        shards.push(Shard { key, cell, granules, aoi_mask });
    }
    Ok(shards)
}

/// The NESTED id of a key that must be an area of the parent order.
pub(super) fn cell(at: &str, word: u64, key: &Place<'_>, parent_order: u8) -> Result<u64> {
    let (file, at, value) = (key.file.to_owned(), at.to_owned(), key.value.to_string());
    match morton::to_nested(word) {
        Err(source) => Err(CatalogError::Cell { file, at, value, source }),
        Ok(nested) if nested.kind == Kind::Point => {
            Err(key.wrong("the word of a cell, not of a point"))
        }
        Ok(nested) if nested.order != parent_order => {
            let (expected, found) = (parent_order, nested.order);
            Err(CatalogError::Order { file, at, value, expected, found })
        }
        Ok(nested) => Ok(nested.id),
    }
}

/// Refuses a word that was there before.
pub(super) fn once(seen: &mut HashMap<u64, String>, word: u64, key: &Place<'_>) -> Result<()> {
    match seen.insert(word, key.at.clone()) {
        None => Ok(()),
        Some(first) => Err(CatalogError::DuplicateShard {
            file: key.file.to_owned(),
            at: key.at.clone(),
            value: key.value.to_string(),
            first,
        }),
    }
}

/// `{id, s3, https, …}`
fn granule(place: Place<'_>) -> Result<GranuleLink> {
    let (file, at) = (place.file, place.at.clone());
    let mut object = place.object()?;
    let link = GranuleLink {
        id: object.need("id", "the name of a granule")?.text()?,
        s3: object.text("s3")?,
        https: object.text("https")?,
        path: object.text("path")?,
        time_start: object.text("time_start")?,
        time_end: object.text("time_end")?,
        extra: object.rest(),
    };
    if link.is_readable() {
        return Ok(link);
    }
    Err(form::wrong(file, &at, "an `s3` or `https` link", format!("none for {}", link.id)))
}

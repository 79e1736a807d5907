//! zagg's JSON form, written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::{Shard, ShardMap};
use crate::CatalogError;

/// The file, with its keys in the order that zagg has them.
#[derive(Serialize)]
struct Form<'a> {
    metadata: &'a Map<String, Value>,
    grid_signature: Value,
    shard_keys: Vec<u64>,
    granules: Vec<Granules<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aoi_mask: Option<Vec<&'a [u64]>>,
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

/// The granules of a shard, as a list of objects.
pub(super) struct Granules<'a>(pub(super) &'a ShardMap, pub(super) &'a Shard);

impl Serialize for Granules<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.1.granules.len()))?;
        for granule in self.0.granules_of(self.1) {
            list.serialize_element(granule)?;
        }
        list.end()
    }
}

/// The masks of all shards, where any has one.
pub(super) fn masks(map: &ShardMap) -> Option<Vec<&[u64]>> {
    let masked = map.shards.iter().any(|s| s.aoi_mask.is_some());
    let masks = map.shards.iter().map(|s| s.aoi_mask.as_deref().unwrap_or_default());
    masked.then(|| masks.collect())
}

pub(super) fn json(map: &ShardMap, out: impl Write) -> io::Result<()> {
    let form = Form {
        metadata: &map.metadata,
        grid_signature: map.signature.to_value(),
        shard_keys: map.shards.iter().map(|s| s.key).collect(),
        granules: map.shards.iter().map(|s| Granules(map, s)).collect(),
        aoi_mask: masks(map),
        extra: &map.extra,
    };
    Ok(serde_json::to_writer_pretty(out, &form)?)
}

/// Writes a file beside its place and puts it there when it is all there.
pub(super) fn whole(
    file: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), CatalogError> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = file.with_file_name(name);
    let written = File::create(&part).and_then(|out| {
        let mut out = BufWriter::new(out);
        write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        std::fs::rename(&part, file)
    });
    written.map_err(|source| {
        // What is left of it is of no use; that it cannot be removed is not what went wrong.
        let _ = std::fs::remove_file(&part);
        CatalogError::Write { file: file.to_owned(), source }
    })
}

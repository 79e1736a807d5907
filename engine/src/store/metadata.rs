//! The metadata documents. This file is the layout contract: what stands here is what clients read.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use super::spec::{Ellipsoid, StoreSpec, VariableSpec};

/// The one dimension.
pub(super) const DIMENSION: &str = "cells";
/// The coordinate: one nested id per cell.
pub(super) const COORDINATE: &str = "cell_ids";
/// The scalar that carries the grid mapping.
pub(super) const GRID_MAPPING: &str = "crs";
/// The optional packed words.
pub(super) const MORTON: &str = "morton";

/// Tried on chunks of 4,096 and 65,536 cells, a twentieth and two fifths of them filled with noisy heights and counts: level 3 takes
/// up to 1.5 times the CPU of level 2 and is not smaller, level 6 makes chunks 3 to 10 % smaller for three to ten times the CPU.
/// The shard is encoded on the machine that aggregates it, so that CPU is the run's.
const ZSTD_LEVEL: i32 = 2;

const SEMI_MAJOR_AXIS: f64 = 6_378_137.0;
const INVERSE_FLATTENING: f64 = 298.257_223_563;

/// The ellipsoid as xdggs 0.6 and 0.7 both read it, on the coordinate and in the group alike. The convention's later text
/// spells the key `semi_major_axis` in the group; no release reads that on the coordinate.
fn ellipsoid(spec: &StoreSpec) -> Option<Value> {
    (spec.ellipsoid == Ellipsoid::Wgs84).then(|| {
        json!({
            "name": "WGS84",
            "semimajor_axis": SEMI_MAJOR_AXIS,
            "inverse_flattening": INVERSE_FLATTENING,
        })
    })
}

fn with(mut object: Value, key: &str, value: Option<Value>) -> Value {
    if let (Some(map), Some(value)) = (object.as_object_mut(), value) {
        map.insert(key.into(), value);
    }
    object
}

/// The level group. xdggs passes every key of `dggs` on to its grid's constructor, so there may be no other one.
pub(super) fn level_group(spec: &StoreSpec) -> Value {
    let dggs = json!({
        "name": "healpix",
        "refinement_level": spec.child_order,
        "indexing_scheme": "nested",
        "spatial_dimension": DIMENSION,
        "coordinate": COORDINATE,
        "compression": "none",
    });
    group(json!({
        "zarr_conventions": [{
            "schema_url": "https://raw.githubusercontent.com/zarr-conventions/dggs/refs/tags/v1/schema.json",
            "spec_url": "https://github.com/zarr-conventions/dggs/blob/v1/README.md",
            "uuid": "7b255807-140c-42ca-97f6-7a1cfecdbc38",
            "name": "dggs",
            "description": "Discrete Global Grid Systems convention for zarr",
        }],
        "dggs": with(dggs, "ellipsoid", ellipsoid(spec)),
    }))
}

/// The root group. `aggregation` says whether the store is complete and how it was made.
pub(super) fn root_group(aggregation: Map<String, Value>) -> Value {
    group(json!({ "aggregation": aggregation }))
}

fn group(attributes: Value) -> Value {
    json!({ "zarr_format": 3, "node_type": "group", "attributes": attributes })
}

/// A group document with the documents of the nodes below it inline, by path relative to the group.
pub(super) fn consolidated(group: Value, members: &BTreeMap<String, Value>) -> Value {
    let inline = json!({ "kind": "inline", "must_understand": false, "metadata": members });
    with(group, "consolidated_metadata", Some(inline))
}

/// The coordinate. xdggs passes every attribute on to its grid's constructor, so there may be no other one.
pub(super) fn coordinate(spec: &StoreSpec) -> Value {
    let attributes = json!({
        "grid_name": "healpix",
        "level": spec.child_order,
        "indexing_scheme": "nested",
    });
    let attributes = with(attributes, "ellipsoid", ellipsoid(spec));
    array(spec, "uint64", 8, json!(0), attributes)
}

/// The packed words.
pub(super) fn morton(spec: &StoreSpec) -> Value {
    let attributes = json!({
        "long_name": "packed Morton word of the cell",
        "coordinates": COORDINATE,
        "grid_mapping": GRID_MAPPING,
    });
    array(spec, "uint64", 8, json!(0), attributes)
}

/// A variable, with its fill as the metadata spells it.
pub(super) fn variable(spec: &StoreSpec, variable: &VariableSpec, fill: Value) -> Value {
    let mut attributes = variable.attributes.clone();
    let own = [("units", &variable.units), ("long_name", &variable.long_name)];
    for (key, value) in own {
        if let Some(value) = value {
            attributes.insert(key.into(), json!(value));
        }
    }
    attributes.insert("coordinates".into(), json!(COORDINATE));
    attributes.insert("grid_mapping".into(), json!(GRID_MAPPING));
    let dtype = variable.dtype;
    array(spec, dtype.name(), dtype.size(), fill, Value::Object(attributes))
}

/// The grid mapping: CF 1.13's words, then those of browser viewers and easygems.
pub(super) fn grid_mapping(spec: &StoreSpec) -> Value {
    let mut attributes = json!({
        "grid_mapping_name": "healpix",
        "refinement_level": spec.child_order,
        "indexing_scheme": "nested",
        "healpix_nside": 1_u64 << spec.child_order,
        "healpix_order": "nest",
    });
    if spec.ellipsoid == Ellipsoid::Wgs84 {
        attributes = with(attributes, "reference_ellipsoid_name", Some(json!("WGS 84")));
        attributes = with(attributes, "semi_major_axis", Some(json!(SEMI_MAJOR_AXIS)));
        attributes = with(attributes, "inverse_flattening", Some(json!(INVERSE_FLATTENING)));
    }
    json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": [],
        "data_type": "int32",
        "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": [] } },
        "chunk_key_encoding": { "name": "default", "configuration": { "separator": "/" } },
        "fill_value": 0,
        "codecs": [bytes_codec(4)],
        "attributes": attributes,
        "dimension_names": [],
    })
}

/// An array along the cells: one chunk per parent.
fn array(spec: &StoreSpec, dtype: &str, size: usize, fill: Value, attributes: Value) -> Value {
    let chunk = spec.cells_per_shard();
    json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": [spec.parents.len() as u64 * chunk as u64],
        "data_type": dtype,
        "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": [chunk] } },
        "chunk_key_encoding": { "name": "default", "configuration": { "separator": "/" } },
        "fill_value": fill,
        // The checksum costs four bytes a chunk and tells a damaged object from data.
        "codecs": [
            bytes_codec(size),
            { "name": "zstd", "configuration": { "level": ZSTD_LEVEL, "checksum": true } },
        ],
        "attributes": attributes,
        "dimension_names": [DIMENSION],
    })
}

/// Byte order has no meaning for one byte, and zarr-python leaves it out there.
fn bytes_codec(size: usize) -> Value {
    if size == 1 {
        json!({ "name": "bytes" })
    } else {
        json!({ "name": "bytes", "configuration": { "endian": "little" } })
    }
}

/// The document as bytes, keys sorted at every depth, so that the same store has the same bytes in every run and build.
pub(super) fn to_bytes(document: &Value) -> Vec<u8> {
    format!("{:#}\n", sorted(document)).into_bytes()
}

// Whether `serde_json`'s map sorts by itself depends on what features other crates of the build ask for.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let by_key: BTreeMap<&String, &Value> = map.iter().collect();
            Value::Object(by_key.into_iter().map(|(k, v)| (k.clone(), sorted(v))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

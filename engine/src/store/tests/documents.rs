//! The metadata documents, against the layout contract written out.

use super::*;

fn ellipsoid() -> Value {
    json!({ "name": "WGS84", "semimajor_axis": 6378137.0, "inverse_flattening": 298.257223563 })
}

fn array(dtype: &str, fill: Value, attributes: Value) -> Value {
    json!({
        "zarr_format": 3, "node_type": "array", "shape": [64], "data_type": dtype,
        "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": [16] } },
        "chunk_key_encoding": { "name": "default", "configuration": { "separator": "/" } },
        "fill_value": fill,
        "codecs": [
            { "name": "bytes", "configuration": { "endian": "little" } },
            { "name": "zstd", "configuration": { "level": 2, "checksum": true } },
        ],
        "attributes": attributes,
        "dimension_names": ["cells"],
    })
}

fn level_group() -> Value {
    json!({ "zarr_format": 3, "node_type": "group", "attributes": {
        "zarr_conventions": [{
            "schema_url": "https://raw.githubusercontent.com/zarr-conventions/dggs/refs/tags/v1/schema.json",
            "spec_url": "https://github.com/zarr-conventions/dggs/blob/v1/README.md",
            "uuid": "7b255807-140c-42ca-97f6-7a1cfecdbc38", "name": "dggs",
            "description": "Discrete Global Grid Systems convention for zarr",
        }],
        "dggs": {
            "name": "healpix", "refinement_level": 4, "indexing_scheme": "nested", "spatial_dimension": "cells",
            "ellipsoid": ellipsoid(), "coordinate": "cell_ids", "compression": "none",
        },
    }})
}

fn members() -> Value {
    json!({
        "cell_ids": array("uint64", json!(0), json!({
            "grid_name": "healpix", "level": 4, "indexing_scheme": "nested", "ellipsoid": ellipsoid(),
        })),
        "count": array("int32", json!(0), json!({ "coordinates": "cell_ids", "grid_mapping": "crs" })),
        "h_mean": array("float32", json!("NaN"), json!({
            "coordinates": "cell_ids", "grid_mapping": "crs", "units": "m",
        })),
        "crs": {
            "zarr_format": 3, "node_type": "array", "shape": [], "data_type": "int32",
            "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": [] } },
            "chunk_key_encoding": { "name": "default", "configuration": { "separator": "/" } },
            "fill_value": 0,
            "codecs": [{ "name": "bytes", "configuration": { "endian": "little" } }],
            "attributes": {
                "grid_mapping_name": "healpix", "refinement_level": 4, "indexing_scheme": "nested",
                "reference_ellipsoid_name": "WGS 84", "semi_major_axis": 6378137.0,
                "inverse_flattening": 298.257223563, "healpix_nside": 16, "healpix_order": "nest",
            },
            "dimension_names": [],
        },
    })
}

fn inline(members: Value) -> Value {
    json!({ "kind": "inline", "must_understand": false, "metadata": members })
}

#[test]
fn the_template_is_the_contract() {
    run(async {
        let target = memory();
        StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        let objects = objects(&target).await;
        let keys: Vec<&str> = objects.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "4/cell_ids/c/0",
                "4/cell_ids/c/1",
                "4/cell_ids/c/2",
                "4/cell_ids/c/3",
                "4/cell_ids/zarr.json",
                "4/count/zarr.json",
                "4/crs/zarr.json",
                "4/h_mean/zarr.json",
                "4/zarr.json",
                "zarr.json",
            ]
        );
        assert_eq!(json_at(&target, "4/zarr.json").await, level_group());
        for (name, document) in members().as_object().unwrap() {
            assert_eq!(&json_at(&target, &format!("4/{name}/zarr.json")).await, document);
        }
        let root = json_at(&target, "zarr.json").await;
        assert_eq!(root["attributes"]["aggregation"]["complete"], false);
        assert_eq!(root["attributes"]["aggregation"]["sql"], "SELECT 1");
        assert_eq!(root.get("consolidated_metadata"), None);
    });
}

#[test]
fn finishing_consolidates_and_marks() {
    run(async {
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        let extra = json!({ "granules": 7, "complete": "perhaps" }).as_object().cloned().unwrap();
        writer.finish(extra).await.unwrap();

        let mut group = level_group();
        group["consolidated_metadata"] = inline(members());
        assert_eq!(json_at(&target, "4/zarr.json").await, group);

        let mut all = json!({ "4": level_group() });
        for (name, document) in members().as_object().unwrap() {
            all[format!("4/{name}")] = document.clone();
        }
        let expected = json!({
            "zarr_format": 3, "node_type": "group",
            "attributes": { "aggregation": {
                "complete": true, "sql": "SELECT 1", "granules": 7, "child_order": 4, "parent_order": 2,
                "parents": 4, "parent_ranges": [[0, 1], [5, 7], [190, 191]],
                "parents_sha256": parents::sha256(&PARENTS), "written_at": "2026-01-01T00:00:00Z",
            }},
            "consolidated_metadata": inline(all),
        });
        assert_eq!(json_at(&target, "zarr.json").await, expected);
    });
}

#[test]
fn keys_are_sorted_at_every_depth() {
    let text = String::from_utf8(metadata::to_bytes(&json!({
        "b": 1, "a": [{ "z": 1.0, "y": 298.257223563 }],
    })))
    .unwrap();
    let packed: String = text.split_whitespace().collect();
    assert_eq!(packed, r#"{"a":[{"y":298.257223563,"z":1.0}],"b":1}"#);
}

#[test]
fn the_time_of_completion_is_utc() {
    run(async {
        let target = memory();
        let mut spec = spec();
        spec.provenance.remove("written_at");
        let writer = StoreWriter::create(target.clone(), spec, false).await.unwrap();
        writer.finish(no_extra()).await.unwrap();
        let root = json_at(&target, "zarr.json").await;
        let time = root["attributes"]["aggregation"]["written_at"].as_str().unwrap().to_owned();
        assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
    });
}

#[test]
fn a_sphere_declares_no_ellipsoid_anywhere() {
    run(async {
        let target = memory();
        let spec = StoreSpec { ellipsoid: Ellipsoid::Sphere, morton: true, ..spec() };
        StoreWriter::create(target.clone(), spec, false).await.unwrap();
        for (key, bytes) in objects(&target).await {
            if key.ends_with("zarr.json") {
                let text = String::from_utf8(bytes).unwrap();
                for word in ["ellipsoid", "WGS", "semi", "flattening", "_zarrs", "_FillValue"] {
                    assert!(!text.contains(word), "{key} has {word}");
                }
            }
        }
    });
}

#[test]
fn attributes_and_fills_are_written_as_given() {
    run(async {
        let target = memory();
        let mut spec = spec();
        let mut variable = VariableSpec::new("flag", StoreDtype::UInt8).fill(255).units("1");
        variable.long_name = Some("quality".into());
        variable.attributes.insert("flag_values".into(), json!([0, 1]));
        variable.attributes.insert("units".into(), json!("shadowed"));
        spec.variables.push(variable);
        spec.variables.push(VariableSpec::new("top", StoreDtype::Float64).fill("-Infinity"));
        StoreWriter::create(target.clone(), spec, false).await.unwrap();
        let flag = json_at(&target, "4/flag/zarr.json").await;
        assert_eq!(flag["fill_value"], 255);
        assert_eq!(flag["codecs"][0], json!({ "name": "bytes" }));
        assert_eq!(
            flag["attributes"],
            json!({
                "coordinates": "cell_ids", "grid_mapping": "crs", "units": "1", "long_name": "quality",
                "flag_values": [0, 1],
            })
        );
        assert_eq!(json_at(&target, "4/top/zarr.json").await["fill_value"], "-Infinity");
    });
}

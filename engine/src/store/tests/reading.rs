//! Stores read back.

use super::*;
use arrow::array::{AsArray, Int32Array};
use arrow::datatypes::{Int32Type, UInt64Type};

pub(super) async fn written(spec: StoreSpec) -> Target {
    let target = memory();
    let writer = StoreWriter::create(target.clone(), spec, false).await.unwrap();
    write(&writer, 0, &rows(&[(3, 2, Some(0.5)), (0, 1, None), (9, 0, Some(4.0)), (10, 0, None)]))
        .await;
    write(&writer, 3, &rows(&[(3055, 6, Some(-2.0))])).await;
    writer.finish(no_extra()).await.unwrap();
    target
}

#[test]
fn what_was_written_is_read() {
    run(async {
        let reader = StoreReader::open(written(spec()).await).await.unwrap();
        assert_eq!(
            (reader.child_order(), reader.parent_order(), reader.cells_per_shard()),
            (4, 2, 16)
        );
        assert_eq!(reader.parents(), PARENTS);
        assert_eq!(reader.ellipsoid(), Ellipsoid::Wgs84);
        assert!(reader.is_finished() && reader.skipped().is_empty());
        assert_eq!(reader.aggregation()["sql"], "SELECT 1");
        assert_eq!(
            (reader.shard_of(95), reader.shard_of(96), reader.shard_of(112)),
            (Some(1), Some(2), None)
        );
        let schema = reader.schema();
        let names: Vec<_> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        assert_eq!(names, ["cell", "count", "h_mean"]);
        assert_eq!(schema.field(2).metadata()["units"], "m");
        assert!(!schema.field(1).is_nullable() && schema.field(2).is_nullable());

        let batch = reader.read_shard(0, &["h_mean", "count"], Rows::Occupied).await.unwrap();
        let cells: Vec<u64> = batch.column(0).as_primitive::<UInt64Type>().values().to_vec();
        assert_eq!(cells, [0, 3, 9], "10 holds nothing but fill");
        let heights = arrow::array::Float32Array::from(vec![None, Some(0.5), Some(4.0)]);
        assert_eq!(batch.column(1).as_primitive(), &heights);
        assert_eq!(batch.column(2).as_primitive::<Int32Type>(), &Int32Array::from(vec![1, 2, 0]));

        // The rows do not depend on the columns, unless that is asked for.
        let cells_only = reader.read_shard(0, &[], Rows::Occupied).await.unwrap();
        assert_eq!((cells_only.num_rows(), cells_only.num_columns()), (3, 1));
        let count = reader.read_shard(0, &["count"], Rows::OccupiedInColumns).await.unwrap();
        assert_eq!(count.num_rows(), 2);
        let dense = reader.read_shard(3, &["count"], Rows::Dense).await.unwrap();
        assert_eq!(dense.num_rows(), 16);
        assert_eq!(dense.column(0).as_primitive::<UInt64Type>().value(15), 3055);
        assert_eq!(dense.column(1).as_primitive::<Int32Type>().values()[14..], [0, 6]);
        let empty = reader.read_shard(1, &["count"], Rows::Occupied).await.unwrap();
        assert_eq!(empty.num_rows(), 0);
    });
}

#[test]
fn a_declared_occupancy_stands_for_all_variables() {
    run(async {
        let mut spec = spec();
        spec.provenance.insert("occupancy".into(), json!("count"));
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec, false).await.unwrap();
        write(&writer, 0, &rows(&[(3, 2, Some(0.5)), (7, 1, None)])).await;
        writer.finish(no_extra()).await.unwrap();
        // Were it read, the damaged chunk would be an error.
        target.put("4/h_mean/c/0", "not zstd").await.unwrap();
        let reader = StoreReader::open(target).await.unwrap();
        let batch = reader.read_shard(0, &["count"], Rows::Occupied).await.unwrap();
        assert_eq!(batch.num_rows(), 2);
        let error = reader.read_shard(0, &["h_mean"], Rows::Occupied).await.unwrap_err();
        assert_eq!(error.to_string(), "decode chunk 0 of 4/h_mean");
    });
}

#[test]
fn damaged_values_do_not_pass() {
    run(async {
        let target = written(spec()).await;
        let mut chunk = objects(&target).await["4/h_mean/c/0"].clone();
        let last = chunk.len() - 1;
        chunk[last] ^= 1;
        target.put("4/h_mean/c/0", chunk).await.unwrap();
        let reader = StoreReader::open(target).await.unwrap();
        assert!(reader.read_shard(0, &["h_mean"], Rows::Dense).await.is_err());
    });
}

#[test]
fn a_frame_that_claims_all_memory_is_refused() {
    run(async {
        let target = written(spec()).await;
        // Eight-byte size, single segment.
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xe0];
        frame.extend((u64::MAX >> 1).to_le_bytes());
        target.put("4/h_mean/c/0", frame).await.unwrap();
        let reader = StoreReader::open(target).await.unwrap();
        let error = reader.read_shard(0, &["h_mean"], Rows::Dense).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(
            cause,
            "the zstd frame claims 9223372036854775807 bytes, the chunk has at most 128"
        );
    });
}

#[test]
fn any_damage_to_a_chunk_is_an_error_or_harmless() {
    run(async {
        let target = written(spec()).await;
        let chunk = objects(&target).await["4/h_mean/c/0"].clone();
        let reader = StoreReader::open(target.clone()).await.unwrap();
        let good = reader.read_shard(0, &["h_mean"], Rows::Dense).await.unwrap();
        for byte in 0..chunk.len() {
            for bit in 0..8 {
                let mut damaged = chunk.clone();
                damaged[byte] ^= 1 << bit;
                target.put("4/h_mean/c/0", damaged).await.unwrap();
                if let Ok(read) = reader.read_shard(0, &["h_mean"], Rows::Dense).await {
                    assert_eq!(read, good, "byte {byte}, bit {bit}");
                }
            }
            target.put("4/h_mean/c/0", chunk[..byte].to_vec()).await.unwrap();
            assert!(reader.read_shard(0, &["h_mean"], Rows::Dense).await.is_err(), "cut at {byte}");
        }
    });
}

#[test]
fn fills_other_than_zero_are_null() {
    run(async {
        let target = memory();
        let variables = vec![
            VariableSpec::new("count", StoreDtype::Int16).fill(-1),
            VariableSpec::new("h_mean", StoreDtype::Float64).fill(-9999.0),
        ];
        let spec = StoreSpec { variables, ..spec() };
        let writer = StoreWriter::create(target.clone(), spec, false).await.unwrap();
        write(&writer, 0, &rows(&[(1, -1, Some(f64::NAN)), (2, 0, None)])).await;
        writer.finish(no_extra()).await.unwrap();
        let reader = StoreReader::open(target).await.unwrap();
        let batch = reader.read_shard(0, &["count", "h_mean"], Rows::Occupied).await.unwrap();
        let counts = arrow::array::Int16Array::from(vec![None, Some(0)]);
        assert_eq!(batch.column(1).as_primitive(), &counts);
        assert_eq!(batch.column(2).as_primitive(), &Float64Array::from(vec![None, None]));
    });
}

#[test]
fn parents_come_from_the_coordinate_when_the_root_does_not_list_them() {
    run(async {
        let target = written(spec()).await;
        let mut root = json_at(&target, "zarr.json").await;
        let aggregation = root["attributes"]["aggregation"].as_object_mut().unwrap();
        aggregation.remove("parent_ranges");
        target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
        assert_eq!(StoreReader::open(target.clone()).await.unwrap().parents(), PARENTS);

        // Without any consolidated metadata either.
        root.as_object_mut().unwrap().remove("consolidated_metadata");
        target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
        let mut group = json_at(&target, "4/zarr.json").await;
        group.as_object_mut().unwrap().remove("consolidated_metadata");
        target.put("4/zarr.json", metadata::to_bytes(&group)).await.unwrap();
        let reader = StoreReader::open(target.clone()).await.unwrap();
        assert_eq!((reader.parents(), reader.variables().len()), (PARENTS.as_slice(), 2));

        target.delete("4/cell_ids/c/2").await.unwrap();
        let error = StoreReader::open(target).await.unwrap_err().to_string();
        assert!(
            error.contains("4/cell_ids/c/2") && error.ends_with("the chunk is missing"),
            "{error}"
        );
    });
}

#[test]
fn a_level_may_be_chosen() {
    run(async {
        let target = written(spec()).await;
        let options = ReadOptions { level: Some(4), ..ReadOptions::default() };
        assert_eq!(StoreReader::open_with(target.clone(), options).await.unwrap().child_order(), 4);
        let options = ReadOptions { level: Some(3), ..ReadOptions::default() };
        let error = StoreReader::open_with(target, options).await.unwrap_err().to_string();
        assert!(error.ends_with("expected a group 3, found [4]"), "{error}");
    });
}

#[test]
fn arrays_of_another_kind_are_left_out_with_the_reason() {
    run(async {
        let target = written(spec()).await;
        let mut root = json_at(&target, "zarr.json").await;
        let members = &mut root["consolidated_metadata"]["metadata"];
        members["4/h_mean"]["data_type"] = json!("complex64");
        members["4/count"]["dimension_names"] = json!(["beam"]);
        target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
        let reader = StoreReader::open(target).await.unwrap();
        assert!(reader.variables().is_empty());
        let reasons: Vec<&str> = reader.skipped().iter().map(|s| s.1.as_str()).collect();
        assert_eq!(reasons, ["its dimensions are [\"beam\"]", "its type is \"complex64\""]);
    });
}

#[test]
fn packed_words_are_no_variable() {
    run(async {
        let target = memory();
        let writer =
            StoreWriter::create(target.clone(), StoreSpec { morton: true, ..spec() }, false);
        writer.await.unwrap().finish(no_extra()).await.unwrap();
        let keys: Vec<String> = objects(&target).await.into_keys().collect();
        assert!(keys.contains(&"4/morton/c/3".into()));
        let reader = StoreReader::open(target).await.unwrap();
        assert_eq!(reader.variables().len(), 2);
        assert_eq!(reader.read_shard(0, &[], Rows::Occupied).await.unwrap().num_rows(), 0);
    });
}

#[test]
fn a_store_of_single_cell_shards_works() {
    run(async {
        let target = memory();
        let spec = StoreSpec { child_order: 0, parent_order: 0, parents: vec![0, 11], ..spec() };
        let writer = StoreWriter::create(target.clone(), spec, false).await.unwrap();
        write(&writer, 1, &rows(&[(11, 5, Some(1.0))])).await;
        writer.finish(no_extra()).await.unwrap();
        assert!(
            objects(&target).await.contains_key("0/cell_ids/c/0"),
            "id 0 equals the fill, and is written"
        );
        let reader = StoreReader::open(target).await.unwrap();
        let batch = reader.read_shard(1, &["count"], Rows::Occupied).await.unwrap();
        assert_eq!(batch.column(0).as_primitive::<UInt64Type>().values(), &[11]);
    });
}

//! Refusals, and what they say.

use super::*;
use object_store::path::Path;

fn refused(change: impl FnOnce(&mut StoreSpec)) -> String {
    let mut spec = spec();
    change(&mut spec);
    StoreWriter::attach(memory(), spec).unwrap_err().to_string()
}

#[test]
fn a_wrong_specification_is_refused() {
    let cases: [(String, &str); 11] = [
        (refused(|s| s.parents = vec![]), "the list of parent cells is empty"),
        (refused(|s| s.parents = vec![0, 7, 7]), "but 7 follows 7 at position 2"),
        (refused(|s| s.parents = vec![9, 7]), "but 7 follows 9 at position 1"),
        (
            refused(|s| s.parents = vec![192]),
            "parent cell 192 does not exist at order 2, which has 192",
        ),
        (refused(|s| s.parent_order = 5), "parent order 5 must be at most the child order 4"),
        (refused(|s| s.child_order = 16), "at most 13 below it"),
        (refused(|s| s.child_order = 30), "child order 30 is above 29"),
        (refused(|s| s.variables[0].name = "h_mean".into()), "two variables are named h_mean"),
        (refused(|s| s.variables[0].name = "avg(h)".into()), "\"avg(h)\" cannot name an array"),
        (refused(|s| s.variables[0].name = "cell_ids".into()), "may not be named cell_ids"),
        (refused(|s| s.variables[0].fill_value = Some(json!(0.5))), "0.5 is not a value of int32"),
    ];
    for (found, expected) in cases {
        assert!(found.contains(expected), "{found}");
    }
    let with = refused(|s| {
        s.variables[0].attributes.insert("_FillValue".into(), json!(0));
    });
    assert!(with.contains("variable count may not have the attribute _FillValue"), "{with}");
}

#[test]
fn a_target_that_is_not_empty_is_refused_unless_overwritten() {
    run(async {
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        write(&writer, 0, &rows(&[(1, 1, Some(1.0))])).await;
        writer.finish(no_extra()).await.unwrap();
        let before = objects(&target).await;

        let error = StoreWriter::create(target.clone(), spec(), false).await.unwrap_err();
        assert!(matches!(error, StoreError::NotEmpty { .. }));
        assert!(error.to_string().contains("allow overwriting"), "{error}");
        assert_eq!(objects(&target).await, before);

        let mut other = spec();
        other.variables.remove(1);
        // A neighbour whose name begins alike is not below the prefix.
        let neighbour = Path::from("some/where.zarr2/zarr.json");
        target.store.put(&neighbour, "{}".into()).await.unwrap();
        StoreWriter::create(target.clone(), other, true).await.unwrap();
        let keys: Vec<String> = objects(&target).await.into_keys().collect();
        assert!(!keys.iter().any(|k| k.contains("h_mean") || k.contains("count/c")), "{keys:?}");
        target.store.get(&neighbour).await.unwrap();
    });
}

#[test]
fn only_zarr_hierarchies_are_overwritten() {
    run(async {
        let target = memory();
        target.put("thesis.tex", "years of work").await.unwrap();
        let error = StoreWriter::create(target.clone(), spec(), true).await.unwrap_err();
        assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
        assert_eq!(objects(&target).await.len(), 1);
    });
}

#[test]
fn an_unfinished_store_is_read_only_on_request() {
    run(async {
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        write(&writer, 3, &rows(&[(3041, 1, Some(1.0))])).await;
        let error = StoreReader::open(target.clone()).await.unwrap_err();
        assert!(error.to_string().contains("some/where.zarr is unfinished"), "{error}");
        let options = ReadOptions { allow_unfinished: true, ..ReadOptions::default() };
        let reader = StoreReader::open_with(target, options).await.unwrap();
        assert!(!reader.is_finished());
        assert_eq!(reader.read_shard(3, &["count"], Rows::Occupied).await.unwrap().num_rows(), 1);
        assert_eq!(reader.read_shard(0, &["count"], Rows::Occupied).await.unwrap().num_rows(), 0);
    });
}

#[test]
fn a_store_of_the_same_layout_is_resumed_and_no_other() {
    run(async {
        let target = memory();
        let nothing = StoreWriter::resume(target.clone(), spec()).await.unwrap_err();
        assert!(nothing.to_string().contains("there is no store to resume"), "{nothing}");

        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        write(&writer, 0, &rows(&[(1, 1, Some(1.0))])).await;
        writer.finish(no_extra()).await.unwrap();
        let finished = objects(&target).await;
        // As a template that was interrupted.
        target.delete("4/cell_ids/c/3").await.unwrap();

        let again = StoreWriter::resume(target.clone(), spec()).await.unwrap();
        assert!(matches!(
            StoreReader::open(target.clone()).await,
            Err(StoreError::Unfinished { .. })
        ));
        again.finish(no_extra()).await.unwrap();
        assert_eq!(objects(&target).await, finished);

        let mut changes: Vec<StoreSpec> = vec![spec(); 5];
        changes[0].parents[1] = 4;
        changes[1].variables[0].dtype = StoreDtype::Int64;
        changes[2].ellipsoid = Ellipsoid::Sphere;
        changes[3].variables.pop();
        changes[4].parent_order = 3;
        for (spec, node) in changes.into_iter().zip([
            "parents_sha256",
            "4/count",
            "4 is",
            "4/h_mean",
            "parent_order",
        ]) {
            let error = StoreWriter::resume(target.clone(), spec).await.unwrap_err();
            assert!(matches!(error, StoreError::Mismatch { .. }), "{error}");
            assert!(error.to_string().contains(node), "{error}");
        }
        assert_eq!(objects(&target).await, finished, "a refusal changes nothing");
    });
}

#[test]
fn wrong_rows_are_refused() {
    let writer = StoreWriter::attach(memory(), spec()).unwrap();
    let push = |shard: usize, batch: &RecordBatch| {
        writer.shard(shard).push(batch).unwrap_err().to_string()
    };
    assert_eq!(push(1, &rows(&[(96, 1, None)])), "cell 96 is not in shard 1, which holds 80..=95");
    assert_eq!(push(1, &rows(&[(79, 1, None)])), "cell 79 is not in shard 1, which holds 80..=95");
    assert_eq!(
        push(1, &rows(&[(80, 1, None), (80, 2, None)])),
        "cell 80 came twice in shard 1: group the rows by cell"
    );
    assert_eq!(push(4, &rows(&[(1, 1, None)])), "there is no shard 4: the store has 4");
    assert!(matches!(writer.shard(4).encode(), Err(StoreError::NoSuchShard { .. })));

    let cells: ArrayRef = Arc::new(UInt64Array::from(vec![Some(80), None]));
    let batch = RecordBatch::try_from_iter([("cell", cells)]).unwrap();
    assert!(push(1, &batch).contains("row 1 of a batch for shard 1 has no cell"));
    assert_eq!(
        push(1, &batch.slice(0, 1)),
        "column count for shard 1: expected a column of that name, found only cell"
    );
    let cells: ArrayRef = Arc::new(Int64Array::from(vec![80]));
    let batch = RecordBatch::try_from_iter([("cell", cells)]).unwrap();
    assert_eq!(push(1, &batch), "column cell for shard 1: expected UInt64, found Int64");
    let batch = RecordBatch::try_from_iter([
        ("cell", Arc::new(UInt64Array::from(vec![80])) as ArrayRef),
        ("count", Arc::new(arrow::array::StringArray::from(vec!["3"]))),
    ])
    .unwrap();
    assert_eq!(push(1, &batch), "column count for shard 1: expected a numeric type, found Utf8");
}

#[test]
fn a_shard_of_another_layout_is_not_put() {
    run(async {
        let writer = StoreWriter::attach(memory(), spec()).unwrap();
        let mut other = spec();
        other.parents[0] = 1;
        let other = StoreWriter::attach(memory(), other).unwrap();
        let error = writer.write_shard(other.shard(0)).await.unwrap_err();
        assert!(matches!(error, StoreError::ForeignShard { shard: 0 }));
    });
}

#[test]
fn what_is_no_store_is_refused() {
    run(async {
        let target = memory();
        let error = StoreReader::open(target.clone()).await.unwrap_err().to_string();
        assert!(
            error.starts_with("zarr.json of InMemory/some/where.zarr: there is no such"),
            "{error}"
        );
        target.put("zarr.json", "{").await.unwrap();
        let error = StoreReader::open(target).await.unwrap_err().to_string();
        assert!(error.contains("not JSON"), "{error}");

        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        writer.finish(no_extra()).await.unwrap();
        let reader = StoreReader::open(target.clone()).await.unwrap();
        assert!(matches!(
            reader.read_shard(4, &[], Rows::Dense).await,
            Err(StoreError::NoSuchShard { shard: 4, shards: 4 })
        ));
        let error = reader.read_shard(0, &["h"], Rows::Dense).await.unwrap_err().to_string();
        assert!(error.ends_with("has no variable h: it has count, h_mean"), "{error}");

        let whole = json_at(&target, "zarr.json").await;
        for (pointer, value, expected) in [
            (
                "/4/attributes/dggs/indexing_scheme",
                json!("ring"),
                "expected \"nested\", found \"ring\"",
            ),
            (
                "/4/attributes/dggs/ellipsoid/name",
                json!("GRS80"),
                "expected WGS84 or none, found \"GRS80\"",
            ),
            ("/4~1cell_ids/shape/0", json!(60), "found 60 cells in chunks of 16"),
            ("/4~1cell_ids/shape/0", json!(u64::MAX - 15), "expected whole parents"),
            ("/4~1cell_ids/chunk_grid/configuration/chunk_shape/0", json!(8), "in chunks of 8"),
        ] {
            let mut root = whole.clone();
            *root["consolidated_metadata"]["metadata"].pointer_mut(pointer).unwrap() = value;
            target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
            let error = StoreReader::open(target.clone()).await.unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    });
}

#[test]
fn impossible_parents_are_refused() {
    run(async {
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        writer.finish(no_extra()).await.unwrap();
        let whole = json_at(&target, "zarr.json").await;
        for (parents, expected) in [
            ([0, 6, 5, 190], "parent 5 comes after 6"),
            ([0, 5, 6, u64::MAX - 1], "parent 18446744073709551614 does not exist at order 2"),
        ] {
            let mut root = whole.clone();
            let ranges: Vec<[u64; 2]> = parents.iter().map(|p| [*p, p + 1]).collect();
            root["attributes"]["aggregation"]["parent_ranges"] = json!(ranges);
            root["attributes"]["aggregation"]["parents_sha256"] = json!(parents::sha256(&parents));
            target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
            let error = StoreReader::open(target.clone()).await.unwrap_err().to_string();
            assert!(error.ends_with(expected), "{error}");
        }
    });
}

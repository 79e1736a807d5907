//! Flat stores of other layouts. Those that zarr-python writes are read elsewhere, with it.

use super::reading::written;
use super::*;
use arrow::array::AsArray;
use arrow::datatypes::UInt64Type;

async fn without_mark(target: &Target) {
    let mut root = json_at(target, "zarr.json").await;
    root["attributes"].as_object_mut().unwrap().remove("aggregation");
    target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
}

/// Parents 190, 5, 6 and 0 in this order; of 5 there is nothing.
async fn packed() -> Target {
    let target = written(spec()).await;
    let before = objects(&target).await;
    for array in ["cell_ids", "count", "h_mean"] {
        for (from, to) in [(0, 3), (3, 0)] {
            let to = format!("4/{array}/c/{to}");
            match before.get(&format!("4/{array}/c/{from}")) {
                Some(chunk) => target.put(&to, chunk.clone()).await.unwrap(),
                None => target.delete(&to).await.unwrap(),
            }
        }
    }
    target.delete("4/cell_ids/c/1").await.unwrap();
    without_mark(&target).await;
    target
}

async fn cells(reader: &StoreReader, shard: usize) -> Vec<u64> {
    let batch = reader.read_shard(shard, &["count"], Rows::Occupied).await.unwrap();
    batch.column(0).as_primitive::<UInt64Type>().values().to_vec()
}

async fn refusal(target: Target) -> String {
    StoreReader::open(target).await.unwrap_err().to_string()
}

#[test]
fn chunks_in_any_order_are_shards_in_theirs() {
    run(async {
        let target = packed().await;
        for root in [true, false] {
            if !root {
                target.delete("zarr.json").await.unwrap();
            }
            let reader = StoreReader::open(target.clone()).await.unwrap();
            assert_eq!(reader.parents(), [0, 6, 190]);
            assert!(!reader.is_finished());
            assert_eq!(cells(&reader, 0).await, [0, 3, 9]);
            assert!(cells(&reader, 1).await.is_empty());
            assert_eq!(cells(&reader, 2).await, [3055]);
        }
    });
}

#[test]
fn an_axis_that_does_not_hold_together_is_refused() {
    run(async {
        let target = packed().await;
        target.delete("4/cell_ids/c/0").await.unwrap();
        let error = refusal(target).await;
        assert!(error.ends_with("chunk 0 is missing, where a variable has one"), "{error}");

        let target = packed().await;
        let chunk = objects(&target).await["4/cell_ids/c/0"].clone();
        target.put("4/cell_ids/c/2", chunk).await.unwrap();
        let error = refusal(target).await;
        assert!(
            error.ends_with("chunks 0 and 2 have the same cells, those of parent 190"),
            "{error}"
        );

        let target = packed().await;
        let mut root = json_at(&target, "zarr.json").await;
        let members = &mut root["consolidated_metadata"]["metadata"];
        for array in ["4/count", "4/h_mean"] {
            members[array]["data_type"] = json!("complex64");
        }
        target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
        let error = refusal(target).await;
        assert!(error.contains("no variable can be read: of count, its type is"), "{error}");
    });
}

#[test]
fn on_the_whole_sphere_a_chunk_is_a_parent() {
    run(async {
        let target = memory();
        let all =
            StoreSpec { child_order: 2, parent_order: 0, parents: (0..12).collect(), ..spec() };
        let writer = StoreWriter::create(target.clone(), all, false).await.unwrap();
        write(&writer, 9, &rows(&[(150, 3, None)])).await;
        writer.finish(no_extra()).await.unwrap();
        without_mark(&target).await;
        for chunk in 0..12 {
            target.delete(&format!("2/cell_ids/c/{chunk}")).await.unwrap();
        }
        let reader = StoreReader::open(target).await.unwrap();
        assert_eq!((reader.parents(), reader.chunk(0)), ([9].as_slice(), 9));
        assert_eq!(cells(&reader, 0).await, [150]);
    });
}

#[test]
fn how_cells_were_made_may_be_said_instead() {
    run(async {
        let target = packed().await;
        let sphere = Some(Ellipsoid::Sphere);
        let options = ReadOptions { ellipsoid: sphere, ..ReadOptions::default() };
        let reader = StoreReader::open_with(target.clone(), options).await.unwrap();
        assert_eq!(reader.ellipsoid(), Ellipsoid::Sphere);

        let mut root = json_at(&target, "zarr.json").await;
        let group = &mut root["consolidated_metadata"]["metadata"]["4"]["attributes"];
        group.as_object_mut().unwrap().remove("dggs");
        target.put("zarr.json", metadata::to_bytes(&root)).await.unwrap();
        let error = refusal(target.clone()).await;
        assert!(error.contains("it has no attribute dggs"), "{error}");
        let reader = StoreReader::open_with(target, options).await.unwrap();
        assert_eq!(reader.parents(), [0, 6, 190]);
    });
}

//! Filling shards: placement, casts, fill, erasure, and the same bytes every time.

use super::*;
use arrow::array::{
    BooleanArray, Decimal128Array, Float32Array, Int8Array, NullArray, TimestampNanosecondArray,
};
use arrow::datatypes::DataType;

#[test]
fn an_empty_variable_has_no_object_and_loses_its_old_one() {
    run(async {
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        let first = write(&writer, 1, &rows(&[(80, 3, Some(1.5)), (95, 1, None)])).await;
        assert_eq!((first.shard, first.cells, first.objects), (1, 2, 2));
        let objects_now = objects(&target).await;
        let put = objects_now["4/count/c/1"].len() + objects_now["4/h_mean/c/1"].len();
        assert_eq!(first.bytes, put as u64);
        assert_eq!(first.sha256.len(), 64);

        let second = write(&writer, 1, &rows(&[(80, 3, None)])).await;
        assert_eq!((second.cells, second.objects), (1, 1));
        let keys: Vec<String> = objects(&target).await.into_keys().collect();
        assert!(keys.contains(&"4/count/c/1".into()));
        assert!(!keys.contains(&"4/h_mean/c/1".into()));

        let third = writer.write_shard(writer.shard(1)).await.unwrap();
        assert_eq!((third.cells, third.objects, third.bytes), (0, 0, 0));
        assert!(!objects(&target).await.contains_key("4/count/c/1"));
        assert_ne!(first.sha256, second.sha256);
    });
}

#[test]
fn the_same_rows_give_the_same_bytes_in_any_order() {
    run(async {
        let batches = [
            (0, rows(&[(3, 2, Some(0.1)), (0, 1, Some(-0.0))])),
            (1, rows(&[(81, 9, Some(f64::NAN)), (95, 4, None)])),
            (3, rows(&[(3040, 1, Some(1e300)), (3055, 2, Some(7.25))])),
        ];
        let mut stores = Vec::new();
        for order in [[0, 1, 2], [2, 0, 1]] {
            let target = memory();
            let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
            let mut written = Vec::new();
            for i in order {
                let (shard, batch) = &batches[i];
                // Row by row backwards the second time.
                let mut buffer = writer.shard(*shard);
                for row in 0..batch.num_rows() {
                    let row = if order[0] == 0 { row } else { batch.num_rows() - 1 - row };
                    buffer.push(&batch.slice(row, 1)).unwrap();
                }
                // A worker elsewhere has nothing but the specification.
                let worker = StoreWriter::attach(target.clone(), spec()).unwrap();
                written.push(worker.put_shard(buffer.encode().unwrap()).await.unwrap());
            }
            writer.finish(no_extra()).await.unwrap();
            written.sort_by_key(|w| w.shard);
            stores.push((objects(&target).await, written));
        }
        assert_eq!(stores[0], stores[1]);
    });
}

/// One value of each kind, into every type that can hold it.
#[test]
fn any_numeric_column_is_cast_to_the_variable() {
    let sources: Vec<ArrayRef> = vec![
        Arc::new(Int8Array::from(vec![Some(7), None])),
        Arc::new(Int64Array::from(vec![Some(7), None])),
        Arc::new(UInt64Array::from(vec![Some(7), None])),
        Arc::new(Float32Array::from(vec![Some(7.0), None])),
        Arc::new(Float64Array::from(vec![Some(7.0), None])),
        Arc::new(TimestampNanosecondArray::from(vec![Some(7), None])),
        Arc::new(
            Decimal128Array::from(vec![Some(700), None]).with_precision_and_scale(10, 2).unwrap(),
        ),
    ];
    run(async {
        for dtype in StoreDtype::ALL {
            for source in &sources {
                let target = memory();
                let variables = vec![VariableSpec::new("v", dtype)];
                let spec = StoreSpec { variables, ..spec() };
                let writer = StoreWriter::create(target.clone(), spec, false).await.unwrap();
                let cells: ArrayRef = Arc::new(UInt64Array::from(vec![2, 1]));
                let batch =
                    RecordBatch::try_from_iter([("v", Arc::clone(source)), ("cell", cells)])
                        .unwrap();
                let written = write(&writer, 0, &batch).await;
                assert_eq!(written.cells, 1, "{dtype} from {}", source.data_type());
                writer.finish(no_extra()).await.unwrap();
                let reader = StoreReader::open(target).await.unwrap();
                let read = reader.read_shard(0, &["v"], Rows::Occupied).await.unwrap();
                assert_eq!(read.column(1).data_type(), &dtype.arrow());
                let as_float = arrow::compute::cast(read.column(1), &DataType::Float64).unwrap();
                assert_eq!(
                    as_float.as_ref(),
                    &Float64Array::from(vec![7.0]) as &dyn arrow::array::Array
                );
            }
        }
    });
}

fn push(dtype: StoreDtype, values: ArrayRef) -> Result<(), StoreError> {
    let spec = StoreSpec { variables: vec![VariableSpec::new("v", dtype)], ..spec() };
    let writer = StoreWriter::attach(memory(), spec).unwrap();
    let cells = UInt64Array::from_iter_values(80..80 + values.len() as u64);
    let batch =
        RecordBatch::try_from_iter([("cell", Arc::new(cells) as ArrayRef), ("v", values)]).unwrap();
    writer.shard(1).push(&batch)
}

#[test]
fn integers_refuse_what_they_cannot_hold() {
    let refused: [(StoreDtype, ArrayRef, &str); 8] = [
        (StoreDtype::Int32, Arc::new(Float64Array::from(vec![1.0, f64::NAN])), "NaN"),
        (StoreDtype::Int32, Arc::new(Float64Array::from(vec![1.0, 0.5])), "0.5"),
        (StoreDtype::Int64, Arc::new(Float64Array::from(vec![1.0, f64::INFINITY])), "inf"),
        (
            StoreDtype::Int64,
            Arc::new(Float64Array::from(vec![1.0, 2_f64.powi(63)])),
            "9.223372036854776e18",
        ),
        (
            StoreDtype::UInt64,
            Arc::new(Float64Array::from(vec![1.0, 2_f64.powi(64)])),
            "1.8446744073709552e19",
        ),
        (StoreDtype::UInt8, Arc::new(Int64Array::from(vec![1, -1])), "-1"),
        (StoreDtype::Int8, Arc::new(Int64Array::from(vec![1, 128])), "128"),
        (StoreDtype::Int64, Arc::new(UInt64Array::from(vec![1, u64::MAX])), "18446744073709551615"),
    ];
    for (dtype, values, text) in refused {
        let error = push(dtype, values).unwrap_err().to_string();
        assert_eq!(error, format!("variable v, cell 81: {text} is not a value of {dtype}"));
    }
    push(StoreDtype::Int64, Arc::new(Float64Array::from(vec![-(2_f64.powi(63))]))).unwrap();
    push(StoreDtype::UInt64, Arc::new(UInt64Array::from(vec![u64::MAX]))).unwrap();
    push(StoreDtype::UInt8, Arc::new(BooleanArray::from(vec![true]))).unwrap();
    push(StoreDtype::Float32, Arc::new(NullArray::new(3))).unwrap();
}

#[test]
fn float64_is_rounded_to_the_nearest_float32() {
    run(async {
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), false).await.unwrap();
        // Halfway between 1 and the next float32: to even. Just above it: up.
        let half = 1.0 + 2_f64.powi(-24);
        let above = half + 2_f64.powi(-40);
        write(&writer, 0, &rows(&[(0, 1, Some(half)), (1, 1, Some(above))])).await;
        writer.finish(no_extra()).await.unwrap();
        let reader = StoreReader::open(target).await.unwrap();
        let read = reader.read_shard(0, &["h_mean"], Rows::Occupied).await.unwrap();
        let expected = Float32Array::from(vec![1.0, 1.0 + f32::EPSILON]);
        assert_eq!(read.column(1).as_ref(), &expected as &dyn arrow::array::Array);
    });
}

#[test]
fn the_declared_occupancy_is_checked() {
    let mut spec = spec();
    spec.provenance.insert("occupancy".into(), json!("count"));
    let writer = StoreWriter::attach(memory(), spec.clone()).unwrap();
    let mut good = writer.shard(0);
    good.push(&rows(&[(1, 1, Some(1.0)), (2, 0, None)])).unwrap();
    assert_eq!(good.encode().unwrap().summary().cells, 1);
    let mut bad = writer.shard(0);
    bad.push(&rows(&[(1, 1, Some(1.0)), (2, 0, Some(3.0))])).unwrap();
    assert!(matches!(bad.encode(), Err(StoreError::Occupancy { cell: 2, .. })));

    spec.provenance.insert("occupancy".into(), json!("n"));
    assert!(matches!(StoreWriter::attach(memory(), spec), Err(StoreError::Spec { .. })));
}

#[test]
fn a_buffer_says_what_it_holds() {
    let writer = StoreWriter::attach(memory(), spec()).unwrap();
    assert_eq!(writer.shard(0).memory_size(), 16 * (1 + 4 + 4));
    assert_eq!(writer.shard(9).memory_size(), 0);
}

/// Runners spawn these.
#[test]
fn the_futures_may_move_between_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let task = async {
        let target = memory();
        let writer = StoreWriter::create(target.clone(), spec(), true).await?;
        let shards = (0..4).map(|shard| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.write_shard(writer.shard(shard)).await })
        });
        for shard in shards.collect::<Vec<_>>() {
            shard.await.unwrap()?;
        }
        StoreWriter::resume(target.clone(), spec()).await?.finish(no_extra()).await?;
        let reader = StoreReader::open(target).await?;
        reader.read_shard(0, &["count"], Rows::Occupied).await
    };
    let batch = runtime.block_on(runtime.spawn(task)).unwrap().unwrap();
    assert_eq!(batch.num_rows(), 0);
}

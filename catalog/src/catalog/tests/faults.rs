use arrow::array::{BinaryArray, Int32Array, StringArray};

use super::*;

#[test]
fn rows_that_are_no_granules_are_named() {
    let good = catalog([item_json("A.h5"), item_json("B.h5")]);
    let point = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
    let geometry = |wkb: Option<&[u8]>| -> ArrayRef {
        let first =
            whole(&good).column_by_name("geometry").unwrap().as_binary::<i32>().value(0).to_vec();
        Arc::new(BinaryArray::from_opt_vec(vec![Some(&first), wkb]))
    };
    let cases: [(&str, ArrayRef, &str); 7] = [
        ("geometry", geometry(None), "catalog x.parquet: row 1 (B.h5): it has no footprint"),
        ("geometry", geometry(Some(b"x")), "row 1 (B.h5): its footprint is not WKB"),
        ("geometry", geometry(Some(&point[..9])), "row 1 (B.h5): its footprint is not WKB"),
        ("geometry", geometry(Some(&point)), "row 1 (B.h5): its footprint is an empty point"),
        ("id", Arc::new(StringArray::from(vec![Some("A.h5"), None])), "row 1: it has no id"),
        ("id", Arc::new(Int32Array::from(vec![1, 2])), "column `id`: expected text, found Int32"),
        (
            "start_datetime",
            Arc::new(StringArray::from(vec!["a", "b"])),
            "column `start_datetime`: expected a time, found Utf8",
        ),
    ];
    for (name, column, expected) in cases {
        let text = with(&good, name, column).granules().unwrap_err().to_string();
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn other_types_for_the_same_thing_are_taken() {
    use arrow::compute::cast;
    use arrow::datatypes::{DataType as D, TimeUnit};
    let good = catalog([item_json("A.h5"), item_json("B.h5")]);
    let casts = [
        ("id", D::LargeUtf8),
        ("collection", D::Utf8View),
        ("geometry", D::LargeBinary),
        ("datetime", D::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()))),
        ("end_datetime", D::Timestamp(TimeUnit::Millisecond, None)),
    ];
    for (name, to) in casts {
        let column = Arc::clone(whole(&good).column_by_name(name).unwrap());
        // Of a time only the zone changes its meaning, and there is none other than UTC here.
        let column = match (&to, column.data_type()) {
            (D::Timestamp(unit, None), D::Timestamp(..)) => {
                let plain = column.as_primitive::<arrow::datatypes::TimestampMicrosecondType>();
                cast(&plain.clone().with_timezone_opt(None::<&str>), &D::Timestamp(*unit, None))
            }
            _ => cast(&column, &to),
        };
        let other = with(&good, name, column.unwrap());
        assert_eq!(other.granules().unwrap(), good.granules().unwrap(), "{name}");
    }
}

#[test]
fn files_that_are_no_catalog() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.parquet");
    let error = |file: &std::path::Path| Catalog::read(file).unwrap_err().to_string();
    assert!(error(&file).starts_with(&format!("cannot read the catalog {}", file.display())));
    std::fs::write(&file, "PAR1 but nothing more").unwrap();
    assert!(error(&file).contains("not a readable Parquet file"), "{}", error(&file));

    let good = catalog([item_json("A.h5")]);
    good.write(&file).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert!(error(&file).contains("not a readable Parquet file"), "{}", error(&file));

    let batch = whole(&good).project(&[1, 4]).unwrap();
    let table = Catalog { name: String::new(), schema: batch.schema(), batches: vec![batch] };
    table.write(&file).unwrap();
    let text = error(&file);
    let expected =
        "column `assets`: expected a column of stac-geoparquet, found the columns id, geometry";
    assert!(text.contains(expected), "{text}");
    assert!(Catalog::read_granules(&file).is_err());
}

#[test]
fn metadata_of_another_form_is_an_error_of_its_own() {
    let good = catalog([item_json("A.h5")]);
    let mut metadata = good.schema().metadata().clone();
    metadata.insert("zagg:catalog_meta".to_owned(), r#"{"total_granules": "many"}"#.to_owned());
    let schema = Arc::new(Schema::new_with_metadata(good.schema().fields().clone(), metadata));
    let bad = Catalog { schema, ..good };
    let text = bad.meta().unwrap_err().to_string();
    assert!(text.contains("key `zagg:catalog_meta`") && text.contains("many"), "{text}");
    assert_eq!(bad.granules().unwrap().len(), 1);
}

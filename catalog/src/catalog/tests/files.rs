use super::*;

fn same(a: &Catalog, b: &Catalog) {
    assert_eq!(a.schema(), b.schema());
    assert_eq!(whole(a), whole(b));
}

#[test]
fn the_file_of_zagg_goes_out_as_it_came_in() {
    let Some(file) = data("zagg/cat_serc_atl03_007.parquet") else { return };
    let catalog = Catalog::read(&file).unwrap();
    assert_eq!(catalog.len(), 59);
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("copy.parquet");
    catalog.write(&copy).unwrap();
    same(&catalog, &Catalog::read(&copy).unwrap());

    let meta = catalog.meta().unwrap().unwrap();
    assert_eq!(meta.short_name.as_deref(), Some("ATL03"));
    assert_eq!(meta.bbox, Some([-76.623291, 38.842973, -76.506054, 38.934599]));
    let text = serde_json::to_string(&meta).unwrap();
    let value: Value =
        serde_json::from_str(&catalog.schema().metadata()["zagg:catalog_meta"]).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
}

#[test]
fn links_of_granules_are_those_of_the_shard_map_of_zagg() {
    let (Some(file), Some(map)) =
        (data("zagg/cat_serc_atl03_007.parquet"), data("zagg/sm_healpix_o9.json"))
    else {
        return;
    };
    let map = crate::ShardMap::read(map).unwrap();
    let granules = Catalog::read_granules(file).unwrap();
    let mut compared = 0;
    for theirs in &map.granules {
        if let Some(granule) = granules.iter().find(|g| g.id == theirs.id) {
            assert_eq!(&granule.link(), theirs);
            compared += 1;
        }
    }
    assert_eq!(compared, 59);
}

#[test]
fn items_of_the_archive_make_the_columns_that_zagg_makes() {
    let (Some(file), Some(items)) = (
        data("zagg/cat_serc_atl03_007.parquet"),
        data("stac/cmrstac_atl03_007_serc_items_normalized_keys.json"),
    ) else {
        return;
    };
    let zagg = Catalog::read(file).unwrap();
    let page: Value = serde_json::from_str(&std::fs::read_to_string(items).unwrap()).unwrap();
    let ours = catalog(page["features"].as_array().unwrap().clone());
    assert_eq!(ours.granules().unwrap(), zagg.granules().unwrap());
    let (ours, theirs) = (whole(&ours), whole(&zagg));
    for field in zagg.schema().fields() {
        let (name, theirs) = (field.name(), theirs.column_by_name(field.name()).unwrap());
        let ours = ours.column_by_name(name).unwrap_or_else(|| panic!("no {name}"));
        match name.as_str() {
            // Parts of these are in another order, or there is one more.
            "assets" | "storage:schemes" => assert!(ours.null_count() == 0),
            _ => assert_eq!(ours, theirs, "{name}"),
        }
    }
}

#[test]
fn a_file_reads_back_as_it_was() {
    let mut odd = item_json("B.h5");
    odd["properties"]["platform"] = json!("ICESat-2");
    odd["collection"] = Value::Null;
    odd["bbox"] = Value::Null;
    odd["assets"] = json!({});
    let catalog = catalog([item_json("A.h5"), odd]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.parquet");
    catalog.write(&file).unwrap();
    let again = Catalog::read(&file).unwrap();
    same(&catalog, &again);
    assert_eq!(again.granules().unwrap(), catalog.granules().unwrap());
    assert_eq!(Catalog::read_granules(&file).unwrap(), catalog.granules().unwrap());
    let granule = &again.granules().unwrap()[1];
    assert_eq!((&granule.s3, &granule.collection, granule.bbox), (&None, &None, None));
}

#[test]
fn lists_that_are_always_empty_have_no_type_and_stay() {
    use arrow::array::{ListArray, NullArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field};
    let element = Arc::new(Field::new("element", DataType::Null, true));
    let offsets = OffsetBuffer::new(vec![0, 0, 0].into());
    let lists = ListArray::new(element, offsets, Arc::new(NullArray::new(0)), None);
    let good = catalog([item_json("A.h5"), item_json("B.h5")]);
    let catalog = with(&good, "stac_extensions", Arc::new(lists));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.parquet");
    catalog.write(&file).unwrap();
    same(&catalog, &Catalog::read(&file).unwrap());
}

#[test]
fn an_empty_catalog_is_a_file_too() {
    let catalog = catalog([]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.parquet");
    catalog.write(&file).unwrap();
    assert!(Catalog::read(&file).unwrap().is_empty());
}

#[test]
fn a_failed_write_leaves_what_was_there() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.parquet");
    std::fs::write(&file, "before").unwrap();
    let before = |dir: &std::path::Path| std::fs::read_dir(dir).unwrap().count();
    let error = crate::whole_file::write(&file, |out| {
        std::io::Write::write_all(out, b"half").unwrap();
        Err("no")
    });
    assert!(matches!(error, Err(crate::whole_file::Error::Content("no"))));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "before");
    assert_eq!(before(dir.path()), 1);
    let nowhere = dir.path().join("no/such/a.parquet");
    let text = catalog([]).write(&nowhere).unwrap_err().to_string();
    assert!(text.starts_with(&format!("cannot write the catalog {}", nowhere.display())), "{text}");
}

#[cfg(unix)]
#[test]
fn others_may_read_what_was_written() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let [ours, usual] = ["a.parquet", "usual"].map(|name| dir.path().join(name));
    std::fs::write(&usual, "").unwrap();
    catalog([]).write(&ours).unwrap();
    let mode = |file| std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode(&ours), mode(&usual));
}

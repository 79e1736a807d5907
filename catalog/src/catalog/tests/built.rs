use arrow::array::{ListArray, UInt64Array};
use arrow::datatypes::{DataType, UInt64Type};
use zagg_udfs::cell::Convention;
use zagg_udfs::cell::cover::{Cover, Shape};

use super::*;

#[test]
fn a_granule_is_what_the_item_says() {
    let granules = catalog([item_json("A.h5")]).granules().unwrap();
    let [granule] = granules.as_slice() else { panic!("{granules:?}") };
    assert_eq!(granule.collection.as_deref(), Some("ATL06_007"));
    assert_eq!(granule.bbox, Some([170.5, -81.0, -170.25, -80.0]));
    let item = Item::from_json(item_json("A.h5")).unwrap();
    assert_eq!(Some(&granule.footprint), item.footprint());
    let link = serde_json::to_value(granule.link()).unwrap();
    let expected = json!({
        "id": "A.h5", "s3": "s3://b/A.h5", "https": "https://host/b/A.h5",
        "time_start": "2019-01-05T16:33:08.267000+00:00", "time_end": "2019-01-05T16:41:38+00:00",
    });
    assert_eq!(link, expected);
}

#[test]
fn an_instant_alone_is_given_as_one() {
    let mut item = item_json("A.h5");
    item["properties"] = json!({"datetime": "2019-01-05T16:33:08.267Z"});
    let link = catalog([item]).granules().unwrap()[0].link();
    assert_eq!((&link.time_start, &link.time_end), (&None, &None));
    assert_eq!(link.extra["datetime"], "2019-01-05T16:33:08.267000+00:00");
}

#[test]
fn the_columns_are_those_of_the_format() {
    let catalog = catalog([item_json("A.h5")]);
    let columns: Vec<(&str, String)> = catalog
        .schema()
        .fields()
        .iter()
        .map(|f| (f.name().as_str(), f.data_type().to_string()))
        .collect();
    let text = |name| (name, "Utf8".to_owned());
    let time = |name| (name, r#"Timestamp(µs, "UTC")"#.to_owned());
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let expected = [
        "type",
        "id",
        "stac_version",
        "stac_extensions",
        "geometry",
        "bbox",
        "assets",
        "links",
        "collection",
        "datetime",
        "start_datetime",
        "end_datetime",
    ];
    assert_eq!(names, expected);
    for column in
        [text("type"), text("id"), text("collection"), time("datetime"), time("end_datetime")]
    {
        assert!(columns.contains(&column), "{column:?} in {columns:?}");
    }
    let geometry = catalog.schema().field_with_name("geometry").unwrap();
    assert_eq!(geometry.metadata()["ARROW:extension:name"], "geoarrow.wkb");
    let geo: Value = serde_json::from_str(&catalog.schema().metadata()["geo"]).unwrap();
    assert_eq!(geo["columns"]["geometry"]["geometry_types"], json!(["Polygon"]));
    assert_eq!(geo["columns"]["geometry"]["crs"]["id"], json!({"authority": "EPSG", "code": 4326}));
    let batch = whole(&catalog);
    let links = batch.column_by_name("links").unwrap().as_list::<i32>().value(0);
    assert_eq!(
        links.as_struct().column_by_name("rel").unwrap().as_string::<i32>().value(0),
        "self"
    );
}

#[test]
fn properties_are_columns_of_their_own_type() {
    let with = |id: &str, properties: Value| {
        let mut item = item_json(id);
        item["properties"] = properties;
        item
    };
    let catalog = catalog([
        with("A.h5", json!({"eo:cloud_cover": 1, "storage:schemes": {"aws": {"type": "s3"}}})),
        with("B.h5", json!({"eo:cloud_cover": 2.5, "id": "other"})),
        with("C.h5", json!({"nothing": null})),
    ]);
    let batch = whole(&catalog);
    let clouds = batch.column_by_name("eo:cloud_cover").unwrap();
    assert_eq!(clouds.data_type(), &DataType::Float64);
    assert_eq!(clouds.null_count(), 1);
    let schemes = batch.column_by_name("storage:schemes").unwrap().as_struct();
    assert_eq!(schemes.column(0).as_struct().column(0).as_string::<i32>().value(0), "s3");
    assert_eq!(batch.column_by_name("properties.id").unwrap().as_string::<i32>().value(1), "other");
    assert_eq!(batch.column_by_name("nothing").unwrap().null_count(), 3);
    let dir = tempfile::tempdir().unwrap();
    catalog.write(dir.path().join("a.parquet")).unwrap();
}

#[test]
fn properties_that_do_not_go_together_are_text() {
    let with = |id: &str, value: Value| {
        let mut item = item_json(id);
        item["properties"] = json!({"odd": value, "n": 1});
        item
    };
    let cases = [[json!({"a": 1}), json!(2)], [json!({}), json!({})], [json!([[1]]), json!(["x"])]];
    for [a, b] in cases {
        let catalog =
            catalog([with("A.h5", a.clone()), item_json("B.h5"), with("C.h5", b.clone())]);
        let batch = whole(&catalog);
        let odd = batch.column_by_name("odd").unwrap().as_string::<i32>();
        assert_eq!((odd.value(0), odd.value(2)), (&*a.to_string(), &*b.to_string()));
        assert!(odd.is_null(1));
    }
}

#[test]
fn items_in_parts_are_one_catalog() {
    let items = ["A.h5", "B.h5", "C.h5"].map(|id| Item::from_json(item_json(id)).unwrap());
    let mut builder = CatalogBuilder::new();
    builder.push(&items[..2]).unwrap();
    builder.push::<Item>(&[]).unwrap();
    builder.push(&items[2..]).unwrap();
    let catalog = builder.finish(CatalogMeta::default()).unwrap();
    assert_eq!((catalog.len(), catalog.batches().len()), (3, 2));
    assert_eq!(catalog.meta().unwrap().unwrap().total_granules, 3);
    let all = Catalog::from_items(&items, CatalogMeta::default()).unwrap();
    assert_eq!(whole(&catalog), whole(&all));
}

#[test]
fn cells_of_footprints_are_a_column() {
    let catalog = catalog([item_json("A.h5"), item_json("B.h5")]);
    let cells = |n: u64| {
        let lists = (0..n).map(|i| Some(vec![Some(i << 60), Some(u64::MAX)]));
        Arc::new(ListArray::from_iter_primitive::<UInt64Type, _, _>(lists)) as ArrayRef
    };
    let catalog = catalog.with_footprint_cells(cells(2), 8).unwrap();
    let catalog = catalog.with_footprint_cells(cells(2), 9).unwrap();
    assert_eq!(catalog.meta().unwrap().unwrap().footprint_cells_order, Some(9));
    let batch = whole(&catalog);
    assert_eq!(batch.num_columns(), 13);
    let list = batch.column_by_name("footprint_cells").unwrap().as_list::<i32>().value(1);
    assert_eq!(list.as_primitive::<UInt64Type>(), &UInt64Array::from(vec![1 << 60, u64::MAX]));
    let text = catalog.with_footprint_cells(cells(3), 9).unwrap_err().to_string();
    assert!(
        text.contains("`footprint_cells`: expected a list of u64 for each granule, found 3 rows"),
        "{text}"
    );
}

#[test]
fn cells_of_footprints_are_found() {
    let catalog = catalog([item_json("A.h5"), item_json("B.h5")]);
    for convention in [Convention::Authalic, Convention::Sphere] {
        let found = catalog.clone().find_footprint_cells(7, convention).unwrap();
        let meta = found.meta().unwrap().unwrap();
        assert_eq!(meta.footprint_cells_order, Some(7));
        assert_eq!(meta.extra["footprint_cells_latitude"], convention.name());
        let batch = whole(&found);
        let lists = batch.column_by_name("footprint_cells").unwrap().as_list::<i32>();
        for (row, granule) in found.granules().unwrap().iter().enumerate() {
            let words = lists.value(row);
            let words = words.as_primitive::<UInt64Type>().values();
            let cover = Shape::new(&granule.footprint, convention).unwrap().cover(7).unwrap();
            assert_eq!(Cover::from_words(words).unwrap().at_order(7).unwrap(), cover);
        }
        // Cells from elsewhere are not said to be of that latitude.
        let other = lists.slice(0, 2);
        let other = found.with_footprint_cells(Arc::new(other), 7).unwrap();
        assert!(!other.meta().unwrap().unwrap().extra.contains_key("footprint_cells_latitude"));
    }
    let text = catalog.find_footprint_cells(30, Convention::Authalic).unwrap_err().to_string();
    assert!(text.contains("`footprint_cells`") && text.contains("30"), "{text}");
}

mod built;
mod faults;
mod files;

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Schema;
use serde_json::{Value, json};

use super::*;
use crate::real_data::data;

fn item_json(id: &str) -> Value {
    json!({
        "type": "Feature", "id": id, "stac_version": "1.0.0", "collection": "ATL06_007",
        "stac_extensions": ["https://x/storage.json"],
        "geometry": {"type": "Polygon", "coordinates": [[[170.5, -80], [-170.25, -80], [-170.25, -81], [170.5, -80]]]},
        "bbox": [170.5, -81, -170.25, -80],
        "properties": {
            "datetime": "2019-01-05T16:33:08.267Z",
            "start_datetime": "2019-01-05T16:33:08.267Z",
            "end_datetime": "2019-01-05T16:41:38Z",
        },
        "assets": {
            "gov/b/A": {"href": format!("https://host/b/{id}"), "title": "Direct Download", "roles": ["data"]},
            "s3_s3://b/A": {"href": format!("s3://b/{id}"), "roles": ["data"], "storage:refs": ["aws"]},
            "metadata": {"href": "https://host/G1.xml", "type": "application/xml", "roles": ["metadata"]},
            "browse": {"href": "https://host/G1.png", "roles": ["browse"]},
        },
        "links": [{"rel": "self", "href": "https://host/items/A"}],
    })
}

fn catalog(items: impl IntoIterator<Item = Value>) -> Catalog {
    let items: Vec<Item> = items.into_iter().map(|item| Item::from_json(item).unwrap()).collect();
    Catalog::from_items(&items, CatalogMeta::default()).unwrap()
}

fn whole(catalog: &Catalog) -> RecordBatch {
    concat_batches(catalog.schema(), catalog.batches()).unwrap()
}

/// The catalog with a column replaced.
fn with(catalog: &Catalog, name: &str, column: ArrayRef) -> Catalog {
    let batch = whole(catalog);
    let old = batch.schema();
    let place = old.index_of(name).unwrap();
    let mut columns = batch.columns().to_vec();
    let fields = old.fields().iter().enumerate().map(|(i, field)| {
        let data_type = if i == place { column.data_type() } else { field.data_type() };
        field.as_ref().clone().with_data_type(data_type.clone())
    });
    let schema = Schema::new_with_metadata(fields.collect::<Vec<_>>(), old.metadata().clone());
    columns[place] = column;
    let schema = Arc::new(schema);
    let batches = vec![RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()];
    Catalog { name: "x.parquet".to_owned(), schema, batches }
}

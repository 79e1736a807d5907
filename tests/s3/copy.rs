//! A statement from granules in S3 to a store in S3.

use std::collections::BTreeMap;
use std::path::Path;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::physical_plan::displayable;
use datafusion::prelude::SessionContext;
use serde_json::Value;
use tempfile::TempDir;

use crate::real::oracle_granules;
use crate::s3::server::{BUCKET, Gate, Server};
use crate::support::{objects, shared};

const STORE: &str = "s3://bucket/out/heights.zarr";

fn copy(place: &str) -> String {
    format!(
        "COPY (
             SELECT cell, count(h_li) AS count, weighted_avg(h_li, 1/(s_li*s_li)) AS h_mean
             FROM atl06 WHERE atl06_quality_summary = 0 GROUP BY cell
         ) TO '{place}' STORED AS ZARR
         OPTIONS ('count.dtype' 'int32', 'h_mean.units' 'm', morton true)"
    )
}

/// The root document without what tells one run from another: how the store was made, and when.
fn lasting(objects: &mut BTreeMap<String, Vec<u8>>) -> Value {
    let mut root: Value = serde_json::from_slice(&objects.remove("zarr.json").unwrap()).unwrap();
    let made = root["attributes"].as_object_mut().unwrap().remove("aggregation").unwrap();
    assert_eq!(made["complete"], true, "no completion mark");
    root
}

async fn numbers(context: &SessionContext, sql: &str) -> Vec<i64> {
    let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
    let number = |column: &_| AsArray::as_primitive::<Int64Type>(column).value(0);
    batches[0].columns().iter().map(number).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_over_real_granules_writes_the_store_of_a_folder() {
    let Some(data) = shared("ZAGG_DATA", "data", "real granules in S3") else { return };
    let server = Server::start(Gate::Open).await;
    let links = server.upload(&oracle_granules(&data)).await;
    let context = zagg::session().unwrap();
    let bucket = ObjectStoreUrl::parse(format!("s3://{BUCKET}")).unwrap();
    context.register_object_store(bucket.as_ref(), server.bucket());
    let create = format!(
        "CREATE EXTERNAL TABLE atl06 STORED AS GRANULES LOCATION ('{}') OPTIONS (config 'atl06')",
        links.join("', '")
    );
    context.sql(&create).await.unwrap();

    let plan = context.sql(&copy(STORE)).await.unwrap().create_physical_plan().await.unwrap();
    let plan = displayable(plan.as_ref()).indent(false).to_string();
    assert!(plan.contains("one for each partition") && !plan.contains("RepartitionExec"), "{plan}");

    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("heights.zarr");
    for place in [STORE, folder.to_str().unwrap()] {
        context.sql(&copy(place)).await.unwrap().collect().await.unwrap();
    }
    let (mut near, mut far) = (objects(&folder), server.objects("out/heights.zarr").await);
    keep(&far, "copied-to-s3.zarr");
    assert_eq!(lasting(&mut near), lasting(&mut far));
    assert!(near == far && near.len() > 50, "the stores differ");

    let read = format!(
        "SELECT count(*), sum(a.count), count(*) FILTER (WHERE (a.count IS DISTINCT FROM b.count)
             OR (a.h_mean IS DISTINCT FROM b.h_mean))
         FROM zarr('{STORE}') a FULL JOIN zarr('{}') b ON a.cell = b.cell",
        folder.display()
    );
    // As many cells and segments as the oracle of these granules has.
    assert_eq!(numbers(&context, &read).await, [3257, 268_535, 0]);
}

/// Leaves a store under the folder of builds, for those who open it with other programs.
fn keep(objects: &BTreeMap<String, Vec<u8>>, name: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    for (key, bytes) in objects {
        let file = folder.join(key);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
}

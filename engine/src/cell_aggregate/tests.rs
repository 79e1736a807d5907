use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, UInt64Type};
use arrow::util::pretty::pretty_format_batches;
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::physical_plan::{ExecutionPlanProperties, collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::session::session_with;

/// A track along a parallel: a cell of order 12 has some fourteen rows, and every thousandth row has none.
const TRACK: &str = "
CREATE TABLE track AS
SELECT value * 0.001 AS lon, CASE WHEN value % 1000 > 0 THEN 60.0 END AS lat, CAST(value AS FLOAT) AS x
FROM generate_series(1, 200000)";

async fn track() -> SessionContext {
    let config = SessionConfig::new().with_target_partitions(2).with_batch_size(1000);
    let context = session_with(config, Arc::default()).unwrap();
    context.sql(TRACK).await.unwrap().collect().await.unwrap();
    context
}

fn query(key: &str) -> String {
    format!(
        "SELECT {key} AS cell, count(x) AS n, count(*) FILTER (WHERE x > 500) AS late, min(x) AS low, max(x) AS high,
                sum(x) AS sum, quantile(x, 0.25) AS q25, weighted_avg(x, 2) AS mean
         FROM track GROUP BY 1 ORDER BY 1 NULLS FIRST"
    )
}

/// What is given out by the first stage of a query, with `memory` bytes.
async fn first_stage(context: &SessionContext, sql: &str, memory: usize) -> Vec<RecordBatch> {
    let plan = context.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
    let mut node = &plan;
    while node.name() != "CellAggregateExec" {
        node = node.children().first().copied().expect("a plan that aggregates by cell");
    }
    let runtime =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(GreedyMemoryPool::new(memory)));
    let task = Arc::new(TaskContext::from(context).with_runtime(runtime.build_arc().unwrap()));
    let mut parts = Vec::new();
    for partition in 0..node.output_partitioning().partition_count() {
        let mut rows = node.execute(partition, Arc::clone(&task)).unwrap();
        while let Some(batch) = futures::StreamExt::next(&mut rows).await {
            parts.push(batch.unwrap());
        }
    }
    parts
}

fn rows(parts: &[RecordBatch]) -> i64 {
    let counts = |part: &RecordBatch| {
        part.column(1).as_primitive::<Int64Type>().values().iter().sum::<i64>()
    };
    parts.iter().map(counts).sum()
}

#[tokio::test]
async fn cells_of_positions_are_grouped_as_any_key() {
    let context = track().await;
    let mut found = Vec::new();
    // A key that is computed once more is no cell to the rule.
    for (key, by_cell) in [
        ("healpix_cell(lon, lat, 12)", true),
        ("healpix_cell(lon, lat, 12) + 0", false),
        ("healpix_parent(healpix_cell(lon, lat, 12), 12, 10)", true),
        ("healpix_parent(healpix_cell(lon, lat, 12), 12, 10) + 0", false),
    ] {
        let frame = context.sql(&query(key)).await.unwrap();
        let plan = frame.create_physical_plan().await.unwrap();
        let text = displayable(plan.as_ref()).indent(false).to_string();
        assert_eq!(text.contains("CellAggregateExec"), by_cell, "{text}");
        let batches = collect(plan, context.task_ctx()).await.unwrap();
        found.push(pretty_format_batches(&batches).unwrap().to_string());
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[2], found[3]);
}

#[tokio::test]
async fn what_does_not_fit_is_given_out_early() {
    let context = track().await;
    let sql = query("healpix_cell(lon, lat, 12)");
    let whole = first_stage(&context, &sql, 1 << 30).await;
    let parts = first_stage(&context, &sql, 300_000).await;
    assert_eq!((rows(&whole), rows(&parts)), (200_000, 200_000));
    let groups = |parts: &[RecordBatch]| parts.iter().map(RecordBatch::num_rows).sum::<usize>();
    assert!(groups(&parts) > groups(&whole), "{} groups of {}", groups(&parts), groups(&whole));
    let null = whole.iter().map(|part| part.column(0).null_count()).sum::<usize>();
    assert!(null > 0, "rows without a cell have a group");
}

#[tokio::test]
async fn where_hardly_two_rows_have_a_cell_in_common_they_are_handed_on() {
    let context = track().await;
    let sql =
        "SELECT healpix_cell(lon, lat, 29) AS cell, count(x) FROM track WHERE lat > 0 GROUP BY 1";
    let parts = first_stage(&context, sql, 1 << 30).await;
    assert_eq!(rows(&parts), 199_800);
    let cells = |part: &RecordBatch| part.column(0).as_primitive::<UInt64Type>().len();
    assert_eq!(parts.iter().map(cells).sum::<usize>(), 199_800);
}

//! Rows in an order of their own, from several partitions.

use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::Result;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::logical_expr::{LogicalPlan, Union, Values};
use datafusion::optimizer::AnalyzerRule;

/// Shuffles the rows of every VALUES and takes them from several partitions, which reach an aggregate whenever they like.
#[derive(Debug)]
pub(super) struct Scattered {
    pub(super) partitions: usize,
}

impl AnalyzerRule for Scattered {
    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        let scattered = plan.transform_up_with_subqueries(|node| match node {
            LogicalPlan::Values(values) if values.values.len() > 1 => {
                Ok(Transformed::yes(self.scatter(values)))
            }
            other => Ok(Transformed::no(other)),
        })?;
        Ok(scattered.data)
    }

    fn name(&self) -> &str {
        "scattered"
    }
}

impl Scattered {
    fn scatter(&self, values: Values) -> LogicalPlan {
        let Values { schema, values } = values;
        let rows = values.len();
        // A step that shares no factor with the number of rows meets each of them once.
        let step = (rows / 2 + 1..).find(|step| gcd(*step, rows) == 1).unwrap_or(1);
        let mut parts = vec![Vec::new(); self.partitions.min(rows)];
        let count = parts.len();
        for i in 0..rows {
            parts[i % count].push(values[(i * step + 1) % rows].clone());
        }
        let part = |values| {
            let schema = Arc::clone(&schema);
            Arc::new(LogicalPlan::Values(Values { schema, values }))
        };
        let inputs: Vec<_> = parts.into_iter().map(part).collect();
        match inputs.as_slice() {
            [one] => one.as_ref().clone(),
            _ => LogicalPlan::Union(Union { inputs, schema }),
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[tokio::test]
async fn rows_come_from_all_partitions_and_each_of_them_once() {
    let context = zagg::session().unwrap();
    context.add_analyzer_rule(Arc::new(Scattered { partitions: 8 }));
    let sql = "SELECT x FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) AS t (x)";
    let parts = context.sql(sql).await.unwrap().collect_partitioned().await.unwrap();
    assert_eq!(parts.len(), 8);
    let mut rows = Vec::new();
    for batch in parts.iter().flatten() {
        rows.extend_from_slice(batch.column(0).as_primitive::<Int64Type>().values());
    }
    assert!(!rows.is_sorted(), "{rows:?}");
    rows.sort_unstable();
    assert_eq!(rows, (1..=10).collect::<Vec<_>>());
}

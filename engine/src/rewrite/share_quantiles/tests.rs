use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float32Array, Float64Array, Int64Array, RecordBatch};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::OptimizerContext;
use datafusion::prelude::{SessionConfig, SessionContext};
use zagg_udfs::aggregate::aggregate_functions;

use super::*;

/// A table `t(cell, h, s)` in two partitions; `cell` 3 has no values of `h`.
fn context(rules: bool) -> SessionContext {
    let ctx = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    for function in aggregate_functions() {
        ctx.register_udaf(function.as_ref().clone());
    }
    if rules {
        ctx.add_optimizer_rule(Arc::new(ShareQuantiles));
    }
    let batch = |cells: Vec<i64>, h: Vec<Option<f64>>, s: Vec<f32>| {
        let columns: [(_, ArrayRef, _); 3] = [
            ("cell", Arc::new(Int64Array::from(cells)), false),
            ("h", Arc::new(Float64Array::from(h)), true),
            ("s", Arc::new(Float32Array::from(s)), false),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    };
    let one = batch(
        vec![1, 1, 1, 2, 2, 3],
        vec![Some(4.0), Some(1.0), None, Some(7.0), Some(f64::NAN), None],
        vec![0.5, 1.5, 2.5, 3.5, 4.5, 5.5],
    );
    let two = batch(
        vec![1, 2, 2, 1],
        vec![Some(3.0), Some(-2.0), Some(0.25), Some(2.0)],
        vec![9.0, 8.0, 7.0, 6.0],
    );
    let table = MemTable::try_new(one.schema(), vec![vec![one], vec![two]]).unwrap();
    ctx.register_table("t", Arc::new(table)).unwrap();
    ctx
}

async fn optimized(ctx: &SessionContext, sql: &str) -> LogicalPlan {
    ctx.sql(sql).await.unwrap().into_optimized_plan().unwrap()
}

async fn printed(ctx: &SessionContext, sql: &str) -> String {
    let batches = ctx.sql(sql).await.unwrap().collect().await.unwrap();
    pretty_format_batches(&batches).unwrap().to_string()
}

/// The plan with the rule, after checking that schema and result are those without it.
async fn same(sql: &str) -> String {
    let (with, without) = (context(true), context(false));
    let plan = optimized(&with, sql).await;
    assert_eq!(plan.schema(), optimized(&without, sql).await.schema(), "{sql}");
    assert_eq!(printed(&with, sql).await, printed(&without, sql).await, "{sql}");
    // Nothing is left to do.
    let again = rewritten(plan.clone());
    assert!(!again.transformed, "{sql}");
    plan.display_indent().to_string()
}

/// The rule alone, everywhere in a plan.
fn rewritten(plan: LogicalPlan) -> Transformed<LogicalPlan> {
    let config = OptimizerContext::new();
    plan.transform_up_with_subqueries(|plan| ShareQuantiles.rewrite(plan, &config)).unwrap()
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[tokio::test]
async fn one_list_is_gathered() {
    let plan = same(
        "SELECT cell, quantile(h, 0.1), count(*) AS n, quantile(h, 0.9) AS high, quantile(h, 0.5) \
         FROM t GROUP BY cell ORDER BY cell",
    )
    .await;
    let aggregate = plan.lines().find(|line| line.contains("Aggregate:")).unwrap();
    assert!(
        aggregate.contains("aggr=[[quantiles(t.h, List([0.1, 0.9, 0.5])), count(Int64(1))"),
        "{plan}"
    );
    assert_eq!(count(aggregate, "quantile("), 0, "{plan}");
}

#[tokio::test]
async fn the_values_are_right() {
    let sql = "SELECT cell, quantile(h, 0.5) AS mid, quantile(h, 1) AS top FROM t GROUP BY cell \
               ORDER BY cell";
    let expected = "\
+------+------+-----+
| cell | mid  | top |
+------+------+-----+
| 1    | 2.5  | 4.0 |
| 2    | 0.25 | 7.0 |
| 3    |      |     |
+------+------+-----+";
    same(sql).await;
    assert_eq!(printed(&context(true), sql).await, expected);
}

#[tokio::test]
async fn without_groups() {
    let plan = same("SELECT quantile(h, 0.25), quantile(h, 0.75) FROM t").await;
    assert_eq!(count(&plan, "aggr=[[quantiles("), 1, "{plan}");
    same("SELECT quantile(h, 0.25), quantile(h, 0.75) FROM t WHERE cell > 5").await;
}

#[tokio::test]
async fn each_value_and_filter_has_its_list() {
    let plan = same(
        "SELECT cell, quantile(h, 0.1), quantile(s, 0.1), quantile(h, 0.2), quantile(s, 0.2), \
         quantile(h, 0.3) FILTER (WHERE s > 1), quantile(h, 0.4) FILTER (WHERE s > 1), \
         quantile(h, 0.5) FILTER (WHERE s > 2), weighted_avg(h, s) FROM t GROUP BY cell ORDER BY cell",
    )
    .await;
    let aggregate = plan.lines().find(|line| line.contains("Aggregate:")).unwrap();
    assert_eq!(count(aggregate, "quantiles("), 3, "{plan}");
    assert_eq!(count(aggregate, ", quantile("), 1, "{plan}");
}

#[tokio::test]
async fn one_call_stays() {
    let plan =
        same("SELECT cell, quantile(h, 0.1), max(h) FROM t GROUP BY cell ORDER BY cell").await;
    assert_eq!(count(&plan, "quantiles("), 0, "{plan}");
    let plan = same("SELECT quantile(h, 0.1), quantile(s, 0.1) FROM t").await;
    assert_eq!(count(&plan, "quantiles("), 0, "{plan}");
}

#[tokio::test]
async fn equal_calls_share_an_element() {
    let plan = same(
        "SELECT cell, quantile(h, 0.5) AS a, quantile(h, 0.5) AS b, quantile(h, 0.1) + 1 AS c \
         FROM t GROUP BY cell ORDER BY cell",
    )
    .await;
    assert_eq!(count(&plan, "List([0.5, 0.1])"), count(&plan, "List(["), "{plan}");
}

#[tokio::test]
async fn a_list_the_query_asks_for_is_the_same_list() {
    let plan = same(
        "SELECT cell, quantiles(h, [0.1, 0.9]), quantile(h, 0.1), quantile(h, 0.9) \
         FROM t GROUP BY cell ORDER BY cell",
    )
    .await;
    let aggregate = plan.lines().find(|line| line.contains("Aggregate:")).unwrap();
    assert_eq!(count(aggregate, "quantiles("), 1, "{plan}");
}

#[tokio::test]
async fn nested_plans() {
    let inner = "SELECT cell, quantile(h, 0.2) AS a, quantile(h, 0.8) AS b FROM t GROUP BY cell";
    let plan = same(&format!(
        "SELECT quantile(a, 0.5), quantile(a, 0.6), sum(b) FROM ({inner}) AS q HAVING sum(b) > 0"
    ))
    .await;
    assert_eq!(count(&plan, "aggr=[[quantiles("), 2, "{plan}");
    same(&format!(
        "SELECT t.cell, a, b, h FROM t JOIN ({inner}) AS q ON t.cell = q.cell AND h > a ORDER BY h"
    ))
    .await;
    same(&format!("SELECT cell, b - a AS spread FROM ({inner}) WHERE b > 1 ORDER BY spread")).await;
    same(&format!("{inner} UNION ALL {inner} ORDER BY cell, a")).await;
    same(
        "SELECT cell, h FROM t WHERE h > (SELECT quantile(h, 0.2) + quantile(h, 0.3) FROM t) ORDER BY h",
    )
    .await;
    same("WITH q AS (SELECT cell AS c, quantile(h, 0.2) AS a, quantile(h, 0.4) AS a2 FROM t GROUP BY 1) \
          SELECT c, max(a2) OVER (ORDER BY c) AS m FROM q ORDER BY c").await;
}

#[tokio::test]
async fn expressions_and_grouping_sets() {
    let plan = same(
        "SELECT cell % 2 AS odd, quantile(h * 2 + 1, 0.1), quantile(h * 2 + 1, 0.9) \
         FROM t GROUP BY cell % 2 ORDER BY odd",
    )
    .await;
    assert_eq!(count(&plan, "aggr=[[quantiles("), 1, "{plan}");
    let plan = same(
        "SELECT cell, s > 3 AS big, quantile(h, 0.1) AS low, quantile(h, 0.9) AS high, grouping(cell) AS g \
         FROM t GROUP BY ROLLUP (cell, s > 3) ORDER BY cell, big, g",
    )
    .await;
    assert_eq!(count(&plan, "aggr=[[quantiles("), 1, "{plan}");
}

#[tokio::test]
async fn volatile_values_are_drawn_apart() {
    let ctx = context(true);
    let plan =
        optimized(&ctx, "SELECT quantile(random(), 0.1), quantile(random(), 0.9) FROM t").await;
    assert_eq!(count(&plan.display_indent().to_string(), "quantiles("), 0);
}

#[tokio::test]
async fn windows_are_left_alone() {
    let plan = same(
        "SELECT h, quantile(h, 0.1) OVER (ORDER BY s) AS a, quantile(h, 0.9) OVER (ORDER BY s) AS b \
         FROM t ORDER BY s",
    )
    .await;
    assert_eq!(count(&plan, "quantiles("), 0, "{plan}");
}

#[tokio::test]
async fn before_any_other_rule() {
    let ctx = context(false);
    let sql =
        "SELECT cell, quantile(h, CAST(0.1 AS DOUBLE)), quantile(h, 0.9) AS b FROM t GROUP BY cell";
    let plan = ctx.sql(sql).await.unwrap().into_unoptimized_plan();
    let once = rewritten(plan.clone());
    // A q that is not yet a literal is left as it is, and so is the only other one.
    assert!(!once.transformed);
    let sql = "SELECT cell, quantile(h, 0.1), quantile(h, 0.9) AS b FROM t GROUP BY cell";
    let plan = ctx.sql(sql).await.unwrap().into_unoptimized_plan();
    let once = rewritten(plan.clone());
    assert!(once.transformed);
    assert_eq!(once.data.schema(), plan.schema());
    assert!(!rewritten(once.data).transformed);
}

#[tokio::test]
async fn a_bad_q_is_refused_with_the_plan() {
    let ctx = context(true);
    for (sql, message) in [
        ("quantile(h, 1.5)", "quantile: q must lie in [0, 1], got 1.5"),
        ("quantile(h, -0.5 - 0.5)", "quantile: q must lie in [0, 1], got -1"),
        ("quantile(h, s)", "quantile: q must be a constant, got"),
        ("quantile(DISTINCT h, 0.5)", "quantile does not take DISTINCT"),
        ("quantiles(h, [0.5, 2])", "got 2 as number 2"),
        ("quantiles(h, [])", "quantiles: the list of q is empty"),
        ("weighted_avg(DISTINCT h, s)", "weighted_avg does not take DISTINCT"),
    ] {
        let planned = ctx.sql(&format!("SELECT {sql} FROM t")).await.unwrap();
        let error = planned.into_optimized_plan().unwrap_err().strip_backtrace();
        assert!(error.contains(message), "{sql}: {error}");
    }
}

#[tokio::test]
async fn constants_of_any_number_type_will_do() {
    let sql = "SELECT quantile(h, 1) AS a, quantile(s, 1 - 0.5) AS b, quantiles(h, [0, 1]) AS c, \
               quantile(cell, 0.5) AS d FROM t";
    let expected = "\
+-----+-----+-------------+-----+
| a   | b   | c           | d   |
+-----+-----+-------------+-----+
| 7.0 | 5.0 | [-2.0, 7.0] | 1.5 |
+-----+-----+-------------+-----+";
    same(sql).await;
    assert_eq!(printed(&context(true), sql).await, expected);
}

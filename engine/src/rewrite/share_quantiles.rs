//! Several quantiles of one expression from one gathered list.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{Column, Result, ScalarValue};
use datafusion::functions_nested::extract::array_element_udf;
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment};
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, Projection, lit};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use zagg_udfs::aggregate::{quantile_udaf, quantiles_udaf};

#[cfg(test)]
mod tests;

/// Turns `quantile(x, q1), quantile(x, q2), …` of one aggregation into one `quantiles(x, [q1, q2, …])`.
///
/// ```text
/// Aggregate: groupBy=[[cell]], aggr=[[quantile(h, 0.1), quantile(h, 0.9), count(1)]]
/// ```
/// becomes
/// ```text
/// Projection: cell, array_element(quantiles(h, [0.1, 0.9]), 1) AS quantile(h, 0.1), …, count(1)
///   Aggregate: groupBy=[[cell]], aggr=[[quantiles(h, [0.1, 0.9]), count(1)]]
/// ```
/// An aggregate function sees its own arguments only, so each `quantile` would gather every value of every group again.
///
/// Calls are shared if they have the same `x` and the same FILTER, neither of them volatile, and `q` is a constant;
/// at least two calls must be. Columns keep their names, qualifiers, types and order. Applied to its own result the rule
/// finds nothing to do.
#[derive(Debug, Default)]
pub struct ShareQuantiles;

impl OptimizerRule for ShareQuantiles {
    fn name(&self) -> &str {
        "share_quantiles"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Aggregate(aggregate) = plan else { return Ok(Transformed::no(plan)) };
        let calls = aggregate.aggr_expr.clone();
        let shared = Shared::of(&calls)?;
        if shared.is_empty() {
            return Ok(Transformed::no(LogicalPlan::Aggregate(aggregate)));
        }
        share(aggregate, &shared).map(Transformed::yes)
    }
}

/// One call of `quantile` that may be shared.
struct Call<'a> {
    x: &'a Expr,
    q: f64,
    filter: Option<&'a Expr>,
    null_treatment: Option<NullTreatment>,
}

impl<'a> Call<'a> {
    /// `None` for any other expression, and for a call that must stay as it is.
    fn of(expr: &'a Expr) -> Result<Option<Self>> {
        let Expr::AggregateFunction(AggregateFunction { func, params }) = unaliased(expr) else {
            return Ok(None);
        };
        let ([x, Expr::Literal(q, _)], false) = (&params.args[..], params.distinct) else {
            return Ok(None);
        };
        let filter = params.filter.as_deref();
        // By value, not by name: another function may have been registered as `quantile`.
        if **func != *quantile_udaf()
            || !params.order_by.is_empty()
            || x.is_volatile()
            || filter.is_some_and(Expr::is_volatile)
        {
            return Ok(None);
        }
        let ScalarValue::Float64(Some(q)) = q.cast_to(&DataType::Float64)? else { return Ok(None) };
        Ok(Some(Self { x, q, filter, null_treatment: params.null_treatment }))
    }
}

/// Calls over the same values, with their distinct `q` in the order of their first appearance.
struct Shared<'a> {
    first: Call<'a>,
    qs: Vec<f64>,
    /// (number of the aggregate expression, number of its q) of each call.
    calls: Vec<(usize, usize)>,
}

impl<'a> Shared<'a> {
    /// All sets of at least two calls.
    fn of(aggr_expr: &'a [Expr]) -> Result<Vec<Self>> {
        let mut all: Vec<Self> = vec![];
        for (i, expr) in aggr_expr.iter().enumerate() {
            let Some(call) = Call::of(expr)? else { continue };
            match all.iter_mut().find(|shared| shared.takes(&call)) {
                Some(shared) => shared.push(i, call.q),
                None => all.push(Self { qs: vec![call.q], first: call, calls: vec![(i, 0)] }),
            }
        }
        all.retain(|shared| shared.calls.len() > 1);
        Ok(all)
    }

    fn takes(&self, call: &Call) -> bool {
        self.first.x == call.x
            && self.first.filter == call.filter
            && self.first.null_treatment == call.null_treatment
    }

    fn push(&mut self, i: usize, q: f64) {
        let known = self.qs.iter().position(|known| known.to_bits() == q.to_bits());
        self.calls.push((i, known.unwrap_or(self.qs.len())));
        if known.is_none() {
            self.qs.push(q);
        }
    }

    /// The call that replaces them.
    fn quantiles(&self) -> Expr {
        let qs: Vec<_> = self.qs.iter().map(|&q| ScalarValue::from(q)).collect();
        let qs = ScalarValue::List(ScalarValue::new_list(&qs, &DataType::Float64, true));
        Expr::AggregateFunction(AggregateFunction::new_udf(
            quantiles_udaf(),
            vec![self.first.x.clone(), lit(qs)],
            false,
            self.first.filter.cloned().map(Box::new),
            vec![],
            self.first.null_treatment,
        ))
    }
}

/// Where a column of the old aggregation is found in the new one.
struct Source {
    /// Number of the aggregate expression.
    aggregate: usize,
    /// Number of the element, from 1, if it is a list.
    element: Option<usize>,
}

/// The plan with `shared` in place of the calls it is made of.
fn share(old: Aggregate, shared: &[Shared]) -> Result<LogicalPlan> {
    let mut aggr_expr: Vec<Expr> = vec![];
    // An expression the query has already, such as the same `quantiles`, is used again: names must be unique.
    let mut place = |expr: Expr| {
        aggr_expr.iter().position(|known| *known == expr).unwrap_or_else(|| {
            aggr_expr.push(expr);
            aggr_expr.len() - 1
        })
    };
    let mut sources = vec![];
    for (i, expr) in old.aggr_expr.iter().enumerate() {
        let call = shared.iter().find_map(|shared| {
            let (_, q) = shared.calls.iter().find(|(call, _)| *call == i)?;
            Some((shared.quantiles(), *q))
        });
        sources.push(match call {
            Some((quantiles, q)) => Source { aggregate: place(quantiles), element: Some(q + 1) },
            None => Source { aggregate: place(expr.clone()), element: None },
        });
    }
    let new = Aggregate::try_new(Arc::clone(&old.input), old.group_expr.clone(), aggr_expr)?;

    // Before the aggregates come the group's columns, and the id of the grouping set if there are several.
    let groups = old.schema.fields().len() - old.aggr_expr.len();
    let column = |i| Expr::Column(Column::from(new.schema.qualified_field(i)));
    let mut output: Vec<_> = (0..groups).map(column).collect();
    for (i, (expr, source)) in old.aggr_expr.iter().zip(sources).enumerate() {
        let found = column(groups + source.aggregate);
        output.push(match source.element {
            None => found,
            Some(element) => {
                let (qualifier, field) = old.schema.qualified_field(groups + i);
                let metadata = match expr {
                    Expr::Alias(alias) => alias.metadata.clone(),
                    _ => None,
                };
                array_element_udf()
                    .call(vec![found, lit(element as i64)])
                    .alias_qualified_with_metadata(qualifier.cloned(), field.name(), metadata)
            }
        });
    }
    Ok(LogicalPlan::Projection(Projection::try_new(output, Arc::new(LogicalPlan::Aggregate(new)))?))
}

/// The expression under any aliases.
fn unaliased(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => unaliased(&alias.expr),
        expr => expr,
    }
}

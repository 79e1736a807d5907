//! `morton_cell(longitude, latitude, o)` over a granule table's own coordinates.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, ScalarValue, TableReference};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF, lit};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use zagg_udfs::cell::Convention;
use zagg_udfs::scalar::scalar_functions;

use crate::config::Grid;
use crate::table::GranuleTable;

/// Rewrites `healpix_cell` and `morton_cell` of a granule table's own coordinates to arithmetic on its
/// `cell`, where the order is a literal at or below the child order and the convention is the table's.
///
/// The scan has assigned every row to a cell already; and grouping by `cell` itself, however it was
/// spelled, needs no repartitioning.
#[derive(Debug)]
pub struct OwnCells {
    parent: Arc<ScalarUDF>,
    to_morton: Arc<ScalarUDF>,
}

impl OwnCells {
    /// The rule, or `None` if the functions it rewrites to are not there.
    pub fn new() -> Option<Self> {
        let functions = scalar_functions();
        let named = |name: &str| functions.iter().find(|f| f.name() == name).map(Arc::clone);
        Some(Self { parent: named("healpix_parent")?, to_morton: named("healpix_to_morton")? })
    }

    fn rewrite_call(&self, expr: Expr, relations: &[(TableReference, Grid)]) -> Transformed<Expr> {
        let Some((cell, grid, order, morton)) = own_cell(&expr, relations) else {
            return Transformed::no(expr);
        };
        let call = |f: &Arc<ScalarUDF>, args| {
            Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(f), args))
        };
        let cell = if order == grid.child_order {
            cell
        } else {
            call(&self.parent, vec![cell, lit(i64::from(grid.child_order)), lit(i64::from(order))])
        };
        Transformed::yes(match morton {
            true => call(&self.to_morton, vec![cell, lit(i64::from(order))]),
            false => cell,
        })
    }
}

impl OptimizerRule for OwnCells {
    fn name(&self) -> &str {
        "own_cells"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        _config: &dyn OptimizerConfig,
    ) -> Result<Transformed<LogicalPlan>> {
        let mut relations = Vec::new();
        for input in plan.inputs() {
            granule_tables(input, &mut relations);
        }
        if relations.is_empty() {
            return Ok(Transformed::no(plan));
        }
        // A join sees both sides at once, and its expressions may take columns from either.
        let names = NamePreserver::new(&plan);
        plan.map_expressions(|expr| {
            let name = names.save(&expr);
            expr.transform_up(|e| Ok(self.rewrite_call(e, &relations)))?
                .map_data(|e| Ok(name.restore(e)))
        })?
        .map_data(LogicalPlan::recompute_schema)
    }
}

/// The granule tables whose columns reach the top of `plan` under their own names, each with `cell`
/// among them. Whatever renames or combines columns hides the tables below it.
fn granule_tables(plan: &LogicalPlan, found: &mut Vec<(TableReference, Grid)>) {
    match plan {
        LogicalPlan::TableScan(scan) => {
            let Ok(provider) = source_as_provider(&scan.source) else { return };
            let Some(table) = provider.downcast_ref::<GranuleTable>() else { return };
            let name = scan.table_name.clone();
            if scan.projected_schema.has_column(&Column::new(Some(name.clone()), "cell")) {
                found.push((name, *table.pool().grid()));
            }
        }
        LogicalPlan::SubqueryAlias(alias) => {
            let mut below = Vec::new();
            granule_tables(&alias.input, &mut below);
            // More than one would now be under the same name.
            if let ([(_, grid)], false) = (below.as_slice(), holds_join(&alias.input)) {
                found.push((alias.alias.clone(), *grid));
            }
        }
        LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::Join(_) => {
            plan.inputs().into_iter().for_each(|input| granule_tables(input, found));
        }
        _ => {}
    }
}

fn holds_join(plan: &LogicalPlan) -> bool {
    plan.exists(|node| Ok(matches!(node, LogicalPlan::Join(_)))).unwrap_or(true)
}

/// For a call that asks for what `cell` holds: the column, the table's grid, the order, and whether the
/// answer is to be a Morton word.
fn own_cell(expr: &Expr, relations: &[(TableReference, Grid)]) -> Option<(Expr, Grid, u8, bool)> {
    let Expr::ScalarFunction(call) = expr else { return None };
    let morton = match call.func.name() {
        "morton_cell" => true,
        "healpix_cell" => false,
        _ => return None,
    };
    let (longitude, latitude, order, convention) = match call.args.as_slice() {
        [lon, lat, order] => (lon, lat, order, None),
        [lon, lat, order, convention] => (lon, lat, order, Some(convention)),
        _ => return None,
    };
    let (longitude, latitude) = (column(longitude)?, column(latitude)?);
    let relation = longitude.relation.as_ref()?;
    let same = latitude.relation.as_ref() == Some(relation);
    if !same || longitude.name != "longitude" || latitude.name != "latitude" {
        return None;
    }
    let (name, grid) = relations.iter().find(|(name, _)| name == relation)?;
    let order = u8::try_from(integer(order)?).ok()?;
    let convention = match convention {
        None => Convention::default(),
        Some(Expr::Literal(name, _)) => name.try_as_str()??.parse().ok()?,
        Some(_) => return None,
    };
    let fits = order <= grid.child_order && convention == grid.convention;
    fits.then(|| (Expr::Column(Column::new(Some(name.clone()), "cell")), *grid, order, morton))
}

/// A column, also one that is widened to doubles, as the scan does before it hashes.
fn column(expr: &Expr) -> Option<&Column> {
    match expr {
        Expr::Column(column) => Some(column),
        Expr::Cast(cast) if *cast.field.data_type() == DataType::Float64 => column(&cast.expr),
        _ => None,
    }
}

fn integer(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(value, _) => match value.cast_to(&DataType::Int64).ok()? {
            ScalarValue::Int64(value) => value,
            _ => None,
        },
        Expr::Cast(cast) => integer(&cast.expr),
        _ => None,
    }
}

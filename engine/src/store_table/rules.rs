//! What filters say of cells in other words: by their ancestors, their Morton words, polygons and lists.
//!
//! DataFusion drops a shard by the least and the greatest values of columns. A call of a function of `cell` becomes such a
//! column here, for this purpose alone: a number that grows with the cell, or the answer yes or no. So it drops shards in
//! whatever the call stands, `NOT` and `OR` too.

mod call;
mod grid;
mod number;

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::{DataType, Field};
use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::Expr;
use zagg_udfs::cell::cover::Cover;

pub(super) use grid::Grid;
pub(super) use number::Number;

/// A column that stands for a call.
#[derive(Debug)]
pub(super) struct Rule {
    column: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Number(Number),
    /// Yes for no cell that the first does not touch, and for all cells of the second.
    Among(Cover, Cover),
}

impl Rule {
    /// The name of the column.
    pub(super) fn column(&self) -> &str {
        &self.column
    }

    /// The name of the function that it stands for.
    pub(super) fn name(&self) -> &str {
        self.column.split('#').next().unwrap_or_default()
    }

    pub(super) fn field(&self) -> Field {
        let data_type = match self.kind {
            Kind::Number(_) => DataType::UInt64,
            Kind::Among(..) => DataType::Boolean,
        };
        Field::new(&self.column, data_type, false)
    }

    /// The least or the greatest value among the cells of each parent.
    pub(super) fn bounds(&self, grid: &Grid, parents: &[u64], greatest: bool) -> Option<ArrayRef> {
        let (touched, inside) = match &self.kind {
            Kind::Number(number) => return Some(number.bounds(grid, parents, greatest)),
            Kind::Among(touched, inside) => (touched, inside),
        };
        let of = |parent: &u64| match greatest {
            true => touched.intersects(*parent, grid.parent_order).ok(),
            false => inside.contains(*parent, grid.parent_order).ok(),
        };
        Some(Arc::new(parents.iter().map(of).collect::<BooleanArray>()))
    }
}

/// A filter with columns in place of those calls of which something is known, and what the columns stand for.
pub(super) fn put_into(filter: &Expr, grid: &Grid) -> (Expr, Vec<Rule>) {
    let mut rules = Vec::new();
    let put = filter.clone().transform_down(|expr| {
        Ok(match call::understood(&expr, grid) {
            None => Transformed::no(expr),
            Some((name, kind)) => {
                // No column of a table that SQL made has such a name.
                let column = format!("{name}#{}", rules.len());
                let put = Expr::Column(Column::from_name(&column));
                rules.push(Rule { column, kind });
                Transformed::new(put, true, TreeNodeRecursion::Jump)
            }
        })
    });
    match put {
        Ok(put) => (put.data, rules),
        // Without a rule nothing is dropped, which is never wrong.
        Err(_) => (filter.clone(), Vec::new()),
    }
}

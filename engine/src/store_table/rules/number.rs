//! Numbers that grow with the cell.

use std::sync::Arc;

use arrow::array::{ArrayRef, UInt64Array};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use zagg_udfs::cell::MAX_ORDER;
use zagg_udfs::cell::morton::{self, Kind};

use super::Grid;

/// The nested id of a cell's ancestor, or its Morton word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store_table) struct Number {
    /// The order of the ancestor, at most that of the cells, which are their own ancestors there.
    pub(super) order: u8,
    pub(super) as_word: bool,
}

impl Number {
    /// What an expression over `cell` and `morton` is, if it is such a number.
    pub(super) fn of(expr: &Expr, grid: &Grid) -> Option<Self> {
        let call = match expr {
            Expr::Column(column) => return grid.column(&column.name),
            Expr::ScalarFunction(call) => call,
            _ => return None,
        };
        match (call.func.name(), call.args.as_slice()) {
            ("healpix_parent", [cell, own, parent]) => {
                let number = Self::of(cell, grid).filter(|number| number.is_id_of(own))?;
                let order = order(parent).filter(|order| *order <= number.order)?;
                Some(Self { order, ..number })
            }
            ("healpix_to_morton", [cell, own]) => {
                let number = Self::of(cell, grid).filter(|number| number.is_id_of(own))?;
                Some(Self { as_word: true, ..number })
            }
            ("morton_parent", [word, parent]) => {
                let number = Self::of(word, grid).filter(|number| number.as_word)?;
                let order = order(parent).filter(|order| *order <= number.order)?;
                Some(Self { order, ..number })
            }
            _ => None,
        }
    }

    /// Whether it is a nested id of the order that an expression says.
    pub(super) fn is_id_of(self, own: &Expr) -> bool {
        !self.as_word && order(own) == Some(self.order)
    }

    /// The least or the greatest among the cells of each parent.
    pub(in crate::store_table) fn bounds(
        self,
        grid: &Grid,
        parents: &[u64],
        greatest: bool,
    ) -> ArrayRef {
        let depth = 2 * (grid.child_order - grid.parent_order);
        let last = if greatest { (1_u64 << depth) - 1 } else { 0 };
        let of = |parent: &u64| {
            let cell = (parent << depth) + last;
            let cell = cell >> (2 * (grid.child_order - self.order));
            match self.as_word {
                true => morton::from_nested(cell, self.order, Kind::Area).ok(),
                false => Some(cell),
            }
        };
        Arc::new(parents.iter().map(of).collect::<UInt64Array>())
    }
}

/// A literal HEALPix order.
fn order(expr: &Expr) -> Option<u8> {
    let order = integer(expr)?;
    u8::try_from(order).ok().filter(|order| *order <= MAX_ORDER)
}

/// A literal integer that is not negative.
pub(super) fn integer(expr: &Expr) -> Option<u64> {
    let value = expr.as_literal().filter(|value| value.data_type().is_integer())?;
    match value.cast_to(&DataType::UInt64) {
        Ok(ScalarValue::UInt64(value)) => value,
        _ => None,
    }
}

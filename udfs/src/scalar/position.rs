//! Positions to cells by whole columns: what `healpix_cell` and `morton_cell` share.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{Array, UInt64Array, new_null_array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs};

use super::column::{Column, Shape};
use super::parameter::{Parameter, convention, order};
use crate::cell::{Hasher, MAX_ORDER, NO_CELL};

/// `(lon, lat, order [, convention])`.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::Degrees("lon"),
    Parameter::Degrees("lat"),
    Parameter::Order("order"),
    Parameter::Convention,
];

/// The cells of a call's positions, each passed through `name(id, order)`.
pub(super) fn cells(
    function: &str,
    args: &ScalarFunctionArgs,
    name: impl Fn(u64, u8) -> u64,
) -> Result<ColumnarValue> {
    let convention = convention(function, args.args.get(3))?;
    let lon = Column::<Float64Type>::new(args, 0)?;
    let lat = Column::<Float64Type>::new(args, 1)?;
    let orders = Column::<Int64Type>::new(args, 2)?;
    let shape = Shape::of(args);

    // A constant order is checked even where everything else is NULL: it is a mistake in the query.
    let constant = match &orders {
        Column::Constant(Some(value)) => Some(order(function, "order", *value)?),
        _ => None,
    };
    if lon.is_null_constant() || lat.is_null_constant() || orders.is_null_constant() {
        return shape.wrap(new_null_array(&DataType::UInt64, shape.rows));
    }

    let hasher = Hasher::new(constant.unwrap_or(MAX_ORDER), convention);
    let mut ids = vec![0; shape.rows];
    let invalid = hasher
        .and_then(|hasher| {
            hasher.cells(&values(&lon, shape.rows), &values(&lat, shape.rows), &mut ids)
        })
        .map_err(|e| exec_datafusion_err!("{function}: {e}"))?;

    let nulls = NullBuffer::union(lon.nulls(), lat.nulls());
    let mut nulls = NullBuffer::union(nulls.as_ref(), orders.nulls());
    if invalid > 0 {
        let positions = ids.iter().map(|&id| id != NO_CELL).collect::<BooleanBuffer>();
        nulls = NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(positions)));
    }

    match constant {
        Some(order) => {
            for id in ids.iter_mut().filter(|id| **id != NO_CELL) {
                *id = name(*id, order);
            }
        }
        None => {
            for (row, id) in ids.iter_mut().enumerate() {
                let Some(value) = orders.get(row) else { continue };
                let order = order(function, "order", value)?;
                if *id != NO_CELL {
                    *id = name(*id >> (2 * (MAX_ORDER - order)), order);
                }
            }
        }
    }
    shape.wrap(Arc::new(UInt64Array::new(ids.into(), nulls)))
}

/// The coordinate of every row; what stands in NULL rows is arbitrary.
fn values<'a>(column: &'a Column<'_, Float64Type>, rows: usize) -> Cow<'a, [f64]> {
    match column {
        Column::Constant(value) => Cow::Owned(vec![value.unwrap_or(f64::NAN); rows]),
        Column::Rows(array) => {
            debug_assert_eq!(array.len(), rows);
            Cow::Borrowed(array.values().as_ref())
        }
    }
}

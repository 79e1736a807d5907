//! Cell centres row by row: what `healpix_lon` and `healpix_lat` share.

use arrow::datatypes::{Float64Type, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs};

use super::column::{Column, Shape};
use super::parameter::{Parameter, convention, order};
use crate::cell;

/// `(cell, order [, convention])`.
pub(super) const PARAMETERS: &[Parameter] =
    &[Parameter::Cell("cell"), Parameter::Order("order"), Parameter::Convention];

/// One coordinate, picked from `(lon, lat)`, of the centre of every row's cell.
pub(super) fn centers(
    function: &str,
    args: &ScalarFunctionArgs,
    pick: impl Fn((f64, f64)) -> f64,
) -> Result<ColumnarValue> {
    let convention = convention(function, args.args.get(2))?;
    let cells = Column::<UInt64Type>::new(args, 0)?;
    let orders = Column::<Int64Type>::new(args, 1)?;
    Shape::of(args).collect::<Float64Type>(|row| {
        let (Some(id), Some(value)) = (cells.get(row), orders.get(row)) else { return Ok(None) };
        let order = order(function, "order", value)?;
        let center = cell::center(id, order, convention);
        center.map(|center| Some(pick(center))).map_err(|e| exec_datafusion_err!("{function}: {e}"))
    })
}

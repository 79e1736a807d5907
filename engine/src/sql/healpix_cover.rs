//! `healpix_cover('POLYGON(…)', 9)`

use std::sync::Arc;

use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{ScalarValue, plan_datafusion_err, plan_err};
use datafusion::error::Result;
use zagg_udfs::cell::cover::{Cover, Shape};
use zagg_udfs::cell::{CellError, Convention};

use super::arguments;
use super::cell_runs::{self, Run};

const NAME: &str = "healpix_cover";

/// The cells that a geometry touches, as a table: `cell` (`UInt64`, nested id at the order), ascending, and `inside`
/// (`Boolean`), whether the cell lies wholly inside of it.
///
/// The geometry is WKT or WKB of any kind, longitude before latitude in degrees. No cell that it touches is missing; a few
/// that it only nearly touches are there, with `inside` false: see [`zagg_udfs::cell::cover`]. There is no row where an
/// argument is NULL.
#[derive(Debug)]
pub(super) struct Table;

impl TableFunctionImpl for Table {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let usage = "healpix_cover(GEOMETRY, ORDER [, 'authalic' | 'sphere'])";
        let given = arguments::constants(usage, args.exprs(), 2, 3)?;
        let convention = arguments::convention(NAME, given.get(2).copied())?;
        let order = arguments::order(NAME, "order", given[1])?;
        let shape = shape(given[0], convention)?;
        let (Some(order), Some(shape)) = (order, shape) else {
            return cell_runs::table(Vec::new(), true);
        };
        let wrong = |e: CellError| plan_datafusion_err!("{NAME}: {e}");
        let (touched, inside) = shape.cover_and_inside(order).map_err(wrong)?;
        cell_runs::table(runs(&touched, &inside), true)
    }
}

/// The shape of a constant; `None` for NULL.
fn shape(value: &ScalarValue, convention: Convention) -> Result<Option<Shape>> {
    if value.is_null() {
        return Ok(None);
    }
    let shape = match value {
        ScalarValue::Binary(Some(bytes))
        | ScalarValue::LargeBinary(Some(bytes))
        | ScalarValue::BinaryView(Some(bytes)) => Shape::from_wkb(bytes, convention),
        value => match value.try_as_str() {
            Some(Some(text)) => Shape::from_wkt(text, convention),
            _ => return plan_err!("{NAME}: geometry is {value}, expected WKT or WKB"),
        },
    };
    shape.map(Some).map_err(|e| plan_datafusion_err!("{NAME}: geometry: {e}"))
}

/// The cells touched, divided by whether they are among those inside.
fn runs(touched: &Cover, inside: &Cover) -> Vec<Run> {
    let mut inner = inside.ranges().iter().peekable();
    let mut runs = Vec::with_capacity(touched.ranges().len() + inside.ranges().len());
    for range in touched.ranges() {
        let mut from = range.start;
        while let Some(next) = inner.next_if(|next| next.end <= range.end) {
            runs.push(Run { cells: from..next.start, inside: false });
            runs.push(Run { cells: next.clone(), inside: true });
            from = next.end;
        }
        runs.push(Run { cells: from..range.end, inside: false });
    }
    runs.retain(|run| !run.cells.is_empty());
    runs
}

//! `healpix_children(5, 6, 12)`

use std::sync::Arc;

use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::plan_datafusion_err;
use datafusion::error::Result;
use zagg_udfs::cell::{CellError, range_at};

use super::arguments;
use super::cell_runs::{self, Run};

const NAME: &str = "healpix_children";

/// The descendants of a cell at a finer order, as a table: `cell` (`UInt64`, nested id at `child_order`), ascending. At the
/// order of the cell itself, that is the cell. There is no row where an argument is NULL.
#[derive(Debug)]
pub(super) struct Table;

impl TableFunctionImpl for Table {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let usage = "healpix_children(CELL, ORDER, CHILD_ORDER)";
        let given = arguments::constants(usage, args.exprs(), 3, 3)?;
        let cell = arguments::cell(NAME, "cell", given[0])?;
        let order = arguments::order(NAME, "order", given[1])?;
        let child_order = arguments::order(NAME, "child_order", given[2])?;
        let (Some(cell), Some(order), Some(child_order)) = (cell, order, child_order) else {
            return cell_runs::table(Vec::new(), false);
        };
        let wrong = |e: CellError| plan_datafusion_err!("{NAME}: {e}");
        let cells = range_at(cell, order, child_order).map_err(wrong)?;
        cell_runs::table(vec![Run { cells, inside: false }], false)
    }
}

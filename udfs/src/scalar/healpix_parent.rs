//! `healpix_parent(cell, order, parent_order)`.

use std::ops::Range;

use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion_common::{Result, ScalarValue, exec_datafusion_err};
use datafusion_expr::interval_arithmetic::Interval;
use datafusion_expr::preimage::PreimageResult;
use datafusion_expr::simplify::SimplifyContext;
use datafusion_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter, order};
use crate::cell::{nested_parent, range_at};

const PARAMETERS: &[Parameter] =
    &[Parameter::Cell("cell"), Parameter::Order("order"), Parameter::Order("parent_order")];

function_type! {
    /// NESTED id of a cell's ancestor.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "NESTED id, at a coarser order, of the cell that holds a cell. A comparison of it with a constant is planned as a range of `cell`, so it prunes like one.",
        syntax_example = "healpix_parent(cell, order, parent_order)",
        sql_example = r#"```sql
> SELECT healpix_parent(4095, 6, 4);
+-----------------------------------------------+
| healpix_parent(Int64(4095),Int64(6),Int64(4)) |
+-----------------------------------------------+
| 255                                           |
+-----------------------------------------------+
```"#,
        argument(name = "cell", description = "NESTED id of a HEALPix cell."),
        argument(name = "order", description = "Order of the cell, 0 to 29."),
        argument(
            name = "parent_order",
            description = "Order of the result, at most `order`; the same gives the cell itself."
        ),
        related_udf(name = "healpix_cell"),
        related_udf(name = "morton_parent")
    )]
    HealpixParent
}

impl ScalarUDFImpl for HealpixParent {
    strict_function!("healpix_parent", PARAMETERS, DataType::UInt64, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "healpix_parent";
        let cells = Column::<UInt64Type>::new(&args, 0)?;
        let orders = Column::<Int64Type>::new(&args, 1)?;
        let parents = Column::<Int64Type>::new(&args, 2)?;
        Shape::of(&args).collect::<UInt64Type>(|row| {
            let (Some(cell), Some(own), Some(parent)) =
                (cells.get(row), orders.get(row), parents.get(row))
            else {
                return Ok(None);
            };
            let (own, parent) = (order(name, "order", own)?, order(name, "parent_order", parent)?);
            let found = nested_parent(cell, own, parent);
            found.map(Some).map_err(|e| exec_datafusion_err!("{name}: {e}"))
        })
    }

    /// `healpix_parent(cell, o, p) = id` holds for one run of cells, so that a table can prune by it.
    fn preimage(
        &self,
        args: &[Expr],
        value: &Expr,
        info: &SimplifyContext,
    ) -> Result<PreimageResult> {
        let [cell, own, parent] = args else { return Ok(PreimageResult::None) };
        let Some(range) = descendants(own, parent, value) else { return Ok(PreimageResult::None) };
        if info.get_data_type(cell)? != DataType::UInt64 {
            return Ok(PreimageResult::None);
        }
        let bound = |value| ScalarValue::UInt64(Some(value));
        let interval = Interval::try_new(bound(range.start), bound(range.end))?;
        Ok(PreimageResult::Range { expr: cell.clone(), interval: Box::new(interval) })
    }

    /// With constant orders, the parents of sorted cells are sorted.
    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        Ok(match inputs {
            [cell, orders @ ..]
                if orders.iter().all(|o| o.sort_properties == SortProperties::Singleton) =>
            {
                cell.sort_properties
            }
            _ => SortProperties::Unordered,
        })
    }
}

/// The cells of order `own` in the cell `id` of order `parent`, if all three are literals that go together.
fn descendants(own: &Expr, parent: &Expr, id: &Expr) -> Option<Range<u64>> {
    let own = u8::try_from(literal(own)?).ok()?;
    let parent = u8::try_from(literal(parent)?).ok()?;
    range_at(literal(id)?, parent, own).ok()
}

/// A literal integer that is not negative.
fn literal(expr: &Expr) -> Option<u64> {
    let value = expr.as_literal().filter(|value| value.data_type().is_integer())?;
    match value.cast_to(&DataType::UInt64) {
        Ok(ScalarValue::UInt64(value)) => value,
        _ => None,
    }
}

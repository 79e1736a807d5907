//! `healpix_distance(cell_a, cell_b, order)`.

use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter, order};
use crate::cell::distance;

const PARAMETERS: &[Parameter] =
    &[Parameter::Cell("cell_a"), Parameter::Cell("cell_b"), Parameter::Order("order")];

function_type! {
    /// Distance between the centres of two cells.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "Great-circle distance between the centres of two cells of one order, in metres on the authalic sphere of WGS84 (radius 6371007.181 m), where the grid lies; so it is the same for both conventions. On the ellipsoid itself the shortest line between the centres is within 0.2 % of it.",
        syntax_example = "healpix_distance(cell_a, cell_b, order)",
        sql_example = r#"```sql
> SELECT round(healpix_distance(4, 6, 0));
+-----------------------------------------------------+
| round(healpix_distance(Int64(4),Int64(6),Int64(0))) |
+-----------------------------------------------------+
| 20015109.0                                          |
+-----------------------------------------------------+
```"#,
        argument(name = "cell_a", description = "NESTED id of a HEALPix cell."),
        argument(name = "cell_b", description = "NESTED id of another cell of the same order."),
        argument(name = "order", description = "Order of both cells, 0 to 29."),
        related_udf(name = "healpix_neighbors"),
        related_udf(name = "healpix_area")
    )]
    HealpixDistance
}

impl ScalarUDFImpl for HealpixDistance {
    strict_function!("healpix_distance", PARAMETERS, DataType::Float64, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "healpix_distance";
        let from = Column::<UInt64Type>::new(&args, 0)?;
        let to = Column::<UInt64Type>::new(&args, 1)?;
        let orders = Column::<Int64Type>::new(&args, 2)?;
        Shape::of(&args).collect::<Float64Type>(|row| {
            let (Some(a), Some(b), Some(value)) = (from.get(row), to.get(row), orders.get(row))
            else {
                return Ok(None);
            };
            let metres = distance(a, b, order(name, "order", value)?);
            metres.map(Some).map_err(|e| exec_datafusion_err!("{name}: {e}"))
        })
    }
}

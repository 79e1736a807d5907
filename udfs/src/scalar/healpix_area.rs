//! `healpix_area(order)`.

use arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter, order};
use crate::cell::area;

const PARAMETERS: &[Parameter] = &[Parameter::Order("order")];

function_type! {
    /// Area of the cells of an order.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "Area of each cell of an order in square metres: the area of the WGS84 ellipsoid, which is that of its authalic sphere, divided by the number of cells. With the convention 'sphere' cells are not of equal area on the ellipsoid, and differ from this by up to 0.9 %.",
        syntax_example = "healpix_area(order)",
        sql_example = r#"```sql
> SELECT round(healpix_area(12));
+--------------------------------+
| round(healpix_area(Int64(12))) |
+--------------------------------+
| 2533523.0                      |
+--------------------------------+
```"#,
        argument(name = "order", description = "HEALPix order, 0 to 29."),
        related_udf(name = "healpix_distance")
    )]
    HealpixArea
}

impl ScalarUDFImpl for HealpixArea {
    strict_function!("healpix_area", PARAMETERS, DataType::Float64, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let orders = Column::<Int64Type>::new(&args, 0)?;
        Shape::of(&args).collect::<Float64Type>(|row| {
            let Some(value) = orders.get(row) else { return Ok(None) };
            let metres = area(order("healpix_area", "order", value)?);
            metres.map(Some).map_err(|e| exec_datafusion_err!("healpix_area: {e}"))
        })
    }
}

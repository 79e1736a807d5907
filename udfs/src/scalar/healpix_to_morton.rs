//! `healpix_to_morton(cell, order)`.

use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter, order};
use crate::cell::morton::{Kind, from_nested};

const PARAMETERS: &[Parameter] = &[Parameter::Cell("cell"), Parameter::Order("order")];

function_type! {
    /// Morton word of a NESTED id.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "Packed Morton word of a HEALPix cell. Words of one order sort like the ids.",
        syntax_example = "healpix_to_morton(cell, order)",
        sql_example = r#"```sql
> SELECT healpix_to_morton(7, 0);
+--------------------------------------+
| healpix_to_morton(Int64(7),Int64(0)) |
+--------------------------------------+
| 9223372036854775808                  |
+--------------------------------------+
```"#,
        argument(name = "cell", description = "NESTED id of a HEALPix cell."),
        argument(name = "order", description = "Order of the cell, 0 to 29."),
        related_udf(name = "morton_to_healpix")
    )]
    HealpixToMorton
}

impl ScalarUDFImpl for HealpixToMorton {
    strict_function!("healpix_to_morton", PARAMETERS, DataType::UInt64, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "healpix_to_morton";
        let cells = Column::<UInt64Type>::new(&args, 0)?;
        let orders = Column::<Int64Type>::new(&args, 1)?;
        Shape::of(&args).collect::<UInt64Type>(|row| {
            let (Some(cell), Some(value)) = (cells.get(row), orders.get(row)) else {
                return Ok(None);
            };
            let word = from_nested(cell, order(name, "order", value)?, Kind::Area);
            word.map(Some).map_err(|e| exec_datafusion_err!("{name}: {e}"))
        })
    }
}

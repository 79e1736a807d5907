//! `healpix_neighbors(cell, order)`.

use std::sync::Arc;

use arrow::array::{ListBuilder, UInt64Builder};
use arrow::datatypes::{DataType, Field, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter, order};
use crate::cell::neighbors;

const PARAMETERS: &[Parameter] = &[Parameter::Cell("cell"), Parameter::Order("order")];

function_type! {
    /// Cells around a cell.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "NESTED ids of the cells of the same order that share an edge or a corner with a cell, as an ascending list. There are eight; seven for the 24 cells of an order that lie in a corner where only three base cells meet; six at order 0.",
        syntax_example = "healpix_neighbors(cell, order)",
        sql_example = r#"```sql
> SELECT healpix_neighbors(0, 0);
+--------------------------------------+
| healpix_neighbors(Int64(0),Int64(0)) |
+--------------------------------------+
| [1, 2, 3, 4, 5, 8]                   |
+--------------------------------------+
```"#,
        argument(name = "cell", description = "NESTED id of a HEALPix cell."),
        argument(name = "order", description = "Order of the cell, 0 to 29."),
        related_udf(name = "healpix_distance")
    )]
    HealpixNeighbors
}

impl ScalarUDFImpl for HealpixNeighbors {
    strict_function!(
        "healpix_neighbors",
        PARAMETERS,
        DataType::List(Arc::new(item())),
        Nullable::WithArguments
    );

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "healpix_neighbors";
        let cells = Column::<UInt64Type>::new(&args, 0)?;
        let orders = Column::<Int64Type>::new(&args, 1)?;
        let shape = Shape::of(&args);
        let mut lists = ListBuilder::new(UInt64Builder::new()).with_field(item());
        for row in 0..shape.rows {
            let (Some(cell), Some(value)) = (cells.get(row), orders.get(row)) else {
                lists.append_null();
                continue;
            };
            let around = neighbors(cell, order(name, "order", value)?)
                .map_err(|e| exec_datafusion_err!("{name}: {e}"))?;
            lists.values().append_slice(&around);
            lists.append(true);
        }
        shape.wrap(Arc::new(lists.finish()))
    }
}

fn item() -> Field {
    Field::new_list_field(DataType::UInt64, false)
}

//! `morton_parent(word, order)`.

use arrow::datatypes::{DataType, Int64Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter, order};
use crate::cell::morton::{NULL_WORD, parent};

const PARAMETERS: &[Parameter] = &[Parameter::Word("word"), Parameter::Order("order")];

function_type! {
    /// A Morton word clipped to an order.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "Packed Morton word of the cell, at a coarser order, that holds a cell or point. A word that is already at that order or coarser is returned as it is. NULL for the null word 0; a word with stray bits is an error.",
        syntax_example = "morton_parent(word, order)",
        sql_example = r#"```sql
> SELECT morton_text(morton_parent(morton_parse('-4312'), 2));
+------------------------------------------------------------------+
| morton_text(morton_parent(morton_parse(Utf8("-4312")),Int64(2))) |
+------------------------------------------------------------------+
| -431                                                             |
+------------------------------------------------------------------+
```"#,
        argument(name = "word", description = "Packed Morton word."),
        argument(name = "order", description = "The finest order the result may have, 0 to 29."),
        related_udf(name = "morton_order"),
        related_udf(name = "healpix_parent")
    )]
    MortonParent
}

impl ScalarUDFImpl for MortonParent {
    strict_function!("morton_parent", PARAMETERS, DataType::UInt64, Nullable::Always);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = "morton_parent";
        let words = Column::<UInt64Type>::new(&args, 0)?;
        let orders = Column::<Int64Type>::new(&args, 1)?;
        Shape::of(&args).collect::<UInt64Type>(|row| {
            let (Some(word), Some(value)) = (words.get(row), orders.get(row)) else {
                return Ok(None);
            };
            let order = order(name, "order", value)?;
            if word == NULL_WORD {
                return Ok(None);
            }
            parent(word, order).map(Some).map_err(|e| exec_datafusion_err!("{name}: {e}"))
        })
    }
}

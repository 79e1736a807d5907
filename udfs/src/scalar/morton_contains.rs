//! `morton_contains(coarse, fine)`.

use std::sync::Arc;

use arrow::array::BooleanArray;
use arrow::datatypes::{DataType, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter};
use crate::cell::morton::{NULL_WORD, contains};

const PARAMETERS: &[Parameter] = &[Parameter::Word("coarse"), Parameter::Word("fine")];

function_type! {
    /// Whether one cell holds another.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "Whether the cell of one word holds the cell or point of another. Every word holds itself, a point holds nothing else, and a cell does not hold a coarser one. NULL if either is NULL or the null word 0; a word with stray bits is an error.",
        syntax_example = "morton_contains(coarse, fine)",
        sql_example = r#"```sql
> SELECT morton_contains(morton_parse('-43'), morton_parse('-4312'));
+------------------------------------------------------------------------+
| morton_contains(morton_parse(Utf8("-43")),morton_parse(Utf8("-4312"))) |
+------------------------------------------------------------------------+
| true                                                                   |
+------------------------------------------------------------------------+
```"#,
        argument(name = "coarse", description = "Packed Morton word of the cell that may hold the other."),
        argument(name = "fine", description = "Packed Morton word of a cell or point."),
        related_udf(name = "morton_parent")
    )]
    MortonContains
}

impl ScalarUDFImpl for MortonContains {
    strict_function!("morton_contains", PARAMETERS, DataType::Boolean, Nullable::Always);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let coarse = Column::<UInt64Type>::new(&args, 0)?;
        let fine = Column::<UInt64Type>::new(&args, 1)?;
        let shape = Shape::of(&args);
        let word = |column: &Column<'_, UInt64Type>, row| {
            column.get(row).filter(|word| *word != NULL_WORD)
        };
        let held: BooleanArray = (0..shape.rows)
            .map(|row| match (word(&coarse, row), word(&fine, row)) {
                (Some(outer), Some(inner)) => contains(outer, inner)
                    .map(Some)
                    .map_err(|e| exec_datafusion_err!("morton_contains: {e}")),
                _ => Ok(None),
            })
            .collect::<Result<_>>()?;
        shape.wrap(Arc::new(held))
    }
}

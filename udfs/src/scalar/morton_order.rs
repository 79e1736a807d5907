//! `morton_order(word)`.

use arrow::datatypes::{DataType, UInt8Type, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter};
use crate::cell::morton::{NULL_WORD, order_of};

function_type! {
    /// The order of a Morton word.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "HEALPix order of a packed Morton word, 0 to 29; points have order 29. NULL for the null word 0; a word with stray bits is an error.",
        syntax_example = "morton_order(word)",
        sql_example = r#"```sql
> SELECT morton_order(morton_parse('-4312'));
+-------------------------------------------+
| morton_order(morton_parse(Utf8("-4312"))) |
+-------------------------------------------+
| 3                                         |
+-------------------------------------------+
```"#,
        argument(name = "word", description = "Packed Morton word."),
        related_udf(name = "morton_parent")
    )]
    MortonOrder
}

impl ScalarUDFImpl for MortonOrder {
    strict_function!("morton_order", &[Parameter::Word("word")], DataType::UInt8, Nullable::Always);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let words = Column::<UInt64Type>::new(&args, 0)?;
        Shape::of(&args).collect::<UInt8Type>(|row| match words.get(row) {
            None | Some(NULL_WORD) => Ok(None),
            Some(word) => {
                order_of(word).map(Some).map_err(|e| exec_datafusion_err!("morton_order: {e}"))
            }
        })
    }
}

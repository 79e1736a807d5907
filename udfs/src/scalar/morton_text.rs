//! `morton_text(word)`.

use std::sync::Arc;

use arrow::array::StringBuilder;
use arrow::datatypes::{DataType, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter};
use crate::cell::morton::{NULL_WORD, write_text};

function_type! {
    /// Decimal text of a Morton word.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "Decimal text of a packed Morton word: base cell as 1..6 or -1..-6, then one digit 1..4 per order, then p for a point. The text of an ancestor is a prefix of it. NULL for the null word 0; a word with stray bits is an error.",
        syntax_example = "morton_text(word)",
        sql_example = r#"```sql
> SELECT morton_text(healpix_to_morton(609, 3));
+-----------------------------------------------------+
| morton_text(healpix_to_morton(Int64(609),Int64(3))) |
+-----------------------------------------------------+
| -4312                                               |
+-----------------------------------------------------+
```"#,
        argument(name = "word", description = "Packed Morton word."),
        related_udf(name = "morton_parse")
    )]
    MortonText
}

impl ScalarUDFImpl for MortonText {
    strict_function!("morton_text", &[Parameter::Word("word")], DataType::Utf8, Nullable::Always);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let words = Column::<UInt64Type>::new(&args, 0)?;
        let shape = Shape::of(&args);
        let mut texts = StringBuilder::with_capacity(shape.rows, shape.rows * 20);
        for row in 0..shape.rows {
            match words.get(row) {
                None | Some(NULL_WORD) => texts.append_null(),
                Some(word) => {
                    write_text(word, &mut texts)
                        .map_err(|e| exec_datafusion_err!("morton_text: {e}"))?;
                    // Ends the value that was written piece by piece.
                    texts.append_value("");
                }
            }
        }
        shape.wrap(Arc::new(texts.finish()))
    }
}

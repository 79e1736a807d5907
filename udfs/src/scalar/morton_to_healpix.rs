//! `morton_to_healpix(word)`.

use arrow::datatypes::{DataType, UInt64Type};
use datafusion_common::{Result, exec_datafusion_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter};
use crate::cell::morton::{NULL_WORD, to_nested};

function_type! {
    /// NESTED id of a Morton word.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "NESTED id, at the word's own order, of the cell of a packed Morton word; a point gives its cell of order 29. The id does not tell its order: keep `morton_order(word)` beside it where orders are mixed. NULL for the null word 0; a word with stray bits is an error.",
        syntax_example = "morton_to_healpix(word)",
        sql_example = r#"```sql
> SELECT morton_to_healpix(morton_parse('-4312'));
+------------------------------------------------+
| morton_to_healpix(morton_parse(Utf8("-4312"))) |
+------------------------------------------------+
| 609                                            |
+------------------------------------------------+
```"#,
        argument(name = "word", description = "Packed Morton word."),
        related_udf(name = "healpix_to_morton"),
        related_udf(name = "morton_order")
    )]
    MortonToHealpix
}

impl ScalarUDFImpl for MortonToHealpix {
    strict_function!(
        "morton_to_healpix",
        &[Parameter::Word("word")],
        DataType::UInt64,
        Nullable::Always
    );

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let words = Column::<UInt64Type>::new(&args, 0)?;
        Shape::of(&args).collect::<UInt64Type>(|row| match words.get(row) {
            None | Some(NULL_WORD) => Ok(None),
            Some(word) => to_nested(word)
                .map(|parts| Some(parts.id))
                .map_err(|e| exec_datafusion_err!("morton_to_healpix: {e}")),
        })
    }
}

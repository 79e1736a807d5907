//! `morton_parse(text)`.

use std::sync::Arc;

use arrow::array::{Array, AsArray, UInt64Array};
use arrow::datatypes::DataType;
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, exec_datafusion_err, internal_err};
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::Shape;
use super::parameter::{Nullable, Parameter};
use crate::cell::morton::parse;

function_type! {
    /// Morton word of a decimal text.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "Packed Morton word of a decimal text, as `morton_text` writes it. Text that names no cell, also the empty text, is an error.",
        syntax_example = "morton_parse(text)",
        sql_example = r#"```sql
> SELECT morton_parse('-2');
+--------------------------+
| morton_parse(Utf8("-2")) |
+--------------------------+
| 9223372036854775808      |
+--------------------------+
```"#,
        argument(name = "text", description = "Decimal Morton id: `-?[1-6][1-4]{0,29}`, with `p` after 29 digits for a point."),
        related_udf(name = "morton_text")
    )]
    MortonParse
}

impl ScalarUDFImpl for MortonParse {
    strict_function!("morton_parse", &[Parameter::Text], DataType::UInt64, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let shape = Shape::of(&args);
        let [text] = take_function_args("morton_parse", args.args)?;
        let texts = text.into_array(shape.rows)?;
        let words = match texts.data_type() {
            DataType::Utf8 => words(texts.as_string::<i32>().iter()),
            DataType::LargeUtf8 => words(texts.as_string::<i64>().iter()),
            DataType::Utf8View => words(texts.as_string_view().iter()),
            other => internal_err!("morton_parse: text is {other}"),
        }?;
        shape.wrap(Arc::new(words))
    }
}

fn words<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Result<UInt64Array> {
    texts
        .map(|text| {
            text.map(parse).transpose().map_err(|e| exec_datafusion_err!("morton_parse: {e}"))
        })
        .collect()
}

//! `morton_cell(lon, lat, order [, convention])`.

use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::parameter::Nullable;
use super::position::{PARAMETERS, cells};
use crate::cell::morton::{Kind, NULL_WORD, from_nested};

function_type! {
    /// Morton word of the cell that holds a position.
    #[user_doc(
        doc_section(label = "Morton Functions"),
        description = "Packed Morton word of the HEALPix cell of an order that holds a position: `healpix_to_morton(healpix_cell(lon, lat, order), order)` in one step. At order 29 it is the word of the area, not of the point. NULL where the position is none, as in `healpix_cell`.",
        syntax_example = "morton_cell(lon, lat, order[, convention])",
        sql_example = r#"```sql
> SELECT morton_text(morton_cell(-49.5, 69.1, 6));
+-----------------------------------------------------------------+
| morton_text(morton_cell(Float64(-49.5),Float64(69.1),Int64(6))) |
+-----------------------------------------------------------------+
| 4441133                                                         |
+-----------------------------------------------------------------+
```"#,
        argument(name = "lon", description = "Longitude in degrees."),
        argument(name = "lat", description = "Geodetic WGS84 latitude in degrees."),
        argument(name = "order", description = "HEALPix order, 0 to 29."),
        argument(
            name = "convention",
            description = "Literal `'authalic'` (default) or `'sphere'`, as in `healpix_cell`."
        ),
        related_udf(name = "healpix_cell"),
        related_udf(name = "morton_parent")
    )]
    MortonCell
}

impl ScalarUDFImpl for MortonCell {
    strict_function!("morton_cell", PARAMETERS, DataType::UInt64, Nullable::Always);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        // An id that was just hashed has a word; were it not so, the null word is the safe answer.
        cells("morton_cell", &args, |id, order| {
            from_nested(id, order, Kind::Area).unwrap_or(NULL_WORD)
        })
    }
}

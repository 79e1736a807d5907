//! `healpix_lon(cell, order [, convention])`.

use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::center::{PARAMETERS, centers};
use super::parameter::Nullable;

function_type! {
    /// Longitude of a cell's centre.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "Longitude of a cell's centre in degrees, from -180 up to but not including 180. It is the same for both conventions.",
        syntax_example = "healpix_lon(cell, order[, convention])",
        sql_example = r#"```sql
> SELECT healpix_lon(3, 0);
+--------------------------------+
| healpix_lon(Int64(3),Int64(0)) |
+--------------------------------+
| -45.0                          |
+--------------------------------+
```"#,
        argument(name = "cell", description = "NESTED id of a HEALPix cell."),
        argument(name = "order", description = "Order of the cell, 0 to 29."),
        argument(
            name = "convention",
            description = "Literal `'authalic'` (default) or `'sphere'`, as in `healpix_cell`."
        ),
        related_udf(name = "healpix_lat"),
        related_udf(name = "healpix_cell")
    )]
    HealpixLon
}

impl ScalarUDFImpl for HealpixLon {
    strict_function!("healpix_lon", PARAMETERS, DataType::Float64, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        centers("healpix_lon", &args, |(lon, _)| lon)
    }
}

//! `healpix_lat(cell, order [, convention])`.

use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::center::{PARAMETERS, centers};
use super::parameter::Nullable;

function_type! {
    /// Latitude of a cell's centre.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "Geodetic WGS84 latitude of a cell's centre in degrees. The convention must be the one the cell was made with.",
        syntax_example = "healpix_lat(cell, order[, convention])",
        sql_example = r#"```sql
> SELECT healpix_lat(3, 0);
+--------------------------------+
| healpix_lat(Int64(3),Int64(0)) |
+--------------------------------+
| 41.93785391016008              |
+--------------------------------+
```"#,
        argument(name = "cell", description = "NESTED id of a HEALPix cell."),
        argument(name = "order", description = "Order of the cell, 0 to 29."),
        argument(
            name = "convention",
            description = "Literal `'authalic'` (default) or `'sphere'`, as in `healpix_cell`."
        ),
        related_udf(name = "healpix_lon"),
        related_udf(name = "healpix_cell")
    )]
    HealpixLat
}

impl ScalarUDFImpl for HealpixLat {
    strict_function!("healpix_lat", PARAMETERS, DataType::Float64, Nullable::WithArguments);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        centers("healpix_lat", &args, |(_, lat)| lat)
    }
}

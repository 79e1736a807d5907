//! `healpix_cell(lon, lat, order [, convention])`.

use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::parameter::Nullable;
use super::position::{PARAMETERS, cells};

function_type! {
    /// NESTED id of the cell that holds a position.
    #[user_doc(
        doc_section(label = "HEALPix Functions"),
        description = "NESTED id of the HEALPix cell of an order that holds a position. NULL where the position is none: latitude outside ±90, NaN or infinite. Any finite longitude is wrapped. Float32 coordinates are converted, but near longitude 180 their steps are 1.7 m, so orders above 21 then show the rounding rather than the position.",
        syntax_example = "healpix_cell(lon, lat, order[, convention])",
        sql_example = r#"```sql
> SELECT healpix_cell(-49.5, 69.1, 12);
+------------------------------------------------------+
| healpix_cell(Float64(-49.5),Float64(69.1),Int64(12)) |
+------------------------------------------------------+
| 66101639                                             |
+------------------------------------------------------+
```"#,
        argument(name = "lon", description = "Longitude in degrees."),
        argument(name = "lat", description = "Geodetic WGS84 latitude in degrees."),
        argument(name = "order", description = "HEALPix order, 0 to 29."),
        argument(
            name = "convention",
            description = "Literal `'authalic'` (default: the latitude is converted, cells have equal area on the ellipsoid) or `'sphere'` (the latitude is used as it is). The two give different cells."
        ),
        related_udf(name = "morton_cell"),
        related_udf(name = "healpix_parent")
    )]
    HealpixCell
}

impl ScalarUDFImpl for HealpixCell {
    strict_function!("healpix_cell", PARAMETERS, DataType::UInt64, Nullable::Always);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        cells("healpix_cell", &args, |id, _| id)
    }
}

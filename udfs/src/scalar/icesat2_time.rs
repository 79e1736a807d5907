//! `icesat2_time(delta_time)`.

use arrow::datatypes::{DataType, Float64Type, TimeUnit, TimestampNanosecondType};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter};

const PARAMETERS: &[Parameter] = &[Parameter::Seconds("delta_time")];

/// 2018-01-01T00:00:00Z in seconds since 1970: the epoch of `delta_time`, `atlas_sdp_gps_epoch` = 1198800018 s after the
/// GPS epoch, of which 18 are the leap seconds by which GPS time is ahead of UTC.
const EPOCH: i64 = 1_514_764_800;

function_type! {
    /// Time of an ICESat-2 observation.
    #[user_doc(
        doc_section(label = "ICESat-2 Functions"),
        description = "UTC time of an observation from `delta_time`, the GPS seconds since 2018-01-01T00:00:00 UTC (`atlas_sdp_gps_epoch` 1198800018) that ICESat-2 and GEDI products carry. GPS time does not stop for leap seconds; as none was added to UTC since 2017-01-01, the difference has been the 18 s of the epoch ever since, and seconds are simply added to it. That holds for all observations of both missions until another leap second is announced. The result is a timestamp in nanoseconds without a zone, rounded to the nearest; a double of these seconds is itself good to 30 ns. NULL for NaN, infinities, and what is outside the years 1678 to 2261.",
        syntax_example = "icesat2_time(delta_time)",
        sql_example = r#"```sql
> SELECT icesat2_time(31536000.5);
+-----------------------------------+
| icesat2_time(Float64(31536000.5)) |
+-----------------------------------+
| 2019-01-01T00:00:00.500           |
+-----------------------------------+
```"#,
        argument(name = "delta_time", description = "GPS seconds since 2018-01-01."),
        related_udf(name = "icesat2_cycle")
    )]
    Icesat2Time
}

impl ScalarUDFImpl for Icesat2Time {
    strict_function!(
        "icesat2_time",
        PARAMETERS,
        DataType::Timestamp(TimeUnit::Nanosecond, None),
        Nullable::Always
    );

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let seconds = Column::<Float64Type>::new(&args, 0)?;
        Shape::of(&args)
            .collect::<TimestampNanosecondType>(|row| Ok(seconds.get(row).and_then(nanoseconds)))
    }
}

/// Nanoseconds since 1970 of GPS seconds since the epoch. The whole seconds and the rest are taken apart, so that no digit
/// of a double is lost.
fn nanoseconds(seconds: f64) -> Option<i64> {
    let whole = seconds.floor();
    // Beyond it i64 ends anyway.
    if seconds.is_nan() || whole.abs() > 1e11 {
        return None;
    }
    let rest = ((seconds - whole) * 1e9).round() as i64;
    (EPOCH + whole as i64).checked_mul(1_000_000_000)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_since_the_epoch() {
        let epoch = EPOCH * 1_000_000_000;
        assert_eq!(nanoseconds(0.0), Some(epoch));
        assert_eq!(nanoseconds(1e-9), Some(epoch + 1));
        assert_eq!(nanoseconds(-0.25), Some(epoch - 250_000_000));
        // Nanoseconds as a double of 2.5e8 seconds has them.
        assert_eq!(nanoseconds(252_460_800.125), Some(epoch + 252_460_800_125_000_000));
        // Just below a whole second.
        assert_eq!(nanoseconds(1.0_f64.next_down()), Some(epoch + 1_000_000_000));
        for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.797e308, 9e9, -1.1e10] {
            assert_eq!(nanoseconds(none), None, "{none}");
        }
        assert!(nanoseconds(7.7e9).is_some() && nanoseconds(-1.07e10).is_some());
    }
}

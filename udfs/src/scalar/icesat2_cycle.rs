//! `icesat2_cycle(time)`.

use arrow::datatypes::{DataType, Int32Type, TimestampNanosecondType};
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl};
use datafusion_macros::user_doc;

use super::column::{Column, Shape};
use super::parameter::{Nullable, Parameter};

const PARAMETERS: &[Parameter] = &[Parameter::Time("time")];

const DAY: i64 = 86_400_000_000_000;
/// 2018-10-13, when cycle 1 began, in days since 1970.
const FIRST: i64 = 17_817;
/// Days of a cycle.
const DAYS: i64 = 91;

function_type! {
    /// Cycle of ICESat-2 at a time.
    #[user_doc(
        doc_section(label = "ICESat-2 Functions"),
        description = "Number of the 91-day repeat cycle of ICESat-2 at a time: cycle N begins 2018-10-13T00:00:00 UTC + (N - 1) * 91 days. NULL before cycle 1. By the calendar: a granule that was flown over the turn of a cycle has its own in its name.",
        syntax_example = "icesat2_cycle(time)",
        sql_example = r#"```sql
> SELECT icesat2_cycle(icesat2_time(31536000));
+----------------------------------------------+
| icesat2_cycle(icesat2_time(Int64(31536000))) |
+----------------------------------------------+
| 1                                            |
+----------------------------------------------+
```"#,
        argument(
            name = "time",
            description = "A timestamp of any unit (without a zone it is UTC), a date, or the text of one."
        ),
        related_udf(name = "icesat2_time")
    )]
    Icesat2Cycle
}

impl ScalarUDFImpl for Icesat2Cycle {
    strict_function!("icesat2_cycle", PARAMETERS, DataType::Int32, Nullable::Always);

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let times = Column::<TimestampNanosecondType>::new(&args, 0)?;
        Shape::of(&args).collect::<Int32Type>(|row| Ok(times.get(row).and_then(cycle)))
    }
}

fn cycle(nanoseconds: i64) -> Option<i32> {
    let days = nanoseconds.div_euclid(DAY) - FIRST;
    i32::try_from(days.div_euclid(DAYS) + 1).ok().filter(|cycle| *cycle > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_begin_at_midnight() {
        let first = FIRST * DAY;
        assert_eq!(cycle(first), Some(1));
        assert_eq!(cycle(first - 1), None);
        assert_eq!(cycle(first + DAYS * DAY - 1), Some(1));
        assert_eq!(cycle(first + DAYS * DAY), Some(2));
        assert_eq!(cycle(first + 20 * DAYS * DAY), Some(21));
        assert_eq!((cycle(i64::MIN), cycle(i64::MAX)), (None, Some(978)));
    }
}

//! `nmad(x)`.

use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, GroupsAccumulator};
use datafusion_macros::user_doc;

use super::function::Aggregate;
use super::gathered::{self, Shape, Summary};

aggregate_function! {
    /// `nmad(x)`: the normalized median absolute deviation, 1.4826 · median(|x − median(x)|), in Float64.
    ///
    /// For values of a normal distribution it is their standard deviation; outliers hardly move it (Höhle and Höhle,
    /// *Accuracy assessment of digital elevation models by means of robust statistical methods*, 2009). Medians are those
    /// of [`Quantile`](super::Quantile), exact, with the mean of the middle two for an even number.
    ///
    /// NULL and NaN do not count; a group without values is NULL. Infinities count, and the result is NaN where the median
    /// is one.
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns the normalized median absolute deviation, 1.4826 * median(abs(x - median(x))), as a double: a standard deviation that outliers hardly move. Exact. NULL and NaN do not count; NULL if no value counts. NaN where the median is infinite.",
        syntax_example = "nmad(x)",
        sql_example = r#"```sql
> SELECT cell, nmad(h_li) FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number."),
        related_udf(name = "stable_std"),
        related_udf(name = "quantile")
    )]
    Nmad, nmad_udaf
}

impl Aggregate for Nmad {
    const NAME: &'static str = "nmad";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [x]: [&DataType; 1] = take_function_args(Self::NAME, arg_types)?;
        Ok(vec![gathered::value_type(Self::NAME, x)?])
    }

    fn returns(_arg_types: &[DataType]) -> Result<DataType> {
        Ok(Shape::Number.data_type())
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        gathered::state_fields(Self::NAME, args)
    }

    fn single(args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        gathered::accumulator(Self::NAME, Summary::Nmad, args)
    }

    fn groups(args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        gathered::groups_accumulator(Self::NAME, Summary::Nmad, args)
    }
}

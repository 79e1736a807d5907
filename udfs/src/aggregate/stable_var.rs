//! `stable_var(x)` and `stable_std(x)`.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::Result;
use datafusion_common::utils::take_function_args;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::format_state_name;
use datafusion_expr::{Accumulator, GroupsAccumulator};
use datafusion_macros::user_doc;

use super::function::Aggregate;
use super::numbers::check_number;
use super::statistic::{Groups, Single};

mod moments;
#[cfg(test)]
mod tests;

/// Which of the two a sum of squares becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Spread {
    Variance,
    Deviation,
}

aggregate_function! {
    /// `stable_var(x)`: the population variance, in Float64.
    ///
    /// Values are taken as distances from the group's first value, which for Float32 input are exact, and their first two
    /// moments are summed in row order. Heights of kilometres with a spread of centimetres keep all their digits that way;
    /// a running mean, as in `var_pop`, loses about half of them.
    ///
    /// A NULL or NaN does not count; a group in which no row counts is NULL.
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns the population variance as a double, from distances to the group's first value, so that a small spread around a large mean keeps its digits. NULL and NaN do not count; NULL if no row counts.",
        syntax_example = "stable_var(x)",
        sql_example = r#"```sql
> SELECT cell, stable_var(h_li) FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number, taken as a double."),
        related_udf(name = "stable_std")
    )]
    StableVar, stable_var_udaf
}

aggregate_function! {
    /// `stable_std(x)`: the square root of [`StableVar`].
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns the population standard deviation as a double: the square root of stable_var(x).",
        syntax_example = "stable_std(x)",
        sql_example = r#"```sql
> SELECT cell, stable_std(h_li) FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number, taken as a double."),
        related_udf(name = "stable_var"),
        related_udf(name = "nmad")
    )]
    StableStd, stable_std_udaf
}

/// The two differ in nothing but their name and the [`Spread`] that they give.
macro_rules! spread {
    ($type:ty, $name:literal, $spread:expr) => {
        impl Aggregate for $type {
            const NAME: &'static str = $name;

            fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
                let [x]: [&DataType; 1] = take_function_args($name, arg_types)?;
                check_number($name, "x", x)?;
                Ok(vec![DataType::Float64])
            }

            fn returns(_arg_types: &[DataType]) -> Result<DataType> {
                Ok(DataType::Float64)
            }

            fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
                let field =
                    |part| Field::new(format_state_name(args.name, part), DataType::Float64, false);
                let parts = ["count", "origin", "sum", "squares"];
                Ok(parts.map(|part| Arc::new(field(part))).to_vec())
            }

            fn single(_args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
                Ok(Box::new(Single::new($spread)))
            }

            fn groups(_args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
                Ok(Box::new(Groups::new($spread)))
            }
        }
    };
}

spread!(StableVar, "stable_var", Spread::Variance);
spread!(StableStd, "stable_std", Spread::Deviation);

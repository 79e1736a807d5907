//! `weighted_avg(x, w)`.

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

mod sums;
#[cfg(test)]
mod tests;

use sums::WeightedMean;

aggregate_function! {
    /// `weighted_avg(x, w)`: Σ w·x / Σ w, in Float64.
    ///
    /// A row counts if `x` is neither NULL nor NaN and `w` is finite and above zero; a group in which no row counts is
    /// NULL. Rows are added one after the other, in row order and without compensation. An infinite `x` counts, and gives
    /// an infinity, or NaN beside the opposite one; so do sums that leave the range of Float64.
    ///
    /// The partial state is the pair (Σ w, Σ w·x).
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns the weighted mean, sum(w * x) / sum(w), as a double. A row counts if x is neither NULL nor NaN and w is finite and greater than zero; NULL if no row counts. Rows are added in row order.",
        syntax_example = "weighted_avg(x, w)",
        sql_example = r#"```sql
> SELECT cell, weighted_avg(h_li, 1.0 / (h_li_sigma * h_li_sigma)) FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number, taken as a double."),
        argument(name = "w", description = "The weight of each row: any number, taken as a double.")
    )]
    WeightedAvg, weighted_avg_udaf
}

impl Aggregate for WeightedAvg {
    const NAME: &'static str = "weighted_avg";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let args: [&DataType; 2] = take_function_args(Self::NAME, arg_types)?;
        for (name, given) in ["x", "w"].into_iter().zip(args) {
            check_number(Self::NAME, name, given)?;
        }
        Ok(vec![DataType::Float64; 2])
    }

    fn returns(_arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |part| {
            Arc::new(Field::new(format_state_name(args.name, part), DataType::Float64, false))
        };
        Ok(vec![field("weights"), field("weighted")])
    }

    fn single(_args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(WeightedMean)))
    }

    fn groups(_args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(WeightedMean)))
    }
}

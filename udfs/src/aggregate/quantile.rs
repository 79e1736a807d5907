//! `quantile(x, q)`.

use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, plan_err};
use datafusion_expr::expr::AggregateFunctionParams;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, GroupsAccumulator};
use datafusion_macros::user_doc;

use super::function::Aggregate;
use super::gathered::{self, Shape, Summary};

aggregate_function! {
    /// `quantile(x, q)`: the exact quantile of the values that are neither NULL nor NaN, as Float64.
    ///
    /// With n values `s[0] ≤ … ≤ s[n−1]`, `h = q (n−1)` and `i = ⌊h⌋` it is `s[i] + (h−i) (s[i+1] − s[i])`: the "linear" method of
    /// numpy, type 7 of Hyndman and Fan, *Sample quantiles in statistical packages* (1996). A group without values is NULL.
    /// Infinities count and sort at the ends. By the formula a quantile between a number and ∞ is ∞, and one between −∞ and
    /// any other value is NaN.
    ///
    /// `x` is any number: Float32 is gathered as it is, in 4 bytes, every other type as Float64. `q` is a constant in [0, 1];
    /// any other is refused with the plan.
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns the exact quantile of the values, with linear interpolation between neighbours (numpy's default), as a double. NULL and NaN do not count; NULL if no value counts. Several quantiles of one expression are computed over one gathered list.",
        syntax_example = "quantile(x, q)",
        sql_example = r#"```sql
> SELECT cell, quantile(h_li, 0.5) AS median FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number."),
        argument(name = "q", description = "The quantile: a constant between 0 and 1, both included.")
    )]
    Quantile, quantile_udaf
}

const SHAPE: Shape = Shape::Number;

impl Aggregate for Quantile {
    const NAME: &'static str = "quantile";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [x, q]: [&DataType; 2] = take_function_args(Self::NAME, arg_types)?;
        if !(q.is_numeric() || q.is_null()) {
            return plan_err!("quantile: q must be a number in [0, 1], got {q}");
        }
        Ok(vec![gathered::value_type(Self::NAME, x)?, DataType::Float64])
    }

    fn returns(_arg_types: &[DataType]) -> Result<DataType> {
        Ok(SHAPE.data_type())
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        gathered::state_fields(Self::NAME, args)
    }

    fn check(params: &AggregateFunctionParams) -> Result<()> {
        gathered::check_logical(Self::NAME, SHAPE, params)
    }

    fn single(args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let summary = Summary::quantiles(Self::NAME, SHAPE, args)?;
        gathered::accumulator(Self::NAME, summary, args)
    }

    fn groups(args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let summary = Summary::quantiles(Self::NAME, SHAPE, args)?;
        gathered::groups_accumulator(Self::NAME, summary, args)
    }
}

//! `quantiles(x, [q1, q2, …])`.

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
    /// `quantiles(x, [q1, q2, …])`: several quantiles of one gathered list, in the order in which the `q` are given.
    ///
    /// Each is what [`Quantile`](super::Quantile) gives for its `q`, by the same rules. The result is a list of Float64 whose
    /// elements are never NULL; a group without values is NULL as a whole.
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns several exact quantiles of the values as a list of doubles, in the order given, gathering the values once. NULL and NaN do not count; NULL if no value counts.",
        syntax_example = "quantiles(x, [q1, q2, ...])",
        sql_example = r#"```sql
> SELECT cell, quantiles(h_li, [0.25, 0.5, 0.75]) AS quartiles FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number."),
        argument(
            name = "q",
            description = "A constant list of quantiles, each between 0 and 1, both included."
        )
    )]
    Quantiles, quantiles_udaf
}

const SHAPE: Shape = Shape::List;

impl Aggregate for Quantiles {
    const NAME: &'static str = "quantiles";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [x, q]: [&DataType; 2] = take_function_args(Self::NAME, arg_types)?;
        let item = match q {
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
                item.data_type()
            }
            q => q,
        };
        if q.is_numeric() || !(item.is_numeric() || item.is_null()) {
            return plan_err!("quantiles: q must be a list of numbers in [0, 1], got {q}");
        }
        let list = DataType::new_list(DataType::Float64, true);
        Ok(vec![gathered::value_type(Self::NAME, x)?, list])
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

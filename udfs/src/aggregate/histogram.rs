//! `histogram(x, lo, hi, bins)`.

mod bins;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, ScalarValue, plan_err};
use datafusion_expr::expr::AggregateFunctionParams;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::format_state_name;
use datafusion_expr::{Accumulator, GroupsAccumulator};
use datafusion_macros::user_doc;

use super::constant;
use super::function::Aggregate;
use super::numbers::check_number;
use super::statistic::{Groups, Single};
use bins::{Bins, counts_type};

aggregate_function! {
    /// `histogram(x, lo, hi, bins)`: how many values fall in each of `bins` equal bins from `lo` to `hi`, as a list of Int64.
    ///
    /// Bin i holds the values from `lo + i (hi − lo)/bins` up to but not including the edge of the next; the last one holds
    /// `hi` too, as numpy's does. Values outside, infinities among them, are in no bin: `count(x)` minus the sum of the
    /// list says how many. NULL and NaN do not count; a group without values is NULL, one whose values all lie outside has
    /// zeros.
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns how many values fall in each of a number of equal bins from lo to hi, as a list of integers. A bin includes its lower edge and not its upper one, save the last, which includes hi. Values outside lo to hi, infinities too, are in no bin; compare with count(x) to see how many. NULL and NaN do not count; NULL if no value counts.",
        syntax_example = "histogram(x, lo, hi, bins)",
        sql_example = r#"```sql
> SELECT cell, histogram(h_ph, -20, 80, 100) FROM atl03 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number, taken as a double."),
        argument(name = "lo", description = "Lower edge of the first bin: a constant, finite."),
        argument(name = "hi", description = "Upper edge of the last bin: a constant, above lo."),
        argument(name = "bins", description = "How many bins: a constant from 1 to 65536.")
    )]
    Histogram, histogram_udaf
}

impl Aggregate for Histogram {
    const NAME: &'static str = "histogram";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [x, lo, hi, bins]: [&DataType; 4] = take_function_args(Self::NAME, arg_types)?;
        for (name, given) in [("x", x), ("lo", lo), ("hi", hi)] {
            check_number(Self::NAME, name, given)?;
        }
        if !(bins.is_integer() || bins.is_null()) {
            return plan_err!("histogram: bins is {bins}, expected an integer");
        }
        let number = DataType::Float64;
        Ok(vec![number.clone(), number.clone(), number, DataType::Int64])
    }

    fn returns(_arg_types: &[DataType]) -> Result<DataType> {
        Ok(counts_type())
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let name = format_state_name(args.name, "counts");
        Ok(vec![Arc::new(Field::new(name, counts_type(), true))])
    }

    fn check(params: &AggregateFunctionParams) -> Result<()> {
        let [_, lo, hi, bins] = take_function_args(Self::NAME, &params.args)?;
        let logical = |name, argument| constant::logical(Self::NAME, name, argument);
        match (logical("lo", lo)?, logical("hi", hi)?, logical("bins", bins)?) {
            (Some(lo), Some(hi), Some(bins)) => of_constants(lo, hi, bins).map(|_| ()),
            _ => Ok(()),
        }
    }

    fn single(args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(of_call(args)?)))
    }

    fn groups(args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(of_call(args)?)))
    }
}

fn of_call(args: &AccumulatorArgs) -> Result<Bins> {
    let physical = |name, index| constant::physical(Histogram::NAME, name, args, index);
    of_constants(&physical("lo", 1)?, &physical("hi", 2)?, &physical("bins", 3)?)
}

fn of_constants(lo: &ScalarValue, hi: &ScalarValue, bins: &ScalarValue) -> Result<Bins> {
    let lo = constant::number(Histogram::NAME, "lo", lo)?;
    let hi = constant::number(Histogram::NAME, "hi", hi)?;
    Bins::new(lo, hi, constant::integer(Histogram::NAME, "bins", bins)?)
}

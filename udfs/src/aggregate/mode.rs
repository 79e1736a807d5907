//! `mode(x)`.

mod category;
mod counts;
mod statistic;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Int64Type, UInt64Type};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, internal_err, plan_err};
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::format_state_name;
use datafusion_expr::{Accumulator, GroupsAccumulator};
use datafusion_macros::user_doc;

use super::function::Aggregate;
use super::statistic::{Groups, Single};
use category::{Integer, Text};
use statistic::MostFrequent;

aggregate_function! {
    /// `mode(x)`: the most frequent value, in the type of `x`; of several, the smallest.
    ///
    /// `x` is an integer of any width, a Boolean (false before true) or text (by its bytes). NULL does not count; a group
    /// without values is NULL. Floats are refused: few of them are ever the same, and where they are flags a cast says so.
    ///
    /// What is held per group grows with the number of different values, not of rows.
    #[user_doc(
        doc_section(label = "Statistical Functions"),
        description = "Returns the most frequent value, in its own type; the smallest of several that are equally frequent. For integers, flags, Booleans and text; floats are refused. NULL does not count; NULL if no value counts.",
        syntax_example = "mode(x)",
        sql_example = r#"```sql
> SELECT cell, mode(atl06_quality_summary) FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: integers, Booleans or text."),
        related_udf(name = "histogram")
    )]
    Mode, mode_udaf
}

/// How values of a type are counted.
enum Counted {
    Signed,
    Unsigned,
    Text,
}

impl Counted {
    fn of(x: Option<&DataType>) -> Result<Self> {
        match x {
            Some(DataType::UInt64) => Ok(Self::Unsigned),
            Some(x) if x.is_string() => Ok(Self::Text),
            Some(x) if x.is_integer() || *x == DataType::Boolean => Ok(Self::Signed),
            x => internal_err!("mode of {x:?}"),
        }
    }
}

impl Aggregate for Mode {
    const NAME: &'static str = "mode";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [x]: [&DataType; 1] = take_function_args(Self::NAME, arg_types)?;
        let x = match x {
            DataType::Dictionary(_, value) => value.as_ref(),
            x => x,
        };
        match x {
            x if x.is_integer() || *x == DataType::Boolean => Ok(vec![x.clone()]),
            x if x.is_string() => Ok(vec![DataType::Utf8]),
            DataType::Null => Ok(vec![DataType::Int64]),
            x => plan_err!("mode: x is {x}, expected integers, Booleans or text"),
        }
    }

    fn returns(arg_types: &[DataType]) -> Result<DataType> {
        let [x]: [&DataType; 1] = take_function_args(Self::NAME, arg_types)?;
        Ok(x.clone())
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let value = match Counted::of(args.input_fields.first().map(|x| x.data_type()))? {
            Counted::Signed => DataType::Int64,
            Counted::Unsigned => DataType::UInt64,
            Counted::Text => DataType::Utf8,
        };
        let list = |part, item| {
            let list = DataType::LargeList(Arc::new(Field::new_list_field(item, false)));
            Arc::new(Field::new(format_state_name(args.name, part), list, false))
        };
        Ok(vec![list("values", value), list("counts", DataType::UInt64)])
    }

    fn single(args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let returns = args.return_type().clone();
        Ok(match Counted::of(args.expr_fields.first().map(|x| x.data_type()))? {
            Counted::Signed => {
                Box::new(Single::new(MostFrequent::<Integer<Int64Type>>::new(returns)))
            }
            Counted::Unsigned => {
                Box::new(Single::new(MostFrequent::<Integer<UInt64Type>>::new(returns)))
            }
            Counted::Text => Box::new(Single::new(MostFrequent::<Text>::new(returns))),
        })
    }

    fn groups(args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let returns = args.return_type().clone();
        Ok(match Counted::of(args.expr_fields.first().map(|x| x.data_type()))? {
            Counted::Signed => {
                Box::new(Groups::new(MostFrequent::<Integer<Int64Type>>::new(returns)))
            }
            Counted::Unsigned => {
                Box::new(Groups::new(MostFrequent::<Integer<UInt64Type>>::new(returns)))
            }
            Counted::Text => Box::new(Groups::new(MostFrequent::<Text>::new(returns))),
        })
    }
}

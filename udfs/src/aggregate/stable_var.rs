//! `stable_var(x)` and `stable_std(x)`.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, plan_err};
use datafusion_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::argument::refuse_distinct;

mod groups;
mod moments;
mod row;
#[cfg(test)]
mod tests;

use groups::SpreadGroups;
use row::SpreadRow;

/// Which of the two a sum of squares becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Spread {
    Variance,
    Deviation,
}

/// `stable_var(x)`: the population variance, in Float64.
///
/// Values are taken as distances from the group's first value, which for Float32 input are exact, and their first two
/// moments are summed in row order. Heights of kilometres with a spread of centimetres keep all their digits that way; a
/// running mean, as in `var_pop`, loses about half of them.
///
/// A NULL or NaN does not count; a group in which no row counts is NULL.
#[user_doc(
    doc_section(label = "Statistical Functions"),
    description = "Returns the population variance as a double, from distances to the group's first value, so that a small spread around a large mean keeps its digits. NULL and NaN do not count; NULL if no row counts.",
    syntax_example = "stable_var(x)",
    sql_example = r#"```sql
> SELECT cell, stable_var(h_li) FROM atl06 GROUP BY cell;
```"#,
    argument(name = "x", description = "The values: any number, taken as a double.")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableVar {
    signature: Signature,
}

/// `stable_std(x)`: the square root of [`StableVar`].
#[user_doc(
    doc_section(label = "Statistical Functions"),
    description = "Returns the population standard deviation as a double: the square root of stable_var(x).",
    syntax_example = "stable_std(x)",
    sql_example = r#"```sql
> SELECT cell, stable_std(h_li) FROM atl06 GROUP BY cell;
```"#,
    argument(name = "x", description = "The values: any number, taken as a double.")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct StableStd {
    signature: Signature,
}

/// The function `stable_var`, one instance for the process.
pub fn stable_var_udaf() -> Arc<AggregateUDF> {
    static UDAF: LazyLock<Arc<AggregateUDF>> =
        LazyLock::new(|| Arc::new(AggregateUDF::from(StableVar::default())));
    Arc::clone(&UDAF)
}

/// The function `stable_std`, one instance for the process.
pub fn stable_std_udaf() -> Arc<AggregateUDF> {
    static UDAF: LazyLock<Arc<AggregateUDF>> =
        LazyLock::new(|| Arc::new(AggregateUDF::from(StableStd::default())));
    Arc::clone(&UDAF)
}

fn signature() -> Signature {
    Signature::user_defined(Volatility::Immutable)
}

fn coerce(function: &str, arg_types: &[DataType]) -> Result<Vec<DataType>> {
    let [x]: [&DataType; 1] = take_function_args(function, arg_types)?;
    if !(x.is_numeric() || x.is_null()) {
        return plan_err!("{function}: x must be a number, got {x}");
    }
    Ok(vec![DataType::Float64])
}

fn state(args: &StateFieldsArgs) -> Vec<FieldRef> {
    let parts = ["count", "origin", "sum", "squares"];
    let field = |part| Field::new(format_state_name(args.name, part), DataType::Float64, false);
    parts.into_iter().map(|part| Arc::new(field(part))).collect()
}

macro_rules! spread {
    ($type:ty, $name:literal, $spread:expr) => {
        impl Default for $type {
            fn default() -> Self {
                Self { signature: signature() }
            }
        }

        impl AggregateUDFImpl for $type {
            fn name(&self) -> &str {
                $name
            }

            fn signature(&self) -> &Signature {
                &self.signature
            }

            fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
                coerce($name, arg_types)
            }

            fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
                Ok(DataType::Float64)
            }

            fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
                Ok(state(&args))
            }

            fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
                refuse_distinct($name, args.is_distinct)?;
                Ok(Box::new(SpreadRow::new($spread)))
            }

            fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
                true
            }

            fn create_groups_accumulator(
                &self,
                args: AccumulatorArgs,
            ) -> Result<Box<dyn GroupsAccumulator>> {
                refuse_distinct($name, args.is_distinct)?;
                Ok(Box::new(SpreadGroups::new($spread)))
            }

            fn simplify(&self) -> Option<AggregateFunctionSimplification> {
                Some(Box::new(|function, _| {
                    refuse_distinct($name, function.params.distinct)?;
                    Ok(Expr::AggregateFunction(function))
                }))
            }

            fn order_sensitivity(&self) -> AggregateOrderSensitivity {
                AggregateOrderSensitivity::Insensitive
            }

            fn documentation(&self) -> Option<&Documentation> {
                self.doc()
            }
        }
    };
}

spread!(StableVar, "stable_var", Spread::Variance);
spread!(StableStd, "stable_std", Spread::Deviation);

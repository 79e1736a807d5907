//! `weighted_avg(x, w)`.

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
mod row;
mod sums;
#[cfg(test)]
mod tests;

use groups::WeightedAvgGroups;
use row::WeightedAvgRow;

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
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct WeightedAvg {
    signature: Signature,
}

/// The function `weighted_avg`, one instance for the process.
pub fn weighted_avg_udaf() -> Arc<AggregateUDF> {
    static UDAF: LazyLock<Arc<AggregateUDF>> =
        LazyLock::new(|| Arc::new(AggregateUDF::from(WeightedAvg::default())));
    Arc::clone(&UDAF)
}

impl Default for WeightedAvg {
    fn default() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for WeightedAvg {
    fn name(&self) -> &str {
        "weighted_avg"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let args: [&DataType; 2] = take_function_args(self.name(), arg_types)?;
        for (name, dt) in ["x", "w"].into_iter().zip(args) {
            if !(dt.is_numeric() || dt.is_null()) {
                return plan_err!("weighted_avg: {name} must be a number, got {dt}");
            }
        }
        Ok(vec![DataType::Float64; 2])
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = |part| {
            Arc::new(Field::new(format_state_name(args.name, part), DataType::Float64, false))
        };
        Ok(vec![field("weights"), field("weighted")])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), args.is_distinct)?;
        Ok(Box::new(WeightedAvgRow::default()))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        refuse_distinct(self.name(), args.is_distinct)?;
        Ok(Box::new(WeightedAvgGroups::default()))
    }

    /// Nothing is simplified: the hook reports what cannot be planned while the query is still being planned.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(Box::new(|function, _| {
            refuse_distinct("weighted_avg", function.params.distinct)?;
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

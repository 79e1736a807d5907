//! `quantiles(x, [q1, q2, …])`.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, plan_err};
use datafusion_expr::function::{
    AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs,
};
use datafusion_expr::utils::AggregateOrderSensitivity;
use datafusion_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Signature,
    Volatility,
};
use datafusion_macros::user_doc;

use super::gathered::{self, Shape};

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
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Quantiles {
    signature: Signature,
}

/// The function `quantiles`, one instance for the process.
pub fn quantiles_udaf() -> Arc<AggregateUDF> {
    static UDAF: LazyLock<Arc<AggregateUDF>> =
        LazyLock::new(|| Arc::new(AggregateUDF::from(Quantiles::default())));
    Arc::clone(&UDAF)
}

impl Default for Quantiles {
    fn default() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Quantiles {
    fn name(&self) -> &str {
        "quantiles"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [x, q]: [&DataType; 2] = take_function_args(self.name(), arg_types)?;
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
        Ok(vec![gathered::value_type(self.name(), x)?, list])
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(Shape::List.data_type())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        gathered::state_fields(self.name(), &args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        gathered::accumulator(self.name(), Shape::List, &args)
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        gathered::groups_accumulator(self.name(), Shape::List, &args)
    }

    /// Nothing is simplified: the hook reports a bad `q` while the query is still being planned.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(Box::new(|function, _| {
            gathered::check_logical("quantiles", Shape::List, &function.params)?;
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

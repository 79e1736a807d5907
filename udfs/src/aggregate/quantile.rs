//! `quantile(x, q)`.

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
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Quantile {
    signature: Signature,
}

/// The function `quantile`, one instance for the process.
pub fn quantile_udaf() -> Arc<AggregateUDF> {
    static UDAF: LazyLock<Arc<AggregateUDF>> =
        LazyLock::new(|| Arc::new(AggregateUDF::from(Quantile::default())));
    Arc::clone(&UDAF)
}

impl Default for Quantile {
    fn default() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Quantile {
    fn name(&self) -> &str {
        "quantile"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [x, q]: [&DataType; 2] = take_function_args(self.name(), arg_types)?;
        if !(q.is_numeric() || q.is_null()) {
            return plan_err!("quantile: q must be a number in [0, 1], got {q}");
        }
        Ok(vec![gathered::value_type(self.name(), x)?, DataType::Float64])
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(Shape::Number.data_type())
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        gathered::state_fields(self.name(), &args)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        gathered::accumulator(self.name(), Shape::Number, &args)
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        gathered::groups_accumulator(self.name(), Shape::Number, &args)
    }

    /// Nothing is simplified: the hook reports a bad `q` while the query is still being planned.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(Box::new(|function, _| {
            gathered::check_logical("quantile", Shape::Number, &function.params)?;
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

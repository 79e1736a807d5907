//! What an aggregate function has of its own, and all that DataFusion asks beside it, written once.

use std::collections::HashMap;
use std::fmt::Debug;

use arrow::datatypes::{DataType, FieldRef};
use datafusion_common::{Result, plan_err};
use datafusion_expr::expr::AggregateFunctionParams;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::{Accumulator, GroupsAccumulator};

/// The part of an `AggregateUDFImpl` in which the functions here differ. [`aggregate_function!`] makes the rest of it:
/// every function takes arguments by its own [`coerce`](Self::coerce), exists with and without groups, refuses DISTINCT,
/// gives the same for any order of rows (but for the last bits of sums), and reports at planning what cannot be planned.
pub(super) trait Aggregate: Debug + 'static {
    /// The SQL name.
    const NAME: &'static str;

    /// The types the arguments are brought to, or what is wrong with them.
    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>>;

    /// The type of the result.
    fn returns(arg_types: &[DataType]) -> Result<DataType>;

    /// What the field of the result says about its values.
    fn metadata() -> HashMap<String, String> {
        HashMap::new()
    }

    /// The columns of a partial state.
    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>>;

    /// Refuses arguments, such as constants out of range, while the query is still being planned.
    fn check(_params: &AggregateFunctionParams) -> Result<()> {
        Ok(())
    }

    /// The accumulator for one group: the ungrouped form, and windows.
    fn single(args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>>;

    /// The accumulator for many groups.
    fn groups(args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>>;
}

/// DISTINCT would have to drop rows by their whole argument list, which none of these functions does.
pub(super) fn refuse_distinct(function: &str, distinct: bool) -> Result<()> {
    if distinct {
        return plan_err!("{function} does not take DISTINCT");
    }
    Ok(())
}

/// Declares the type of an aggregate function, the function that gives its one instance, and its `AggregateUDFImpl` by way
/// of its [`Aggregate`]. The attributes are those of the type: its documentation, and `#[user_doc]` for SQL.
macro_rules! aggregate_function {
    ($(#[$attribute:meta])* $type:ident, $instance:ident) => {
        $(#[$attribute])*
        #[derive(Debug, PartialEq, Eq, Hash)]
        pub struct $type {
            signature: datafusion_expr::Signature,
        }

        impl Default for $type {
            fn default() -> Self {
                let volatility = datafusion_expr::Volatility::Immutable;
                Self { signature: datafusion_expr::Signature::user_defined(volatility) }
            }
        }

        #[doc = concat!("The function of [`", stringify!($type), "`], one instance for the process.")]
        pub fn $instance() -> std::sync::Arc<datafusion_expr::AggregateUDF> {
            use std::sync::{Arc, LazyLock};
            static UDAF: LazyLock<Arc<datafusion_expr::AggregateUDF>> =
                LazyLock::new(|| Arc::new(datafusion_expr::AggregateUDF::from($type::default())));
            Arc::clone(&UDAF)
        }

        impl datafusion_expr::AggregateUDFImpl for $type {
            fn name(&self) -> &str {
                <Self as $crate::aggregate::function::Aggregate>::NAME
            }

            fn signature(&self) -> &datafusion_expr::Signature {
                &self.signature
            }

            fn coerce_types(
                &self,
                arg_types: &[arrow::datatypes::DataType],
            ) -> datafusion_common::Result<Vec<arrow::datatypes::DataType>> {
                <Self as $crate::aggregate::function::Aggregate>::coerce(arg_types)
            }

            fn return_type(
                &self,
                arg_types: &[arrow::datatypes::DataType],
            ) -> datafusion_common::Result<arrow::datatypes::DataType> {
                <Self as $crate::aggregate::function::Aggregate>::returns(arg_types)
            }

            fn return_field(
                &self,
                arg_fields: &[arrow::datatypes::FieldRef],
            ) -> datafusion_common::Result<arrow::datatypes::FieldRef> {
                use $crate::aggregate::function::Aggregate;
                let types: Vec<_> = arg_fields.iter().map(|f| f.data_type().clone()).collect();
                let returns = <Self as Aggregate>::returns(&types)?;
                let field = arrow::datatypes::Field::new(self.name(), returns, true);
                Ok(std::sync::Arc::new(field.with_metadata(<Self as Aggregate>::metadata())))
            }

            fn state_fields(
                &self,
                args: datafusion_expr::function::StateFieldsArgs,
            ) -> datafusion_common::Result<Vec<arrow::datatypes::FieldRef>> {
                <Self as $crate::aggregate::function::Aggregate>::state(&args)
            }

            fn accumulator(
                &self,
                args: datafusion_expr::function::AccumulatorArgs,
            ) -> datafusion_common::Result<Box<dyn datafusion_expr::Accumulator>> {
                $crate::aggregate::function::refuse_distinct(self.name(), args.is_distinct)?;
                <Self as $crate::aggregate::function::Aggregate>::single(&args)
            }

            fn groups_accumulator_supported(
                &self,
                _args: datafusion_expr::function::AccumulatorArgs,
            ) -> bool {
                true
            }

            fn create_groups_accumulator(
                &self,
                args: datafusion_expr::function::AccumulatorArgs,
            ) -> datafusion_common::Result<Box<dyn datafusion_expr::GroupsAccumulator>> {
                $crate::aggregate::function::refuse_distinct(self.name(), args.is_distinct)?;
                <Self as $crate::aggregate::function::Aggregate>::groups(&args)
            }

            /// Nothing is simplified: the hook reports what cannot be planned while the query is still being planned.
            fn simplify(
                &self,
            ) -> Option<datafusion_expr::function::AggregateFunctionSimplification> {
                Some(Box::new(|function, _| {
                    use $crate::aggregate::function::{Aggregate, refuse_distinct};
                    refuse_distinct(<Self as Aggregate>::NAME, function.params.distinct)?;
                    <Self as Aggregate>::check(&function.params)?;
                    Ok(datafusion_expr::Expr::AggregateFunction(function))
                }))
            }

            fn order_sensitivity(&self) -> datafusion_expr::utils::AggregateOrderSensitivity {
                datafusion_expr::utils::AggregateOrderSensitivity::Insensitive
            }

            fn documentation(&self) -> Option<&datafusion_expr::Documentation> {
                self.doc()
            }
        }
    };
}

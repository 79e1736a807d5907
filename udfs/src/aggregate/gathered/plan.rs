//! What `quantile` and `quantiles` share of their place in a plan.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, plan_err};
use datafusion_expr::expr::AggregateFunctionParams;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::format_state_name;
use datafusion_expr::{Accumulator, GroupsAccumulator};

use super::super::argument::refuse_distinct;
use super::groups::GatheredGroups;
use super::output::Shape;
use super::probabilities::Probabilities;
use super::row::GatheredRow;

/// The type in which values of a type are gathered: Float32 stays as it is, all others become Float64.
pub(in crate::aggregate) fn value_type(function: &str, x: &DataType) -> Result<DataType> {
    match x {
        DataType::Float16 | DataType::Float32 => Ok(DataType::Float32),
        x if x.is_numeric() || x.is_null() => Ok(DataType::Float64),
        x => plan_err!("{function}: x must be a number, got {x}"),
    }
}

/// Refuses, while the query is planned, what could not be run.
pub(in crate::aggregate) fn check_logical(
    function: &str,
    shape: Shape,
    params: &AggregateFunctionParams,
) -> Result<()> {
    refuse_distinct(function, params.distinct)?;
    let [_, q] = take_function_args(function, &params.args)?;
    Probabilities::of_logical(function, shape, q)?;
    Ok(())
}

/// The partial state: one list of values.
pub(in crate::aggregate) fn state_fields(
    function: &str,
    args: &StateFieldsArgs,
) -> Result<Vec<FieldRef>> {
    let [x, _] = take_function_args(function, args.input_fields)?;
    let item = Field::new_list_field(value_type(function, x.data_type())?, false);
    let name = format_state_name(args.name, "values");
    Ok(vec![Arc::new(Field::new(name, DataType::LargeList(Arc::new(item)), false))])
}

/// The accumulator for one group.
pub(in crate::aggregate) fn accumulator(
    function: &str,
    shape: Shape,
    args: &AccumulatorArgs,
) -> Result<Box<dyn Accumulator>> {
    let (q, narrow) = prepare(function, shape, args)?;
    Ok(match narrow {
        true => Box::new(GatheredRow::<i32>::new(q, shape)),
        false => Box::new(GatheredRow::<i64>::new(q, shape)),
    })
}

/// The accumulator for many groups.
pub(in crate::aggregate) fn groups_accumulator(
    function: &str,
    shape: Shape,
    args: &AccumulatorArgs,
) -> Result<Box<dyn GroupsAccumulator>> {
    let (q, narrow) = prepare(function, shape, args)?;
    Ok(match narrow {
        true => Box::new(GatheredGroups::<i32>::new(q, shape)),
        false => Box::new(GatheredGroups::<i64>::new(q, shape)),
    })
}

/// The probabilities of a call, and whether its values are gathered as Float32.
fn prepare(function: &str, shape: Shape, args: &AccumulatorArgs) -> Result<(Probabilities, bool)> {
    refuse_distinct(function, args.is_distinct)?;
    let q = Probabilities::of_physical(function, shape, args)?;
    let [x, _] = take_function_args(function, args.expr_fields)?;
    Ok((q, value_type(function, x.data_type())? == DataType::Float32))
}

//! What the functions over gathered lists share of their place in a plan.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::utils::take_function_args;
use datafusion_common::{Result, plan_err};
use datafusion_expr::expr::AggregateFunctionParams;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::format_state_name;
use datafusion_expr::{Accumulator, GroupsAccumulator};

use super::super::numbers::check_number;
use super::groups::GatheredGroups;
use super::output::Shape;
use super::probabilities::Probabilities;
use super::row::GatheredRow;
use super::summary::Summary;

/// The type in which values of a type are gathered: Float32 stays as it is, all others become Float64.
pub(in crate::aggregate) fn value_type(function: &str, x: &DataType) -> Result<DataType> {
    match x {
        DataType::Float16 | DataType::Float32 => Ok(DataType::Float32),
        x => check_number(function, "x", x).map(|()| DataType::Float64),
    }
}

/// Refuses, while the query is planned, a `q` that could not be run.
pub(in crate::aggregate) fn check_logical(
    function: &str,
    shape: Shape,
    params: &AggregateFunctionParams,
) -> Result<()> {
    let [_, q] = take_function_args(function, &params.args)?;
    Probabilities::of_logical(function, shape, q)?;
    Ok(())
}

/// The partial state: one list of values.
pub(in crate::aggregate) fn state_fields(
    function: &str,
    args: &StateFieldsArgs,
) -> Result<Vec<FieldRef>> {
    let item = Field::new_list_field(gathered(function, args.input_fields)?, false);
    let name = format_state_name(args.name, "values");
    Ok(vec![Arc::new(Field::new(name, DataType::LargeList(Arc::new(item)), false))])
}

/// The accumulator for one group.
pub(in crate::aggregate) fn accumulator(
    function: &str,
    summary: Summary,
    args: &AccumulatorArgs,
) -> Result<Box<dyn Accumulator>> {
    Ok(match gathered(function, args.expr_fields)? {
        DataType::Float32 => Box::new(GatheredRow::<i32>::new(summary)),
        _ => Box::new(GatheredRow::<i64>::new(summary)),
    })
}

/// The accumulator for many groups.
pub(in crate::aggregate) fn groups_accumulator(
    function: &str,
    summary: Summary,
    args: &AccumulatorArgs,
) -> Result<Box<dyn GroupsAccumulator>> {
    Ok(match gathered(function, args.expr_fields)? {
        DataType::Float32 => Box::new(GatheredGroups::<i32>::new(summary)),
        _ => Box::new(GatheredGroups::<i64>::new(summary)),
    })
}

/// The type in which the first argument is gathered.
fn gathered(function: &str, arguments: &[FieldRef]) -> Result<DataType> {
    match arguments.first() {
        Some(x) => value_type(function, x.data_type()),
        None => plan_err!("{function}: x is missing"),
    }
}

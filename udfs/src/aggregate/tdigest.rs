//! `tdigest(x [, delta])` and `tdigest_merge(digest [, delta])`.

mod statistic;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion_common::{Result, ScalarValue, plan_datafusion_err, plan_err};
use datafusion_expr::expr::AggregateFunctionParams;
use datafusion_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion_expr::utils::format_state_name;
use datafusion_expr::{Accumulator, GroupsAccumulator};
use datafusion_macros::user_doc;

use super::constant;
use super::function::Aggregate;
use super::numbers::check_number;
use super::statistic::{Groups, Single};
use crate::digest::Compression;
use statistic::{Build, Merge, centroids_type};

aggregate_function! {
    /// `tdigest(x [, delta])`: the t-digest of the values that are neither NULL nor NaN, as Binary.
    ///
    /// The bytes are rows of (mean, weight), Float32 little-endian, by ascending mean; the weights are whole and add up to
    /// the number of values. They are the payload of a cell in a ragged array, and the field of the result says so in its
    /// metadata (`ragged`, `weights`). See [`digest`](crate::digest) for accuracy, size, and infinities. A group without
    /// values is NULL.
    ///
    /// Groups of up to 4·`delta` values give the same bytes for any order of rows and any partitioning; larger ones give
    /// the same bytes for the same order of rows, and the same within the accuracy otherwise.
    #[user_doc(
        doc_section(label = "Approximate Functions"),
        description = "Returns a t-digest of the values: their distribution, from which `tdigest_quantile` reads any quantile and which `tdigest_merge` joins with others. With the default delta a quantile is off in rank by less than 0.5 %, and a digest of many values has about 400 centroids of 8 bytes. The result is Binary: rows of (mean, weight) in single precision, little-endian, by ascending mean, the weights adding up to the number of values. NULL and NaN do not count; NULL if no value counts. Infinities count, and are not averaged.",
        syntax_example = "tdigest(x[, delta])",
        sql_example = r#"```sql
> SELECT cell, tdigest(h_li) AS digest FROM atl06 GROUP BY cell;
```"#,
        argument(name = "x", description = "The values: any number, taken as a double."),
        argument(
            name = "delta",
            description = "How finely the distribution is kept: a constant from 16 to 8192, 512 by default. No centroid spans more than 2/delta of the values; fewer values than delta are all kept."
        ),
        related_udf(name = "tdigest_merge"),
        related_udf(name = "quantile")
    )]
    Tdigest, tdigest_udaf
}

aggregate_function! {
    /// `tdigest_merge(digest [, delta])`: the digest of all values of several digests.
    ///
    /// Takes and gives what [`Tdigest`] gives. NULL and digests without values do not count; a group without any is NULL.
    /// Bytes that are no digest are an error.
    #[user_doc(
        doc_section(label = "Approximate Functions"),
        description = "Returns the digest of all values of several digests, such as those of the cells within a coarser cell, with about the accuracy of a digest built of the values. NULL does not count; NULL if no digest counts. Bytes that are no digest are an error.",
        syntax_example = "tdigest_merge(digest[, delta])",
        sql_example = r#"```sql
> SELECT healpix_parent(cell, 12, 10) AS parent, tdigest_merge(digest) AS digest FROM cells GROUP BY parent;
```"#,
        argument(name = "digest", description = "Digests, as `tdigest` and this function give them."),
        argument(name = "delta", description = "As in `tdigest`; not finer than that of the digests."),
        related_udf(name = "tdigest")
    )]
    TdigestMerge, tdigest_merge_udaf
}

impl Aggregate for Tdigest {
    const NAME: &'static str = "tdigest";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let (x, delta) = arguments(Self::NAME, "x", arg_types)?;
        check_number(Self::NAME, "x", x)?;
        Ok([DataType::Float64].into_iter().chain(delta).collect())
    }

    fn returns(_arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn metadata() -> HashMap<String, String> {
        payload()
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(state(args))
    }

    fn check(params: &AggregateFunctionParams) -> Result<()> {
        check_delta(Self::NAME, params)
    }

    fn single(args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(Build(compression(Self::NAME, args)?))))
    }

    fn groups(args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(Build(compression(Self::NAME, args)?))))
    }
}

impl Aggregate for TdigestMerge {
    const NAME: &'static str = "tdigest_merge";

    fn coerce(arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let (digest, delta) = arguments(Self::NAME, "digest", arg_types)?;
        if !(digest.is_binary() || digest.is_null()) {
            return plan_err!("tdigest_merge: digest is {digest}, expected Binary");
        }
        Ok([DataType::Binary].into_iter().chain(delta).collect())
    }

    fn returns(_arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Binary)
    }

    fn metadata() -> HashMap<String, String> {
        payload()
    }

    fn state(args: &StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(state(args))
    }

    fn check(params: &AggregateFunctionParams) -> Result<()> {
        check_delta(Self::NAME, params)
    }

    fn single(args: &AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(Merge(Build(compression(Self::NAME, args)?)))))
    }

    fn groups(args: &AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups::new(Merge(Build(compression(Self::NAME, args)?)))))
    }
}

/// The type of the first argument, and that of `delta` if it is given.
fn arguments<'a>(
    function: &str,
    first: &str,
    arg_types: &'a [DataType],
) -> Result<(&'a DataType, Option<DataType>)> {
    match arg_types {
        [argument] => Ok((argument, None)),
        [argument, delta] if delta.is_integer() || delta.is_null() => {
            Ok((argument, Some(DataType::Int64)))
        }
        [_, delta] => plan_err!("{function}: delta is {delta}, expected an integer"),
        _ => plan_err!(
            "{function} takes ({first}, delta), the last one optional; {} were given",
            arg_types.len()
        ),
    }
}

/// What the field of a digest says: how its bytes are read, and that its weights are counts.
fn payload() -> HashMap<String, String> {
    let ragged = r#"{"spec":"zagg-ragged/1","element":{"dtype":"float32","shape":[-1,2]}}"#;
    [("ragged", ragged), ("weights", "counts")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
}

/// The partial state: the centroids gathered so far.
fn state(args: &StateFieldsArgs) -> Vec<FieldRef> {
    let name = format_state_name(args.name, "centroids");
    vec![Arc::new(Field::new(name, centroids_type(), false))]
}

fn check_delta(function: &str, params: &AggregateFunctionParams) -> Result<()> {
    if let Some(delta) = params.args.get(1)
        && let Some(value) = constant::logical(function, "delta", delta)?
    {
        of_constant(function, value)?;
    }
    Ok(())
}

fn compression(function: &str, args: &AccumulatorArgs) -> Result<Compression> {
    if args.exprs.len() < 2 {
        return Ok(Compression::default());
    }
    of_constant(function, &constant::physical(function, "delta", args, 1)?)
}

fn of_constant(function: &str, value: &ScalarValue) -> Result<Compression> {
    let delta = constant::integer(function, "delta", value)?;
    Compression::new(delta).map_err(|e| plan_datafusion_err!("{function}: {e}"))
}

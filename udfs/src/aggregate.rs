//! Aggregate functions over the observations of a cell.
//!
//! | SQL | result |
//! |---|---|
//! | `weighted_avg(x, w)` | Σ w·x / Σ w over the rows whose weight is finite and above zero |
//! | `stable_var(x)`, `stable_std(x)` | population variance and standard deviation, with all digits of a small spread |
//! | `quantile(x, q)` | the exact quantile `q`, with linear interpolation |
//! | `quantiles(x, [q1, q2, …])` | the same for several `q` over one gathered list |
//! | `nmad(x)` | 1.4826 · median of the distances to the median |
//! | `mode(x)` | the most frequent integer, flag or text |
//! | `histogram(x, lo, hi, bins)` | counts in equal bins |
//! | `plane_fit(x, y, z)` | the plane of least squares: slopes, intercept, rmse, n |
//! | `tdigest(x [, delta])`, `tdigest_merge(digest [, delta])` | the distribution, for any quantile later |
//!
//! # NULL and NaN
//! A row whose `x` is NULL or NaN does not count, in any of them; a group in which no row counts is NULL.
//! Infinities count.
//!
//! # The order of rows
//! Quantiles, `nmad`, `mode` and `histogram` do not depend on it, nor does `tdigest` up to 4·`delta` rows. The others add in row order, one row after the other, so that the bits of a
//! group's result depend on the order of its rows alone and never on where the batches between them were cut.
//! Partial results are merged in the order in which they arrive.
//!
//! All exist as a `GroupsAccumulator`, for `GROUP BY`, and as an `Accumulator`, for the ungrouped form and windows.

use std::sync::Arc;

use datafusion_expr::AggregateUDF;

#[macro_use]
mod function;
mod constant;
mod gathered;
mod histogram;
mod mode;
mod nmad;
mod numbers;
mod plane_fit;
mod quantile;
mod quantiles;
mod runs;
mod stable_var;
mod statistic;
mod tdigest;
mod weighted_avg;

pub use histogram::{Histogram, histogram_udaf};
pub use mode::{Mode, mode_udaf};
pub use nmad::{Nmad, nmad_udaf};
pub use plane_fit::{PlaneFit, plane_fit_udaf};
pub use quantile::{Quantile, quantile_udaf};
pub use quantiles::{Quantiles, quantiles_udaf};
pub use stable_var::{StableStd, StableVar, stable_std_udaf, stable_var_udaf};
pub use tdigest::{Tdigest, TdigestMerge, tdigest_merge_udaf, tdigest_udaf};
pub use weighted_avg::{WeightedAvg, weighted_avg_udaf};

/// Every aggregate function of this crate, ready to be registered in a session.
///
/// ```
/// let names: Vec<_> =
///     zagg_udfs::aggregate::aggregate_functions().iter().map(|f| f.name().to_string()).collect();
/// assert!(names.contains(&"weighted_avg".to_string()));
/// ```
pub fn aggregate_functions() -> Vec<Arc<AggregateUDF>> {
    vec![
        weighted_avg_udaf(),
        stable_var_udaf(),
        stable_std_udaf(),
        quantile_udaf(),
        quantiles_udaf(),
        nmad_udaf(),
        mode_udaf(),
        histogram_udaf(),
        plane_fit_udaf(),
        tdigest_udaf(),
        tdigest_merge_udaf(),
    ]
}

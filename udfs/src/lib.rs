//! HEALPix and Morton cells, and the aggregates of point observations, as DataFusion functions.
//!
//! - [`cell`]: the maths of cells, without Arrow.
//! - [`digest`]: t-digests, likewise.
//! - [`scalar`]: SQL functions over positions, cells and Morton words.
//! - [`aggregate`]: SQL aggregates over the observations of a cell.
//!
//! [`register_all`] adds the functions to a session of your own; [`reference()`] is their page of documentation. The crate does no I/O and needs no part of DataFusion but
//! its expression types.

use datafusion_common::Result;
use datafusion_expr::registry::FunctionRegistry;

pub mod aggregate;
pub mod cell;
pub mod digest;
mod reference;
pub mod scalar;

pub use reference::reference;
pub use scalar::GEOMETRY_TYPES;

/// Registers every scalar and aggregate function of this crate, replacing functions of the same names.
///
/// ```
/// use datafusion_expr::registry::{FunctionRegistry, MemoryFunctionRegistry};
///
/// let mut registry = MemoryFunctionRegistry::new();
/// zagg_udfs::register_all(&mut registry)?;
/// assert!(registry.udf("healpix_cell").is_ok() && registry.udaf("weighted_avg").is_ok());
/// # Ok::<(), datafusion_common::DataFusionError>(())
/// ```
///
/// # Errors
/// Those of the registry, which may refuse functions.
pub fn register_all(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for function in scalar::scalar_functions() {
        registry.register_udf(function)?;
    }
    for function in aggregate::aggregate_functions() {
        registry.register_udaf(function)?;
    }
    Ok(())
}

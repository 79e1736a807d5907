//! From positions to cells.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, UInt32Array, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::error::DataFusionError;
use zagg_udfs::cell::{self, NO_CELL};

use crate::config::Grid;
use crate::error::{Error, Result};

/// The finest order whose ids fit 32 bits: 12·4¹⁴ < 2³². Blocks of cells are kept for a while, so that half
/// the width is half the memory.
const NARROW_ORDER: u8 = 14;

/// Puts the cells at the child order of the positions in two equally long arrays of degrees into `cells`;
/// [`NO_CELL`] where there is no valid position.
pub(super) fn assign(
    latitude: &ArrayRef,
    longitude: &ArrayRef,
    grid: &Grid,
    cells: &mut Vec<u64>,
) -> Result<()> {
    let (latitude, longitude) = (degrees(latitude)?, degrees(longitude)?);
    cells.clear();
    cells.resize(latitude.len(), NO_CELL);
    let (lon, lat) = (longitude.values(), latitude.values());
    cell::cells(lon, lat, grid.child_order, grid.convention, cells)
        .map_err(|e| Error::Request(e.to_string()))?;
    Ok(())
}

/// Cells as a column: `UInt32` where all ids of the order fit, otherwise `UInt64`; NULL where there is none.
pub(super) fn column(cells: &[u64], grid: &Grid) -> ArrayRef {
    let valid = |cell: &u64| (*cell != NO_CELL).then_some(*cell);
    if grid.child_order <= NARROW_ORDER {
        Arc::new(cells.iter().map(|c| valid(c).map(|c| c as u32)).collect::<UInt32Array>())
    } else {
        Arc::new(cells.iter().map(valid).collect::<UInt64Array>())
    }
}

/// A coordinate as doubles, with NaN where it is NULL.
fn degrees(values: &ArrayRef) -> Result<Float64Array> {
    let wide = match values.data_type() {
        DataType::Float64 => Arc::clone(values),
        _ => cast(values, &DataType::Float64).map_err(DataFusionError::from)?,
    };
    let wide = wide.as_primitive::<Float64Type>();
    Ok(match wide.null_count() {
        0 => wide.clone(),
        _ => wide.iter().map(|v| v.unwrap_or(f64::NAN)).map(Some).collect(),
    })
}

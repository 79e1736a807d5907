//! From positions to cells.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, UInt32Array, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, UInt32Type, UInt64Type};
use datafusion::error::DataFusionError;
use zagg_udfs::cell::{self, NO_CELL};

use crate::config::Grid;
use crate::error::{Error, Result};

/// The finest order whose ids fit 32 bits: 12·4¹⁴ < 2³². Cells are what the scan keeps for every row, so
/// that half the width is half the memory.
const NARROW_ORDER: u8 = 14;

/// The cells at the child order of the positions in two equally long arrays of degrees; NULL where there
/// is no valid position. `UInt32` where the ids fit, otherwise `UInt64`.
pub(super) fn assign(latitude: &ArrayRef, longitude: &ArrayRef, grid: &Grid) -> Result<ArrayRef> {
    let (latitude, longitude) = (degrees(latitude)?, degrees(longitude)?);
    let mut cells = vec![0; latitude.len()];
    let (lon, lat) = (longitude.values(), latitude.values());
    let invalid = cell::cells(lon, lat, grid.child_order, grid.convention, &mut cells)
        .map_err(|e| Error::Request(e.to_string()))?;
    let valid = |cell: &u64| (*cell != NO_CELL).then_some(*cell);
    Ok(match (grid.child_order <= NARROW_ORDER, invalid) {
        (true, 0) => Arc::new(UInt32Array::from_iter_values(cells.iter().map(|c| *c as u32))),
        (true, _) => {
            Arc::new(cells.iter().map(|c| valid(c).map(|c| c as u32)).collect::<UInt32Array>())
        }
        (false, 0) => Arc::new(UInt64Array::from(cells)),
        (false, _) => Arc::new(cells.iter().map(valid).collect::<UInt64Array>()),
    })
}

/// A coordinate as doubles, with NaN where it is NULL.
fn degrees(values: &ArrayRef) -> Result<Float64Array> {
    let values = cast(values, &DataType::Float64).map_err(DataFusionError::from)?;
    let values = values.as_primitive::<Float64Type>();
    Ok(match values.null_count() {
        0 => values.clone(),
        _ => values.iter().map(|v| v.unwrap_or(f64::NAN)).map(Some).collect(),
    })
}

/// The shard of each cell, `None` where there is no cell.
pub(super) fn shards(cells: &ArrayRef, grid: &Grid) -> Vec<Option<u64>> {
    let shift = 2 * (grid.child_order - grid.parent_order);
    match cells.data_type() {
        DataType::UInt32 => cells
            .as_primitive::<UInt32Type>()
            .iter()
            .map(|c| c.map(|c| u64::from(c) >> shift))
            .collect(),
        _ => cells.as_primitive::<UInt64Type>().iter().map(|c| c.map(|c| c >> shift)).collect(),
    }
}

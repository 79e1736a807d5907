//! The types of a table's columns against those found in a granule.

use arrow::array::ArrayRef;
use arrow::compute::cast;
use arrow::datatypes::DataType;

use crate::error::{Error, Result};

/// Whether every value of `found` can be held in `declared` without loss.
fn widens(found: &DataType, declared: &DataType) -> bool {
    use DataType::{Float32, Float64, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64};
    match declared {
        Float64 => matches!(found, Float32 | Int8 | Int16 | Int32 | UInt8 | UInt16 | UInt32),
        Float32 => matches!(found, Int8 | Int16 | UInt8 | UInt16),
        Int64 => matches!(found, Int8 | Int16 | Int32 | UInt8 | UInt16 | UInt32),
        Int32 => matches!(found, Int8 | Int16 | UInt8 | UInt16),
        Int16 => matches!(found, Int8 | UInt8),
        UInt64 => matches!(found, UInt8 | UInt16 | UInt32),
        UInt32 => matches!(found, UInt8 | UInt16),
        UInt16 => matches!(found, UInt8),
        _ => false,
    }
}

/// `values` as `declared`, the type the table has from its first granule.
///
/// Products change a dataset's width between versions. Widening loses nothing and passes; anything else
/// is an error, since a value could change without a word.
pub(super) fn conform(
    values: ArrayRef,
    declared: &DataType,
    granule: &str,
    dataset: &str,
) -> Result<ArrayRef> {
    if values.data_type() == declared {
        return Ok(values);
    }
    if !widens(values.data_type(), declared) {
        return Err(Error::Granule {
            granule: granule.to_owned(),
            object: dataset.to_owned(),
            reason: format!(
                "is {}, while the table has {declared} from its first granule",
                values.data_type()
            ),
        });
    }
    Ok(cast(&values, declared).map_err(datafusion::error::DataFusionError::from)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float32Array, Int8Array};

    use super::*;

    #[test]
    fn widening_passes_and_narrowing_names_the_dataset() {
        let small: ArrayRef = Arc::new(Int8Array::from(vec![Some(-3), None]));
        let wide = conform(small, &DataType::Int32, "g", "/gt1l/q").unwrap();
        assert_eq!((wide.data_type(), wide.null_count()), (&DataType::Int32, 1));
        let float: ArrayRef = Arc::new(Float32Array::from(vec![0.5]));
        let error = conform(float, &DataType::Int32, "g.h5", "/gt1l/q").unwrap_err().to_string();
        assert!(
            error.contains("g.h5") && error.contains("/gt1l/q") && error.contains("Float32"),
            "{error}"
        );
    }
}

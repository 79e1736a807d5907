//! The numbers of a group: one, or a list.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, ListArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field};
use datafusion_common::{Result, resources_err};

/// The shape of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aggregate) enum Shape {
    /// One Float64 per group.
    Number,
    /// One list of Float64 per group, its elements never NULL.
    List,
}

impl Shape {
    /// The type of a result.
    pub(in crate::aggregate) fn data_type(self) -> DataType {
        match self {
            Self::Number => DataType::Float64,
            Self::List => DataType::new_list(DataType::Float64, false),
        }
    }

    /// An array of results from `each` values per group, one group after the other; a group that is not `seen` is NULL
    /// whatever its values are.
    pub(super) fn array(self, values: Vec<f64>, each: usize, seen: Vec<bool>) -> Result<ArrayRef> {
        let nulls = Some(NullBuffer::from(seen)).filter(|nulls| nulls.null_count() > 0);
        match self {
            Self::Number => Ok(Arc::new(Float64Array::new(values.into(), nulls))),
            Self::List => {
                if i32::try_from(values.len()).is_err() {
                    return resources_err!(
                        "the quantiles of one result batch are {} numbers, a list column holds {}",
                        values.len(),
                        i32::MAX
                    );
                }
                let groups = values.len() / each.max(1);
                let field = Arc::new(Field::new_list_field(DataType::Float64, false));
                let offsets = OffsetBuffer::from_repeated_length(each, groups);
                let values = Arc::new(Float64Array::new(values.into(), None));
                Ok(Arc::new(ListArray::try_new(field, offsets, values, nulls)?))
            }
        }
    }
}

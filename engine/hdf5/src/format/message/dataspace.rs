//! The dataspace message: the shape.

use crate::fault::Fault;
use crate::format::cursor::Cursor;

/// The most dimensions the format allows.
const MOST_DIMENSIONS: u8 = 32;

/// The extent of a dataset or attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Dataspace {
    /// Current size of each dimension; empty for a scalar.
    pub(crate) shape: Vec<u64>,
    /// How far each dimension may grow; `None` is without limit.
    pub(crate) limits: Vec<Option<u64>>,
    /// A dataspace that holds nothing, not even a scalar.
    pub(crate) null: bool,
}

impl Dataspace {
    pub(crate) fn parse(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        let version = cursor.version(&[1, 2])?;
        let rank = cursor.u8()?;
        let flags = cursor.u8()?;
        if rank > MOST_DIMENSIONS {
            let expected = format!("at most {MOST_DIMENSIONS} dimensions");
            return Err(cursor.corrupt(expected, format!("{rank}")));
        }
        let null = match version {
            1 => {
                cursor.skip(5)?;
                false
            }
            _ => cursor.u8()? == 2,
        };
        let shape = (0..rank).map(|_| cursor.length()).collect::<Result<Vec<_>, _>>()?;
        let limits = if flags & 1 != 0 {
            (0..rank).map(|_| cursor.limit()).collect::<Result<Vec<_>, _>>()?
        } else {
            shape.iter().copied().map(Some).collect()
        };
        Ok(Self { shape, limits, null })
    }

    /// A shape that does not grow.
    pub(crate) fn fixed(shape: Vec<u64>) -> Result<Self, Fault> {
        if shape.len() > MOST_DIMENSIONS.into() {
            return Err(Fault::invalid(format!("{} dimensions", shape.len())));
        }
        let limits = shape.iter().copied().map(Some).collect();
        Ok(Self { shape, limits, null: false })
    }

    /// The number of elements, if it fits a `u64`.
    pub(crate) fn elements(&self) -> Option<u64> {
        if self.null {
            return Some(0);
        }
        self.shape.iter().try_fold(1_u64, |product, &dimension| product.checked_mul(dimension))
    }
}

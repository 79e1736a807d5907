//! Which grid a shard map is of.

mod rectilinear;

use std::fmt;

use serde_json::{Map, Value};
use zagg_udfs::cell::{CellError, check_order};

use crate::CatalogError;
pub use rectilinear::RectilinearGrid;

/// The grid that a shard map is of.
#[derive(Debug, Clone, PartialEq)]
pub enum GridSignature {
    /// Cells of the sphere; a shard is one at the parent order.
    Healpix(HealpixGrid),
    /// Pixels of a projection; a shard is a chunk of them.
    Rectilinear(RectilinearGrid),
}

/// A HEALPix grid (NESTED scheme).
#[derive(Debug, Clone, PartialEq)]
pub struct HealpixGrid {
    /// Order of the shards.
    pub parent_order: u8,
    /// Order of the cells. `None` in maps that do not say; such a map serves any child order.
    pub child_order: Option<u8>,
    /// Further keys of the file, kept as they are: `layout` and others.
    pub extra: Map<String, Value>,
}

impl GridSignature {
    /// The signature of a HEALPix grid.
    ///
    /// # Errors
    ///
    /// If an order is above 29, or the parent order above the child order.
    pub fn new(parent_order: u8, child_order: u8) -> Result<Self, CatalogError> {
        check_orders(parent_order, Some(child_order)).map_err(|source| {
            let what =
                format!("a grid of parent order {parent_order} and child order {child_order}");
            CatalogError::NoCell { what, source }
        })?;
        let child_order = Some(child_order);
        Ok(Self::Healpix(HealpixGrid { parent_order, child_order, extra: Map::new() }))
    }

    /// The order of the shards, where they are cells.
    pub fn parent_order(&self) -> Option<u8> {
        match self {
            Self::Healpix(grid) => Some(grid.parent_order),
            Self::Rectilinear(_) => None,
        }
    }

    /// Whether a map of this grid serves one that is wanted: both are the same, as far as this one says.
    pub fn serves(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Healpix(own), Self::Healpix(wanted)) => {
                let same_child = own
                    .child_order
                    .zip(wanted.child_order)
                    .is_none_or(|(own, wanted)| own == wanted);
                own.parent_order == wanted.parent_order && same_child
            }
            (Self::Rectilinear(own), Self::Rectilinear(wanted)) => own.is_same(wanted),
            _ => false,
        }
    }

    /// The object `grid_signature` of zagg's JSON.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Healpix(grid) => Value::Object(grid.to_map()),
            Self::Rectilinear(grid) => Value::Object(grid.to_map()),
        }
    }
}

impl HealpixGrid {
    fn to_map(&self) -> Map<String, Value> {
        let mut map = self.extra.clone();
        map.insert("type".to_owned(), "healpix".into());
        map.insert("indexing_scheme".to_owned(), "nested".into());
        map.insert("parent_order".to_owned(), self.parent_order.into());
        if let Some(order) = self.child_order {
            map.insert("child_order".to_owned(), order.into());
        }
        map
    }
}

pub(crate) fn check_orders(parent: u8, child: Option<u8>) -> Result<(), CellError> {
    check_order(parent)?;
    let Some(child) = child else { return Ok(()) };
    check_order(child)?;
    if parent > child {
        return Err(CellError::NotCoarser { coarse: parent, fine: child });
    }
    Ok(())
}

impl fmt::Display for GridSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Healpix(grid) => grid.fmt(f),
            Self::Rectilinear(grid) => grid.fmt(f),
        }
    }
}

impl fmt::Display for HealpixGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "healpix nested, parent order {}", self.parent_order)?;
        match self.child_order {
            Some(order) => write!(f, ", child order {order}"),
            None => f.write_str(", any child order"),
        }
    }
}

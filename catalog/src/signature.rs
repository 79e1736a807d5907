//! Which grid a shard map is of.

use std::fmt;

use serde_json::{Map, Value};
use zagg_udfs::cell::{CellError, check_order};

use crate::CatalogError;

/// The HEALPix grid (NESTED scheme) that a shard map is of.
#[derive(Debug, Clone, PartialEq)]
pub struct GridSignature {
    /// Order of the shards.
    pub parent_order: u8,
    /// Order of the cells. `None` in maps that do not say; such a map serves any child order.
    pub child_order: Option<u8>,
    /// Further keys of the file, kept as they are: `layout` and others.
    pub extra: Map<String, Value>,
}

impl GridSignature {
    /// The signature of a grid.
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
        Ok(Self { parent_order, child_order: Some(child_order), extra: Map::new() })
    }

    /// The object `grid_signature` of zagg's JSON.
    pub(crate) fn to_value(&self) -> Value {
        let mut map = self.extra.clone();
        map.insert("type".to_owned(), "healpix".into());
        map.insert("indexing_scheme".to_owned(), "nested".into());
        map.insert("parent_order".to_owned(), self.parent_order.into());
        if let Some(order) = self.child_order {
            map.insert("child_order".to_owned(), order.into());
        }
        Value::Object(map)
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
        write!(f, "healpix nested, parent order {}", self.parent_order)?;
        match self.child_order {
            Some(order) => write!(f, ", child order {order}"),
            None => f.write_str(", any child order"),
        }
    }
}

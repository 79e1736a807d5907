//! Geometries as arguments: WKT or WKB, made ready once for many rows.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion_common::{Result, exec_datafusion_err, exec_err, internal_err};
use datafusion_expr::ColumnarValue;

use crate::cell::Convention;
use crate::cell::cover::{Region, Shape};

/// Regions that one function keeps. A query has one or two; a join with a table of basins has dozens, of which rows that
/// follow each other have the same.
const KEPT: usize = 16;

/// The regions that a function was last called with. A constant polygon comes with every batch, and to make it ready may
/// take longer than to ask it about a batch of cells.
///
/// It is no part of what the function is: two functions are the same whatever they have kept.
#[derive(Debug, Default)]
pub(super) struct Regions(Mutex<Vec<Kept>>);

#[derive(Debug)]
struct Kept {
    geometry: Vec<u8>,
    is_text: bool,
    convention: Convention,
    region: Arc<Region>,
}

impl PartialEq for Regions {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Regions {}

impl Hash for Regions {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

/// One geometry as it was given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Geometry<'a> {
    Wkt(&'a str),
    Wkb(&'a [u8]),
}

impl Regions {
    /// The region of a geometry, which has to consist of polygons.
    pub(super) fn get(
        &self,
        function: &str,
        argument: &str,
        geometry: Geometry<'_>,
        convention: Convention,
    ) -> Result<Arc<Region>> {
        let (bytes, is_text) = match geometry {
            Geometry::Wkt(text) => (text.as_bytes(), true),
            Geometry::Wkb(bytes) => (bytes, false),
        };
        let same = |kept: &Kept| {
            kept.is_text == is_text && kept.convention == convention && kept.geometry == bytes
        };
        {
            // What is kept is right whoever panicked while holding the lock.
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = kept.iter().position(same) {
                // The last used comes first, so that the one longest not used is dropped.
                let found = kept.remove(at);
                let region = Arc::clone(&found.region);
                kept.insert(0, found);
                return Ok(region);
            }
        }
        let shape = match geometry {
            Geometry::Wkt(text) => Shape::from_wkt(text, convention),
            Geometry::Wkb(bytes) => Shape::from_wkb(bytes, convention),
        }
        .map_err(|e| exec_datafusion_err!("{function}: {argument}: {e}"))?;
        if !shape.is_area() {
            return exec_err!("{function}: {argument}: expected polygons, found a line or a point");
        }
        let region = Region::new(shape).map_err(|e| exec_datafusion_err!("{function}: {e}"))?;
        let region = Arc::new(region);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT - 1);
        let geometry = bytes.to_vec();
        kept.insert(0, Kept { geometry, is_text, convention, region: Arc::clone(&region) });
        Ok(region)
    }
}

/// An argument of geometries, row by row.
pub(super) struct Geometries {
    array: ArrayRef,
    constant: bool,
}

impl Geometries {
    /// The argument, which coercion has brought to a view of text or of bytes.
    pub(super) fn new(argument: &ColumnarValue) -> Result<Self> {
        let constant = matches!(argument, ColumnarValue::Scalar(_));
        let array = argument.to_array(1)?;
        match array.data_type() {
            DataType::Utf8View | DataType::BinaryView => Ok(Self { array, constant }),
            other => internal_err!("a geometry is {other}"),
        }
    }

    /// The geometry of a row, or `None` if it is NULL.
    pub(super) fn get(&self, row: usize) -> Option<Geometry<'_>> {
        let row = if self.constant { 0 } else { row };
        if row >= self.array.len() || self.array.is_null(row) {
            return None;
        }
        match self.array.as_string_view_opt() {
            Some(texts) => Some(Geometry::Wkt(texts.value(row))),
            None => Some(Geometry::Wkb(self.array.as_binary_view_opt()?.value(row))),
        }
    }
}

//! Grids of pixels in a projection.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::CatalogError;

/// A grid of pixels in a projection, cut into chunks.
///
/// Pixel (column, row) begins at `x = a·column + b·row + c`, `y = d·column + e·row + f` in the units of the projection. Chunks
/// are numbered along the rows from the one of pixel (0, 0); those at the far edges may be smaller.
#[derive(Debug, Clone, PartialEq)]
pub struct RectilinearGrid {
    /// Name of the projection: `EPSG:32618`.
    pub crs: String,
    /// `[a, b, c, d, e, f]`.
    pub affine: [f64; 6],
    /// Rows and columns of pixels.
    pub shape: [u64; 2],
    /// Rows and columns of pixels in a chunk.
    pub chunk_shape: [u64; 2],
    /// Further keys of the file, kept as they are.
    pub extra: Map<String, Value>,
}

impl RectilinearGrid {
    /// Refuses a grid without pixels, chunks or extent.
    ///
    /// # Errors
    /// [`CatalogError::Grid`].
    pub fn check(&self) -> Result<(), CatalogError> {
        let wrong = |reason: &str| {
            Err(CatalogError::Grid { grid: self.to_string(), reason: reason.to_owned() })
        };
        let [a, b, _, d, e, _] = self.affine;
        let area = a * e - b * d;
        if !self.affine.iter().all(|v| v.is_finite()) || area == 0.0 {
            return wrong("its affine transform has no inverse");
        }
        if self.shape.contains(&0) || self.chunk_shape.contains(&0) {
            return wrong("a shape has a zero");
        }
        let [rows, columns] = self.chunks();
        match rows.checked_mul(columns) {
            Some(chunks) if u32::try_from(chunks).is_ok() => Ok(()),
            _ => wrong("it has more than 4294967295 chunks"),
        }
    }

    /// Rows and columns of chunks.
    pub fn chunks(&self) -> [u64; 2] {
        let [rows, columns] = self.shape;
        let [chunk_rows, chunk_columns] = self.chunk_shape;
        [rows.div_ceil(chunk_rows.max(1)), columns.div_ceil(chunk_columns.max(1))]
    }

    /// How many chunks there are.
    pub fn chunk_count(&self) -> u64 {
        let [rows, columns] = self.chunks();
        rows.saturating_mul(columns)
    }

    /// The rows and columns of pixels where a chunk begins and ends.
    pub(crate) fn pixels(&self, chunk: u64) -> ([u64; 2], [u64; 2]) {
        let [_, across] = self.chunks();
        let (row, column) = (chunk / across.max(1), chunk % across.max(1));
        let begin = [row * self.chunk_shape[0], column * self.chunk_shape[1]];
        let end = |k: usize| (begin[k] + self.chunk_shape[k]).min(self.shape[k]);
        (begin, [end(0), end(1)])
    }

    /// Projected coordinates of a place in rows and columns of pixels.
    pub(crate) fn place(&self, row: f64, column: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.affine;
        (a * column + b * row + c, d * column + e * row + f)
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.crs.eq_ignore_ascii_case(&other.crs)
            && self.affine == other.affine
            && self.shape == other.shape
            && self.chunk_shape == other.chunk_shape
    }

    pub(super) fn to_map(&self) -> Map<String, Value> {
        let mut map = self.extra.clone();
        map.insert("type".to_owned(), "rectilinear".into());
        map.insert("crs".to_owned(), self.crs.as_str().into());
        map.insert("affine".to_owned(), json!(self.affine));
        map.insert("shape".to_owned(), json!(self.shape));
        map.insert("chunk_shape".to_owned(), json!(self.chunk_shape));
        map
    }
}

impl fmt::Display for RectilinearGrid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { crs, affine, shape: [rows, columns], chunk_shape: [down, across], .. } = self;
        write!(
            f,
            "rectilinear {crs}, affine {affine:?}, {rows} × {columns} pixels in chunks of {down} × {across}"
        )
    }
}

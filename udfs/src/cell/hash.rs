//! Positions to cells: the hot loop of every scan.

mod blocks;
mod fit;
mod grid;
mod id;
mod kernel;
mod project;
mod reference;

#[cfg(test)]
mod tests;

use id::Id;
use kernel::Kernel;
use reference::Reference;

use super::{CellError, Convention, check_order};

/// What the slice forms write for a position that is none: no order has a cell of this id.
pub const NO_CELL: u64 = u64::MAX;

/// [`NO_CELL`] in 32 bits: no order up to [`MAX_ORDER_U32`] has a cell of this id.
pub const NO_CELL_U32: u32 = u32::MAX;

/// The finest order whose ids fit 32 bits: 12·4¹⁴ < 2³².
pub const MAX_ORDER_U32: u8 = 14;

/// Turns positions into NESTED ids of one order and convention.
///
/// Positions are in geodetic WGS84 degrees. Any finite longitude is wrapped to 0..360 as `rem_euclid(360.0)` does. That
/// keeps a negative zero, which matters only poleward of 42°, where longitude 0 is an edge of base cells: 0.0 is east of
/// that edge, and -0.0 (and -360.0) west of it.
///
/// A latitude outside ±90, and NaN or an infinity in either, is no position: it gives no cell and no error, since single
/// bad fixes are common in granules.
///
/// The id is that of `cdshealpix` at order 29, shifted to the order; so the ids of two orders always nest.
///
/// Slices are hashed by blocks with the vector instructions that the processor has, which is many times faster than one
/// by one. The ids are the same: where a block cannot be sure of them, it asks for them one by one.
#[derive(Clone, Copy)]
pub struct Hasher {
    reference: Reference,
}

impl Hasher {
    /// A hasher for one order.
    ///
    /// # Errors
    /// [`CellError::Order`] above [`MAX_ORDER`](super::MAX_ORDER).
    pub fn new(order: u8, convention: Convention) -> Result<Self, CellError> {
        check_order(order)?;
        Ok(Self { reference: Reference::new(order, convention) })
    }

    /// The cell that holds a position, or `None` if it is no position.
    #[inline]
    pub fn cell(&self, lon: f64, lat: f64) -> Option<u64> {
        self.reference.cell(lon, lat)
    }

    /// The cells of many positions: `out[i]` is the cell of `(lon[i], lat[i])`, or [`NO_CELL`] where that is no position.
    /// Returns how many are none, so that a result of 0 tells the caller to skip the search for them.
    ///
    /// ```
    /// use zagg_udfs::cell::{Convention, Hasher, NO_CELL};
    ///
    /// let mut cells = [0; 3];
    /// let invalid = Hasher::new(0, Convention::Authalic)?.cells(&[45.0, -45.0, 0.0], &[60.0, 60.0, f64::NAN], &mut cells)?;
    /// assert_eq!((cells, invalid), ([0, 3, NO_CELL], 1));
    /// # Ok::<(), zagg_udfs::cell::CellError>(())
    /// ```
    ///
    /// # Errors
    /// [`CellError::Lengths`] when the slices differ in length.
    pub fn cells(&self, lon: &[f64], lat: &[f64], out: &mut [u64]) -> Result<usize, CellError> {
        self.fill(lon, lat, out)
    }

    /// [`cells`](Self::cells) in 32 bits each, with [`NO_CELL_U32`] for what is no position.
    ///
    /// ```
    /// use zagg_udfs::cell::{Convention, Hasher, NO_CELL_U32};
    ///
    /// let mut cells = [0; 2];
    /// let invalid = Hasher::new(12, Convention::Authalic)?.cells_u32(&[0.0, 0.0], &[90.0, 91.0], &mut cells)?;
    /// assert_eq!((cells, invalid), ([(1 << 24) - 1, NO_CELL_U32], 1));
    /// # Ok::<(), zagg_udfs::cell::CellError>(())
    /// ```
    ///
    /// # Errors
    /// [`CellError::OrderU32`] for a hasher of an order above [`MAX_ORDER_U32`], [`CellError::Lengths`] when the slices
    /// differ in length.
    pub fn cells_u32(&self, lon: &[f64], lat: &[f64], out: &mut [u32]) -> Result<usize, CellError> {
        let order = self.reference.order();
        if order > MAX_ORDER_U32 {
            return Err(CellError::OrderU32 { order });
        }
        self.fill(lon, lat, out)
    }

    fn fill<I: Id>(&self, lon: &[f64], lat: &[f64], out: &mut [I]) -> Result<usize, CellError> {
        if lon.len() != out.len() || lat.len() != out.len() {
            return Err(CellError::Lengths { lon: lon.len(), lat: lat.len(), out: out.len() });
        }
        Ok(Kernel::best().fill(&self.reference, lon, lat, out).invalid)
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher")
            .field("order", &self.reference.order())
            .field("convention", &self.reference.convention())
            .finish()
    }
}

/// The cell of one position; see [`Hasher`], which is the form for many.
///
/// ```
/// use zagg_udfs::cell::{Convention, nested};
///
/// assert_eq!(nested(0.0, 90.0, 0, Convention::Authalic)?, Some(0));
/// assert_eq!(nested(f64::NAN, 0.0, 0, Convention::Authalic)?, None);
/// # Ok::<(), zagg_udfs::cell::CellError>(())
/// ```
///
/// # Errors
/// [`CellError::Order`] above [`MAX_ORDER`](super::MAX_ORDER).
pub fn nested(
    lon: f64,
    lat: f64,
    order: u8,
    convention: Convention,
) -> Result<Option<u64>, CellError> {
    Ok(Hasher::new(order, convention)?.cell(lon, lat))
}

/// The cells of many positions; see [`Hasher::cells`].
///
/// # Errors
/// [`CellError::Order`] above [`MAX_ORDER`](super::MAX_ORDER), [`CellError::Lengths`] when the slices differ in length.
pub fn cells(
    lon: &[f64],
    lat: &[f64],
    order: u8,
    convention: Convention,
    out: &mut [u64],
) -> Result<usize, CellError> {
    Hasher::new(order, convention)?.cells(lon, lat, out)
}

//! Many questions to one shape.

use super::{Cover, Shape};
use crate::cell::{CellError, MAX_ORDER, check_cell};

/// Cells that the picture's edges may take, beside one or two for each edge of the shape.
const PICTURE: f64 = 2048.0;

/// A shape with a picture of it in coarse cells. For most cells the picture says whether their centres are in the shape; the
/// edges themselves are looked at where one passes.
///
/// ```
/// use zagg_udfs::cell::{Convention, cover::{Region, Shape}};
///
/// let shape = Shape::from_bbox([170.0, -60.0, -170.0, -50.0], Convention::Authalic)?;
/// let region = Region::new(shape.clone())?;
/// for cell in 2_000..3_072 {
///     assert_eq!(region.contains_center(cell, 4)?, shape.contains_center(cell, 4)?);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Region {
    shape: Shape,
    order: u8,
    touched: Cover,
    inside: Cover,
}

impl Region {
    /// With a picture about as fine as the shape's own edges.
    ///
    /// # Errors
    /// None for a shape that exists.
    pub fn new(shape: Shape) -> Result<Self, CellError> {
        let (edges, length) = shape.edges();
        // A cell of order o is about 2^-o radians wide.
        let finest = ((PICTURE + 2.0 * edges as f64) / length.max(f64::MIN_POSITIVE)).log2();
        let order = finest.clamp(0.0, f64::from(MAX_ORDER)) as u8;
        Self::at_order(shape, order)
    }

    /// With a picture of cells of an order.
    ///
    /// # Errors
    /// [`CellError::Order`].
    pub fn at_order(shape: Shape, order: u8) -> Result<Self, CellError> {
        let (touched, inside) = shape.cover_and_inside(order)?;
        Ok(Self { shape, order, touched, inside })
    }

    /// The shape.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The cells of the picture that the shape touches: its [cover](Shape::cover).
    pub fn touched(&self) -> &Cover {
        &self.touched
    }

    /// The cells of the picture that lie wholly inside.
    pub fn inside(&self) -> &Cover {
        &self.inside
    }

    /// Whether the centre of a cell of any order is in the shape: what [`Shape::contains_center`] says.
    ///
    /// # Errors
    /// [`CellError`] for a cell that does not exist.
    pub fn contains_center(&self, cell: u64, order: u8) -> Result<bool, CellError> {
        check_cell(cell, order)?;
        if order >= self.order {
            let above = cell >> (2 * (order - self.order));
            if self.inside.contains(above, self.order)? {
                return Ok(true);
            }
            if !self.touched.contains(above, self.order)? {
                return Ok(false);
            }
        }
        self.shape.contains_center(cell, order)
    }
}

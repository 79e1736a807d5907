//! Cell maths: HEALPix NESTED ids and packed Morton words, in plain Rust without Arrow.
//!
//! A **cell** is a HEALPix pixel of some **order** (0..=29; each order splits a cell in four). Two names for it are
//! supported and convert into each other without loss:
//!
//! - the **NESTED id**, `0 .. 12·4^order`, which needs its order said beside it ([`Hasher`], [`nested_parent`], …);
//! - the **packed Morton word** of module [`morton`], which carries its own order, and sorts like the NESTED id.
//!
//! Positions are geodetic WGS84 degrees. How a latitude gets on the HEALPix sphere is the [`Convention`].
//!
//! ```
//! use zagg_udfs::cell::{self, Convention, Hasher};
//!
//! let hasher = Hasher::new(12, Convention::Authalic)?;
//! let cell = hasher.cell(-49.5, 69.1).ok_or("not a position")?;
//! assert_eq!(cell::nested_parent(cell, 12, 6)?, cell >> 12);
//! assert!(cell::range_at(cell >> 12, 6, 12)?.contains(&cell));
//! assert_eq!(hasher.cell(0.0, 91.0), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authalic;
mod convention;
pub mod cover;
mod error;
mod geometry;
mod hash;
pub mod morton;
mod neighbors;
mod nested;
mod sphere;

#[cfg(test)]
pub(crate) mod tests;

pub use authalic::{authalic_to_geodetic, geodetic_to_authalic};
pub use convention::Convention;
pub use error::CellError;
pub use geometry::{MAX_POINTS_PER_EDGE, boundary, center, vertices};
pub use hash::{Hasher, MAX_ORDER_U32, NO_CELL, NO_CELL_U32, cells, nested};
pub use neighbors::neighbors;
pub use nested::{
    MAX_ORDER, cell_count, check_cell, check_order, nested_children, nested_parent, range_at,
};
pub use sphere::{AUTHALIC_RADIUS, area, distance};

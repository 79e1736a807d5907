//! Scalar functions over positions, HEALPix cells, Morton words, times and digests.
//!
//! | SQL | result |
//! |---|---|
//! | `healpix_cell(lon, lat, order [, convention])` | NESTED id of the cell that holds a position |
//! | `morton_cell(lon, lat, order [, convention])` | Morton word of that cell |
//! | `healpix_parent(cell, order, parent_order)` | NESTED id of a cell's ancestor |
//! | `healpix_lon(cell, order [, convention])`, `healpix_lat(…)` | centre of a cell, in degrees |
//! | `healpix_vertices(cell, order [, convention])` | its four corners |
//! | `healpix_boundary(cell, order [, points_per_edge [, convention]])` | its outline as a WKB polygon |
//! | `healpix_neighbors(cell, order)` | the cells around it |
//! | `cell_in_polygon(cell, order, polygon [, convention])` | whether its centre is in a polygon |
//! | `healpix_distance(cell_a, cell_b, order)`, `healpix_area(order)` | metres and square metres |
//! | `healpix_to_morton(cell, order)`, `morton_to_healpix(word)` | one name of a cell to the other |
//! | `morton_order(word)`, `morton_parent(word, order)` | order of a word, and the word clipped to an order |
//! | `morton_contains(coarse, fine)` | whether a cell holds another, or a point |
//! | `morton_text(word)`, `morton_parse(text)` | decimal text of a word, and back |
//! | `icesat2_time(delta_time)`, `icesat2_cycle(time)` | time of an observation, cycle at a time |
//! | `tdigest_quantile(digest, q)` | quantiles of what the aggregate `tdigest` gives |
//!
//! # Types
//! Cells and words are `UInt64`, coordinates `Float64` in degrees, orders any integers. Other integers and floats are
//! converted. Every argument may be a constant or a column; a constant order is the fast path.
//!
//! # NULL, and what is an error
//! NULL in any argument gives NULL. What is no position (latitude outside ±90, NaN, infinity) gives NULL, and so does the
//! Morton word 0. An order outside 0..=29, a cell id that its order does not have, and a word or text that names no cell
//! are errors that say the function and the value.
//!
//! # Convention
//! `'authalic'` (the default) or `'sphere'`, always as a literal; see [`Convention`](crate::cell::Convention).

use std::sync::Arc;

use datafusion_expr::{ScalarUDF, ScalarUDFImpl};

#[macro_use]
mod strict;
mod cell_in_polygon;
mod center;
mod column;
mod geometry;
mod healpix_area;
mod healpix_boundary;
mod healpix_cell;
mod healpix_distance;
mod healpix_lat;
mod healpix_lon;
mod healpix_neighbors;
mod healpix_parent;
mod healpix_to_morton;
mod healpix_vertices;
mod icesat2_cycle;
mod icesat2_time;
mod morton_cell;
mod morton_contains;
mod morton_order;
mod morton_parent;
mod morton_parse;
mod morton_text;
mod morton_to_healpix;
mod parameter;
mod position;
mod tdigest_quantile;

#[cfg(test)]
mod tests;

pub use cell_in_polygon::CellInPolygon;
pub use healpix_area::HealpixArea;
pub use healpix_boundary::{GEOMETRY_TYPES, HealpixBoundary};
pub use healpix_cell::HealpixCell;
pub use healpix_distance::HealpixDistance;
pub use healpix_lat::HealpixLat;
pub use healpix_lon::HealpixLon;
pub use healpix_neighbors::HealpixNeighbors;
pub use healpix_parent::HealpixParent;
pub use healpix_to_morton::HealpixToMorton;
pub use healpix_vertices::HealpixVertices;
pub use icesat2_cycle::Icesat2Cycle;
pub use icesat2_time::Icesat2Time;
pub use morton_cell::MortonCell;
pub use morton_contains::MortonContains;
pub use morton_order::MortonOrder;
pub use morton_parent::MortonParent;
pub use morton_parse::MortonParse;
pub use morton_text::MortonText;
pub use morton_to_healpix::MortonToHealpix;
pub use tdigest_quantile::TdigestQuantile;

/// Every scalar function of this crate, ready to be registered in a session.
///
/// ```
/// let names: Vec<_> =
///     zagg_udfs::scalar::scalar_functions().iter().map(|f| f.name().to_string()).collect();
/// assert!(names.contains(&"healpix_cell".to_string()));
/// ```
pub fn scalar_functions() -> Vec<Arc<ScalarUDF>> {
    vec![
        function(HealpixCell::default()),
        function(HealpixParent::default()),
        function(HealpixLon::default()),
        function(HealpixLat::default()),
        function(HealpixVertices::default()),
        function(HealpixBoundary::default()),
        function(HealpixNeighbors::default()),
        function(HealpixDistance::default()),
        function(HealpixArea::default()),
        function(CellInPolygon::default()),
        function(HealpixToMorton::default()),
        function(MortonCell::default()),
        function(MortonParent::default()),
        function(MortonOrder::default()),
        function(MortonContains::default()),
        function(MortonToHealpix::default()),
        function(MortonText::default()),
        function(MortonParse::default()),
        function(Icesat2Time::default()),
        function(Icesat2Cycle::default()),
        function(TdigestQuantile::default()),
    ]
}

fn function(inner: impl ScalarUDFImpl + 'static) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(inner))
}

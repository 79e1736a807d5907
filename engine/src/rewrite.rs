//! Logical rewrites that DataFusion cannot know of.

mod own_cells;
mod share_quantiles;

pub use own_cells::OwnCells;
pub use share_quantiles::ShareQuantiles;

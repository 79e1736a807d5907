//! `GROUP BY cell`, by runs of rows.
//!
//! Rows of one cell follow each other along a track, so that a group is looked up once for a run and not for a row, and a
//! count, sum, least or greatest is folded in registers.
//!
//! * Within shards nothing is hashed: a shard has 4^(child − parent) cells, and the number of a cell's group stands in a
//!   table of that many entries.
//! * Over anything else, such as points in Parquet files, the first of DataFusion's two stages is ours if the key is
//!   `healpix_cell(…)` or an ancestor of it: there, cells are hashed run by run.
//!
//! [`DenseCells`] recognises such aggregations in a physical plan and puts a [`CellAggregateExec`] in their place. What is
//! aggregated, and how, stays DataFusion's: any function with a `GroupsAccumulator`, any expression, any `FILTER`.

mod by;
mod exec;
mod groups;
mod rule;
mod runs;
mod stream;

pub use exec::CellAggregateExec;
pub use rule::DenseCells;

#[cfg(test)]
mod tests;

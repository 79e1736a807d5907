//! `GROUP BY cell` within shards, without hashing.
//!
//! A shard has 4^(child − parent) cells, so that the number of a cell's group stands in a table of that many
//! entries, and rows of one cell come in runs along a track. [`DenseCells`] recognises such an aggregation in
//! a physical plan and puts a [`CellAggregateExec`] in its place. What is aggregated, and how, stays
//! DataFusion's: any function with a `GroupsAccumulator`, any expression, any `FILTER`.

mod exec;
mod groups;
mod rule;
mod runs;
mod stream;

pub use exec::CellAggregateExec;
pub use rule::DenseCells;

//! Order statistics need every value of a group: this gathers them once, compactly, and selects from them.
//!
//! - `key`: floats as integers in the same order, which is how they are stored
//! - `lists`: one growing list per group, in blocks that fit the runs in which groups arrive
//! - `input`: the rows of a batch that count
//! - `probabilities`: the checked `q`
//! - `select`: the values at given ranks, and between them
//! - `summary`: what becomes of a list
//! - `output`: a number or a list per group
//! - `groups`, `row`: the accumulators over all this

mod deal;
mod groups;
mod input;
mod key;
mod lists;
mod output;
mod plan;
mod probabilities;
mod row;
mod select;
mod summary;
#[cfg(test)]
mod tests;

pub(super) use output::Shape;
pub(super) use plan::{accumulator, check_logical, groups_accumulator, state_fields, value_type};
pub(super) use summary::Summary;

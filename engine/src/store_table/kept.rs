//! Which shards of a store filters leave, and which rule dropped the others.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::DFSchema;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::split_conjunction;

use super::MADE;
use super::pieces::Pieces;
use super::rules::{self, Grid, Rule};
use crate::store::StoreReader;
use crate::table::prune::{self, ShardBounds};

/// The shards in which a row can pass the filters.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) shards: Vec<usize>,
    pub(super) dropped: Dropped,
}

/// What became of the other shards.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    /// Shards by the column or the function that rules them out, in the order of the filters. Each is counted once.
    by: Vec<(String, usize)>,
    /// Filters on cells or positions that rule out nothing, since nothing is known of what they ask for.
    without_rule: Vec<String>,
}

impl Kept {
    /// All of them.
    pub(super) fn all(reader: &StoreReader) -> Self {
        Self { shards: (0..reader.parents().len()).collect(), dropped: Dropped::default() }
    }

    /// Those that `filters` leave, by what a shard's cells, their words and their centres can be.
    pub(super) fn by_filters(
        session: &dyn Session,
        reader: &StoreReader,
        schema: &SchemaRef,
        filters: &[Expr],
    ) -> Result<Self> {
        if filters.is_empty() {
            return Ok(Self::all(reader));
        }
        let pieces = Pieces::of(reader);
        let mut alive = vec![true; pieces.len()];
        let mut dropped = Dropped::default();
        let mut left = reader.parents().len();
        for filter in filters.iter().flat_map(split_conjunction) {
            let (filter_on_rules, rules) = rules::put_into(filter, &Grid::of(reader));
            let fields = schema.fields().iter().map(|field| field.as_ref().clone());
            let fields = fields.chain(rules.iter().map(Rule::field));
            let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
            let names = DFSchema::try_from(schema.as_ref().clone())?;
            let predicate = session.create_physical_expr(filter_on_rules, &names)?;
            let bounds =
                Bounds { reader, pieces: &pieces, rules: &rules, asked: RefCell::default() };
            let kept = prune::keep(&bounds, &predicate, &schema)?;
            alive.iter_mut().zip(kept).for_each(|(alive, kept)| *alive &= kept);
            let now = pieces.shards(&alive).len();
            dropped.add(bounds.asked.into_inner(), left - now, filter);
            left = now;
        }
        Ok(Self { shards: pieces.shards(&alive), dropped })
    }
}

impl Dropped {
    fn add(&mut self, rules: Vec<String>, count: usize, filter: &Expr) {
        if rules.is_empty() {
            let made = filter.column_refs().iter().any(|c| MADE.contains(&c.name.as_str()));
            if made {
                self.without_rule.push(filter.human_display().to_string());
            }
            return;
        }
        let rule = rules.join(" or ");
        match self.by.iter_mut().find(|(by, _)| *by == rule) {
            Some((_, before)) => *before += count,
            None => self.by.push((rule, count)),
        }
    }
}

/// `, dropped=[cell 5, cell_in_polygon 2], no rule for=[…]`, or nothing.
impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.by.is_empty() {
            let by: Vec<String> = self.by.iter().map(|(rule, n)| format!("{rule} {n}")).collect();
            write!(f, ", dropped=[{}]", by.join(", "))?;
        }
        if !self.without_rule.is_empty() {
            write!(f, ", no rule for=[{}]", self.without_rule.join(", "))?;
        }
        Ok(())
    }
}

/// What is known of the columns, piece by piece.
struct Bounds<'a> {
    reader: &'a StoreReader,
    pieces: &'a Pieces,
    rules: &'a [Rule],
    /// The columns and functions that were asked for and are known.
    asked: RefCell<Vec<String>>,
}

impl ShardBounds for Bounds<'_> {
    fn bounds(&self, column: &str, greatest: bool) -> Option<ArrayRef> {
        let grid = Grid::of(self.reader);
        let (name, values) = match self.rules.iter().find(|rule| rule.column() == column) {
            Some(rule) => (rule.name(), rule.bounds(&grid, self.pieces.parents(), greatest)),
            None => (column, self.pieces.bounds(&grid, column, greatest)),
        };
        let mut asked = self.asked.borrow_mut();
        if values.is_some() && !asked.iter().any(|known| known == name) {
            asked.push(name.to_owned());
        }
        values
    }

    fn shards(&self) -> usize {
        self.pieces.len()
    }
}

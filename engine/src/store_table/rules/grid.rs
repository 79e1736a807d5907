//! What the rules need to know of a store.

use super::Number;
use crate::store::StoreReader;
use crate::store_table::MADE;

/// The grid of a store, and which columns are made from it.
#[derive(Debug)]
pub(in crate::store_table) struct Grid {
    pub(in crate::store_table) child_order: u8,
    pub(in crate::store_table) parent_order: u8,
    /// Made columns that are hidden by variables of the same names.
    hidden: Vec<String>,
}

impl Grid {
    pub(in crate::store_table) fn of(reader: &StoreReader) -> Self {
        let names = reader.variables().iter().map(|variable| variable.name().to_owned());
        Self {
            child_order: reader.child_order(),
            parent_order: reader.parent_order(),
            hidden: names.filter(|name| MADE.contains(&name.as_str())).collect(),
        }
    }

    /// Whether a column is made from the cell, rather than stored.
    pub(in crate::store_table) fn is_made(&self, column: &str) -> bool {
        MADE.contains(&column) && !self.hidden.iter().any(|hidden| hidden == column)
    }

    /// The column as a number that grows with the cell.
    pub(in crate::store_table) fn column(&self, column: &str) -> Option<Number> {
        let as_word = match column {
            "cell" => false,
            "morton" => true,
            _ => return None,
        };
        self.is_made(column).then_some(Number { order: self.child_order, as_word })
    }
}

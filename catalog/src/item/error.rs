//! What can be wrong with an item.

use serde_json::Value;
use thiserror::Error;

/// An item that cannot be used. A retry does not help: it is as the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ItemError {
    /// A field of another type or without the value it must have.
    #[error("`{at}`: expected {expected}, found {found}")]
    Field {
        /// The field, as `properties.datetime`; empty for the item itself.
        at: String,
        /// What should be there.
        expected: String,
        /// The beginning of what is there.
        found: String,
    },
    /// A footprint that is no GeoJSON geometry.
    #[error("`geometry`: {reason}")]
    Geometry {
        /// What is wrong with it.
        reason: String,
    },
    /// Several data links of one scheme, none of which has the item's name, or more than one.
    #[error("{id} has {} {scheme} data links, and which to read is not known: {}", links.len(), links.join(" "))]
    Ambiguous {
        /// The item.
        id: String,
        /// `s3` or `https`.
        scheme: &'static str,
        /// The links.
        links: Vec<String>,
    },
}

impl ItemError {
    pub(crate) fn field(at: &str, expected: &str, found: Option<&Value>) -> Self {
        let found = found.map_or_else(|| "nothing".to_owned(), |value| excerpt(&value.to_string()));
        Self::Field { at: at.to_owned(), expected: expected.to_owned(), found }
    }
}

/// The beginning of a text that may be long.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

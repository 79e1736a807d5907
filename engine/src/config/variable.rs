//! One array of the output.

use serde_json::{Map, Value};

use super::dtype::{self, FillValue};
use crate::store::StoreDtype;

/// One array of the store: its SQL and how it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Name of the array, and of the SQL column, unquoted.
    pub name: String,
    /// The aggregate expression, without its alias.
    pub sql: String,
    /// Type of the array.
    pub dtype: StoreDtype,
    /// What cells without a value hold, if the file says so; see [`Variable::fill`].
    pub fill_value: Option<FillValue>,
    /// The column whose attributes (`units`, `long_name`) the array inherits by `unit_rule`.
    pub source: Option<String>,
    /// How the units follow from those of `source`.
    pub unit_rule: UnitRule,
    /// Attributes of the file, which win over inherited ones.
    pub attrs: Map<String, Value>,
}

/// Units of an array, from the units of its source column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitRule {
    /// The same: min, max, mean, sum, std, quantiles.
    Same,
    /// A number of rows: units `1`.
    Count,
    /// The square: var.
    Squared,
    /// Not known: expressions.
    None,
}

impl Variable {
    /// The fill value: the one given, or else NaN for floats and 0 for integers.
    pub fn fill(&self) -> FillValue {
        self.fill_value.unwrap_or_else(|| dtype::default_fill(self.dtype))
    }
}

//! What a store is to hold.

use serde_json::{Map, Value, json};

use super::dtype::StoreDtype;
use super::error::StoreError;

/// How latitude became a place on the sphere that HEALPix divides. A claim about the binning, not a choice of display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ellipsoid {
    /// Geodetic latitude on WGS84 was turned into authalic latitude before the hash. Cells have equal area on the ground.
    #[default]
    Wgs84,
    /// Latitude was hashed as it stands. The store then declares no ellipsoid.
    Sphere,
}

/// One store at one HEALPix order.
#[derive(Debug, Clone)]
pub struct StoreSpec {
    /// Order of the cells, at most 29.
    pub child_order: u8,
    /// Order of the shards, at most `child_order` and at most 13 below it.
    pub parent_order: u8,
    /// How the cells were made.
    pub ellipsoid: Ellipsoid,
    /// Nested ids at the parent order, strictly ascending. Chunk *i* of every array belongs to parent *i*.
    pub parents: Vec<u64>,
    /// The arrays beside the coordinate.
    pub variables: Vec<VariableSpec>,
    /// Whether to write each cell's packed Morton word as well, as the array `morton`.
    pub morton: bool,
    /// Goes under the root attribute `aggregation`.
    ///
    /// The key `occupancy`, if present, names the one variable whose fill tells an empty cell from an occupied one, such as a
    /// `count(*)`; readers then need not look at all variables to find the occupied cells. Every shard is checked for it.
    /// A key `written_at` replaces the time of completion. The keys `complete`, `parents`, `parents_sha256`,
    /// `parent_ranges`, `child_order` and `parent_order` are the writer's.
    pub provenance: Map<String, Value>,
}

/// One array of a store, first dimension `cells`.
#[derive(Debug, Clone)]
pub struct VariableSpec {
    /// Letters, digits, `_`, `-` and `.`.
    pub name: String,
    /// Type of the values.
    pub dtype: StoreDtype,
    /// What a cell without data holds: a number, or one of the strings `NaN`, `Infinity`, `-Infinity`. By default NaN for
    /// floats, zero for integers.
    pub fill_value: Option<Value>,
    /// The `units` attribute.
    ///
    /// xarray turns units such as `seconds since 2018-01-01` into dates when it opens a store.
    pub units: Option<String>,
    /// The `long_name` attribute.
    pub long_name: Option<String>,
    /// Further attributes. `_FillValue`, `missing_value`, `scale_factor` and `add_offset` are refused: readers would mask and
    /// rescale values that are neither masked nor scaled.
    pub attributes: Map<String, Value>,
}

impl VariableSpec {
    /// A variable with the default fill and no attributes.
    pub fn new(name: impl Into<String>, dtype: StoreDtype) -> Self {
        Self {
            name: name.into(),
            dtype,
            fill_value: None,
            units: None,
            long_name: None,
            attributes: Map::new(),
        }
    }

    /// The same with a `units` attribute.
    #[must_use]
    pub fn units(mut self, units: impl Into<String>) -> Self {
        self.units = Some(units.into());
        self
    }

    /// The same with another fill value.
    #[must_use]
    pub fn fill(mut self, fill: impl Into<Value>) -> Self {
        self.fill_value = Some(fill.into());
        self
    }

    pub(super) fn fill_or_default(&self) -> Value {
        let default = || if self.dtype.is_float() { json!("NaN") } else { json!(0) };
        self.fill_value.clone().unwrap_or_else(default)
    }
}

/// Taken by the coordinate, the grid mapping, the packed words, the cell column of a batch, and the dimension.
const RESERVED: [&str; 5] = ["cell_ids", "crs", "morton", "cell", "cells"];

/// Attributes that change values on the way in, or that break `xdggs.decode`.
const REFUSED_ATTRIBUTES: [&str; 5] =
    ["_FillValue", "missing_value", "scale_factor", "add_offset", "_zarrs"];

/// Deeper shards would need chunks of over 2 GiB once their values are eight bytes wide, more than zarr-python's
/// compressors take.
const MAX_DEPTH: u8 = 13;

impl StoreSpec {
    /// Cells per parent.
    pub(super) fn cells_per_shard(&self) -> usize {
        1 << (2 * usize::from(self.child_order.saturating_sub(self.parent_order)))
    }

    /// The variable that tells occupied cells from empty ones, if one is declared.
    pub(super) fn occupancy(&self) -> Option<&str> {
        self.provenance.get("occupancy").and_then(Value::as_str)
    }

    /// Everything that can be said without looking at a fill value.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let refuse = |problem: String| Err(StoreError::Spec { problem });
        let (child, parent) = (self.child_order, self.parent_order);
        if child > 29 {
            return refuse(format!("child order {child} is above 29, the finest HEALPix order"));
        }
        if parent > child || child - parent > MAX_DEPTH {
            return refuse(format!(
                "parent order {parent} must be at most the child order {child} and at most {MAX_DEPTH} below it"
            ));
        }
        let Some(&last) = self.parents.last() else {
            return refuse("the list of parent cells is empty".into());
        };
        if let Some((i, pair)) = self.parents.windows(2).enumerate().find(|(_, w)| w[0] >= w[1]) {
            return refuse(format!(
                "parent cells must ascend strictly, but {} follows {} at position {}",
                pair[1],
                pair[0],
                i + 1
            ));
        }
        let all = 12_u64 << (2 * parent);
        if last >= all {
            return refuse(format!(
                "parent cell {last} does not exist at order {parent}, which has {all}"
            ));
        }
        for (i, variable) in self.variables.iter().enumerate() {
            variable.check()?;
            if self.variables.iter().take(i).any(|v| v.name == variable.name) {
                return refuse(format!("two variables are named {}", variable.name));
            }
        }
        match self.provenance.get("occupancy") {
            Some(name)
                if !self.variables.iter().any(|v| Some(v.name.as_str()) == name.as_str()) =>
            {
                refuse(format!("the occupancy {name} is not one of the variables"))
            }
            _ => Ok(()),
        }
    }
}

impl VariableSpec {
    fn check(&self) -> Result<(), StoreError> {
        let name = &self.name;
        let refuse = |problem: String| Err(StoreError::Spec { problem });
        if RESERVED.contains(&name.as_str()) {
            return refuse(format!(
                "a variable may not be named {name}: the store uses that name itself"
            ));
        }
        // What stands in an object key, a URL and a Python attribute alike. Zarr reserves names that begin with two
        // underscores.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let starts = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.starts_with(starts) || !name.chars().all(plain) || name.starts_with("__") {
            return refuse(format!(
                "{name:?} cannot name an array: use letters, digits, _, - and . (`avg(h) AS h_mean`)"
            ));
        }
        match REFUSED_ATTRIBUTES.iter().find(|a| self.attributes.contains_key(**a)) {
            Some(attribute) => refuse(format!(
                "variable {name} may not have the attribute {attribute}: readers would change its values"
            )),
            None => Ok(()),
        }
    }
}

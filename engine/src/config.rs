//! A zagg YAML configuration, read and translated to the SQL that anyone could have typed.
//!
//! The file says which datasets of a granule are columns, which rows count, which statistics
//! are wanted for each cell and on which grid. [`Config::parse`] checks it strictly (an unknown
//! key is an error that names the nearest known one) and [`Config::sql`] prints the query.
//! Nothing in the file is ever evaluated: numpy expressions are parsed by a small grammar and
//! written out as SQL.
//!
//! ```yaml
//! h_mean: {function: average, source: h_li, params: {weights: "1.0 / s_li**2"}}
//! ```
//! ```sql
//! weighted_avg(h_li, 1.0 / (CAST(s_li AS DOUBLE) * CAST(s_li AS DOUBLE))) AS h_mean
//! ```
//!
//! # Rules of the translation
//!
//! * **Arithmetic is in double precision.** A column inside arithmetic is cast, whatever its
//!   type in the file; `sum` and `mean` cast their column too, integers included. `stable_var`
//!   and `stable_std` take doubles by themselves.
//!   A bare column under `min`, `max`, `len`, `quantile` or as the averaged value is not cast.
//! * **Missing values do not count.** `_FillValue` and NaN are NULL, and the aggregates of SQL
//!   skip NULL. `len` counts the rows whose `source` is not NULL. `nanmean` and its kin are
//!   therefore other names for `mean` and its kin.
//! * **A row whose term is undefined does not count.** Within a row, a zero divisor and an
//!   argument outside the domain of a root or logarithm give NULL. numpy would carry infinity or
//!   NaN into the result of the whole cell. Weights of a weighted average are left as written:
//!   `weighted_avg` skips rows whose weight is not finite.
//! * **A cell whose value is undefined is empty.** A division outside the aggregates by zero
//!   gives NULL, which is stored as the fill value.
//! * **A filter keeps the rows for which it is true.** With `keep: false` it drops the rows for
//!   which it is true. A missing flag makes neither true: such a row is dropped by the first form
//!   and stays with the second.

mod aggregation;
mod builtin;
mod dtype;
mod error;
mod expr;
mod filter;
mod fingerprint;
mod functions;
mod grid;
mod node;
mod output;
mod source;
mod sql;
pub(crate) mod suggest;
mod variable;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use dtype::FillValue;
pub use error::{ConfigError, ConfigErrorKind};
pub use grid::Grid;
pub use source::{Column, DataSource, Driver};
pub use variable::{UnitRule, Variable};

use node::Node;

/// A checked configuration: what to read, which rows count, what to compute, on which grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Name of the table in the SQL: the file stem or built-in name, as an SQL identifier that
    /// needs no quotes.
    pub name: String,
    /// The YAML it was read from.
    pub text: String,
    /// Groups, coordinates and columns of a granule.
    pub source: DataSource,
    /// SQL predicates, all of which must be true for a row to count.
    pub filters: Vec<String>,
    /// The output grid.
    pub grid: Grid,
    /// One output array each, in the order of the file.
    pub variables: Vec<Variable>,
    /// Whether the optional `morton` coordinate is asked for. `cell_ids` is always written.
    pub morton: bool,
    /// Where the store goes, if the file says so.
    pub store: Option<String>,
    /// S3 endpoint of the store, if the file says so. Credentials are never part of a file.
    pub endpoint_url: Option<String>,
    /// S3 region of the store, if the file says so.
    pub region: Option<String>,
    /// The shard map or catalog, if the file says so.
    pub catalog: Option<String>,
    /// The granule index, if the file says so: a path or a link of [`GranuleIndex`](crate::index::GranuleIndex).
    pub index: Option<String>,
    /// Keys that were understood and have no effect here, one sentence each.
    pub warnings: Vec<String>,
    /// SHA-256, in hexadecimal, of everything that decides the values of the result: source,
    /// filters, variables and grid. Comments, layout of the file, order of keys other than the
    /// variables, the driver, the place of the store, `catalog` and `index` do not enter.
    pub sha256: String,
}

impl Config {
    /// Reads a configuration from YAML text.
    ///
    /// `name` is the file stem or built-in name; it is made into an SQL identifier and names the
    /// configuration in errors.
    ///
    /// # Errors
    ///
    /// For text that is no YAML or has a key twice, unknown or missing keys, values of a wrong
    /// type or outside their range, features that are not supported yet, and expressions that
    /// cannot be translated. Every error names the YAML path.
    pub fn parse(name: &str, yaml: &str) -> Result<Self, ConfigError> {
        Self::read(name, yaml)
            .map_err(|kind| ConfigError { config: name.to_owned(), kind: Box::new(kind) })
    }

    /// Reads a built-in configuration by its name, or a file by its path.
    ///
    /// A name of [`Config::builtin_names`] means the built-in one, even when a file of that name
    /// lies in the working directory: `./atl06` means the file.
    ///
    /// # Errors
    ///
    /// Those of [`Config::parse`], and a file that cannot be read.
    pub fn load(path_or_builtin: &str) -> Result<Self, ConfigError> {
        if let Some(text) = builtin::text(path_or_builtin) {
            return Self::parse(path_or_builtin, text);
        }
        let path = Path::new(path_or_builtin);
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError {
            config: path_or_builtin.to_owned(),
            kind: Box::new(error::unreadable(path_or_builtin, source)),
        })?;
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or(path_or_builtin);
        Self::parse(stem, &text)
            .map_err(|e| ConfigError { config: path_or_builtin.to_owned(), ..e })
    }

    /// Names of the configurations that are part of the program.
    pub fn builtin_names() -> &'static [&'static str] {
        builtin::NAMES
    }

    /// The query: one row per cell that has observations, its id first.
    pub fn sql(&self) -> String {
        sql::query(&self.name, &self.variables, &self.filters)
    }

    /// The condition of the `WHERE` clause, if any row is filtered.
    pub fn filter_sql(&self) -> Option<String> {
        sql::conjunction(&self.filters, " AND ")
    }

    fn read(name: &str, yaml: &str) -> Result<Self, ConfigErrorKind> {
        let mut warnings = Vec::new();
        let document = node::document(yaml)?;
        let mut top = Node::root(&document).map()?;
        let source = source::read(top.required("data_source", "a mapping")?, &mut warnings)?;
        let (source, filters) = source;
        let aggregation = aggregation::read(
            top.required("aggregation", "a mapping")?,
            &source.columns,
            &mut warnings,
        )?;
        let output = output::read(top.required("output", "a mapping")?, &mut warnings)?;
        let catalog = top.optional("catalog").map(|n| n.string()).transpose()?;
        let index = top.optional("index").map(|n| n.string()).transpose()?;
        output::read_run_keys(&mut top, &mut warnings)?;
        top.finish()?;
        let mut config = Self {
            name: sql::table_name(name),
            text: yaml.to_owned(),
            source,
            filters,
            grid: output.grid,
            variables: aggregation.variables,
            morton: aggregation.morton,
            store: output.store,
            endpoint_url: output.endpoint_url,
            region: output.region,
            catalog,
            index,
            warnings,
            sha256: String::new(),
        };
        config.sha256 = fingerprint::sha256(&config);
        Ok(config)
    }
}

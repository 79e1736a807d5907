//! The `OPTIONS (…)` of a statement: typed, and none unknown.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use datafusion::common::plan_err;
use datafusion::error::Result;

use crate::config::suggest;
use crate::store::Ellipsoid;

/// The options of one statement.
#[derive(Debug)]
pub(super) struct Options {
    /// Of what, in errors: `STORED AS ZARR`.
    of: &'static str,
    values: HashMap<String, String>,
}

impl Options {
    /// Takes the options as DataFusion hands them over: in lower case, and those without a dot as `format.x`.
    ///
    /// # Errors
    /// For an option that is not `known`. A known name with `*.` before it stands for any column's.
    pub(super) fn new(
        of: &'static str,
        given: &HashMap<String, String>,
        known: &[&str],
    ) -> Result<Self> {
        let mut values = HashMap::with_capacity(given.len());
        for (key, value) in given {
            let key = key.strip_prefix("format.").unwrap_or(key);
            let pattern = key.rsplit_once('.').map(|(_, last)| format!("*.{last}"));
            if !known.contains(&key) && !pattern.is_some_and(|p| known.contains(&p.as_str())) {
                let hint = suggest::hint(key, known.iter().copied());
                return plan_err!("{of} has no option `{key}`{hint}");
            }
            values.insert(key.to_owned(), value.clone());
        }
        Ok(Self { of, values })
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// # Errors
    /// If the value is not of the type; `expected` says in words what is.
    pub(super) fn parse<T: FromStr>(&self, key: &str, expected: impl Display) -> Result<Option<T>> {
        let Some(text) = self.text(key) else { return Ok(None) };
        match text.trim().parse() {
            Ok(value) => Ok(Some(value)),
            Err(_) => self.wrong(key, expected),
        }
    }

    /// # Errors
    /// If the value is neither `true` nor `false`.
    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>> {
        self.parse(key, "true or false")
    }

    /// # Errors
    /// If the value is none of `choices`.
    pub(super) fn choice(
        &self,
        key: &str,
        choices: &[&'static str],
    ) -> Result<Option<&'static str>> {
        let Some(text) = self.text(key) else { return Ok(None) };
        match choices.iter().find(|choice| choice.eq_ignore_ascii_case(text)) {
            Some(choice) => Ok(Some(choice)),
            None => self.wrong(key, choices.join(" or ")),
        }
    }

    /// How cells are made: the option `ellipsoid`.
    ///
    /// # Errors
    /// If the value is neither `WGS84` nor `sphere`.
    pub(super) fn ellipsoid(&self) -> Result<Option<Ellipsoid>> {
        Ok(self.choice("ellipsoid", &["WGS84", "sphere"])?.map(|name| match name {
            "sphere" => Ellipsoid::Sphere,
            _ => Ellipsoid::Wgs84,
        }))
    }

    /// An error about an option's value.
    ///
    /// # Errors
    /// Always.
    pub(super) fn wrong<T>(&self, key: &str, expected: impl Display) -> Result<T> {
        let found = self.text(key).unwrap_or_default();
        plan_err!("{}: option `{key}`: expected {expected}, found `{found}`", self.of)
    }

    /// The options `NAME.last` for each NAME, such as the types of columns.
    pub(super) fn each<'a>(&'a self, last: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.values.iter().filter_map(move |(key, value)| {
            let (name, found) = key.rsplit_once('.')?;
            (found == last).then_some((name, value.as_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_typed_and_known() {
        let given =
            [("format.order", "12"), ("format.overwrite", "maybe"), ("count.dtype", "int32")];
        let given = given.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let known = ["order", "overwrite", "*.dtype"];
        let options = Options::new("STORED AS ZARR", &given, &known).unwrap();
        assert_eq!(options.parse::<u8>("order", "an order").unwrap(), Some(12));
        assert_eq!(options.each("dtype").collect::<Vec<_>>(), [("count", "int32")]);
        let error = options.flag("overwrite").unwrap_err().strip_backtrace();
        assert!(error.ends_with("`overwrite`: expected true or false, found `maybe`"), "{error}");
        let given = [("format.ordr".to_owned(), "12".to_owned())].into();
        let error = Options::new("STORED AS ZARR", &given, &known).unwrap_err().strip_backtrace();
        assert!(error.contains("no option `ordr`; did you mean `order`?"), "{error}");
    }
}

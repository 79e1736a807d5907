//! The environment that a login is looked for in.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// Environment variables: those of this process, or others in their place.
#[derive(Clone, Default)]
pub struct Variables {
    /// None for those of the process.
    given: Option<BTreeMap<String, OsString>>,
}

impl Variables {
    /// Those of this process, as they are when they are asked for.
    pub fn of_process() -> Self {
        Self::default()
    }

    /// These and no others.
    pub fn of<K: Into<String>, V: Into<OsString>>(given: impl IntoIterator<Item = (K, V)>) -> Self {
        let given = given.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { given: Some(given.collect()) }
    }

    /// A variable that is set and not blank, without blanks around it.
    ///
    /// Tokens are copied from a web page, with a line end as often as not.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.value(name)?.into_string().ok()?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// A variable that names a file.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.value(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    fn value(&self, name: &str) -> Option<OsString> {
        match &self.given {
            Some(given) => given.get(name).cloned(),
            None => std::env::var_os(name),
        }
    }
}

impl fmt::Debug for Variables {
    /// The names alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.given {
            Some(given) => f.debug_set().entries(given.keys()).finish(),
            None => f.write_str("those of the process"),
        }
    }
}

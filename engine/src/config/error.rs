//! What can be wrong with a configuration.

use std::fmt;

use thiserror::Error;

use super::builtin;
use super::suggest;

/// A configuration that cannot be used: which one, and why.
///
/// A retry does not help: the text has to change. Only [`ConfigErrorKind::Unreadable`] may be
/// of the moment.
#[derive(Debug, Error)]
#[error("config `{config}`: {kind}")]
pub struct ConfigError {
    /// Name or path of the configuration.
    pub config: String,
    /// What is wrong.
    pub kind: Box<ConfigErrorKind>,
}

/// What is wrong with a configuration. `path` is the YAML path, as `output.grid.child_order`.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// The file cannot be read, and no built-in configuration has this name.
    #[error("cannot be read: {source}{hint}")]
    Unreadable {
        /// The names that are built in.
        hint: String,
        /// The reply of the file system.
        source: std::io::Error,
    },
    /// The text is no YAML, or a mapping has a key twice.
    #[error("not valid YAML: {0}")]
    Yaml(#[source] serde_yaml::Error),
    /// A key that this format does not have.
    #[error("unknown key `{path}`{hint}")]
    UnknownKey {
        /// Where it is.
        path: String,
        /// The nearest known key, or all known ones.
        hint: String,
    },
    /// A key that must be there is not.
    #[error("missing key `{path}`: expected {expected}")]
    Missing {
        /// Where it should be.
        path: String,
        /// What it should hold.
        expected: String,
    },
    /// A value of another type.
    #[error("`{path}`: expected {expected}, found {found}")]
    Type {
        /// Where it is.
        path: String,
        /// The type wanted.
        expected: String,
        /// Type and value found.
        found: String,
    },
    /// A value of the right type that cannot be used.
    #[error("`{path}`: {message}")]
    Value {
        /// Where it is.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// Something that zagg has and this program does not have yet.
    #[error("`{path}` is not supported yet: {what}")]
    Unsupported {
        /// Where it is.
        path: String,
        /// What is missing, and what to do instead if there is something.
        what: String,
    },
    /// A numpy expression that cannot be translated.
    #[error("`{path}`: {fault}")]
    Expression {
        /// Where it is.
        path: String,
        /// What is wrong at which place of the text.
        fault: Fault,
    },
}

/// A message about a place in a line of text, shown with a caret under the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// The whole expression, on one line.
    pub text: String,
    /// First character of the place, counted from 0.
    pub start: usize,
    /// Characters of the place, at least 1.
    pub width: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, width) = (self.start, self.width);
        write!(f, "{}\n  {}\n  {:start$}{:^<width$}", self.message, self.text, "", "")
    }
}

pub(super) fn unreadable(name: &str, source: std::io::Error) -> ConfigErrorKind {
    let hint = if name.contains(['/', '\\', '.']) {
        String::new()
    } else {
        format!(" (no built-in configuration has this name{})", suggest::hint(name, builtin_list()))
    };
    ConfigErrorKind::Unreadable { hint, source }
}

fn builtin_list() -> impl Iterator<Item = &'static str> + Clone {
    builtin::NAMES.iter().copied()
}

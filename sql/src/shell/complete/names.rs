//! Names of a session, by how they begin.

use datafusion::common::config::{ConfigEntry, ConfigFileType, TableOptions};
use datafusion::common::utils::quote_identifier;
use datafusion::execution::SessionState;
use datafusion::prelude::SessionContext;

use super::Candidate;
use crate::shell::command::{function_names, tables};
use crate::shell::lex::tokens;

/// Those that begin with what was typed, in upper or lower case.
pub(super) fn starting<S: AsRef<str>>(
    typed: &str,
    all: impl IntoIterator<Item = S>,
) -> Vec<Candidate> {
    let all = all.into_iter().filter(|name| begins_with(name.as_ref(), typed));
    all.map(|name| Candidate::same(name.as_ref())).collect()
}

/// Keywords, in the case that was begun.
pub(super) fn words(typed: &str, all: impl Iterator<Item = &'static str>) -> Vec<Candidate> {
    let lower = typed.chars().any(char::is_lowercase);
    let mut found = starting(typed, all);
    if lower {
        found.iter_mut().for_each(|word| *word = Candidate::same(word.shown.to_lowercase()));
    }
    found
}

/// Columns, with quotes where SQL would not find them without.
pub(super) fn identifiers(typed: &str, all: Vec<String>) -> Vec<Candidate> {
    let (bare, quoted) = match typed.strip_prefix('"') {
        Some(bare) => (bare, true),
        None => (typed, false),
    };
    let all = all.into_iter().filter(|name| begins_with(name, bare));
    let candidate = |name: String| {
        let inserted = if quoted {
            format!("\"{}\"", name.replace('"', "\"\""))
        } else {
            quote_identifier(&name).into_owned()
        };
        Candidate { shown: name, inserted }
    };
    all.map(candidate).collect()
}

fn begins_with(name: &str, typed: &str) -> bool {
    let mut name = name.chars().flat_map(char::to_lowercase);
    typed.chars().flat_map(char::to_lowercase).all(|c| name.next() == Some(c))
}

/// The names of a session.
pub(super) struct Names<'a> {
    context: &'a SessionContext,
    state: SessionState,
}

impl<'a> Names<'a> {
    pub(super) fn new(context: &'a SessionContext) -> Self {
        Self { context, state: context.state() }
    }

    /// Tables and views, as SQL names them.
    pub(super) async fn tables(&self, typed: &str) -> Option<Vec<Candidate>> {
        let tables = tables(self.context).await.ok()?;
        Some(starting(typed, tables.into_iter().map(|table| table.name)))
    }

    /// Functions that give a table, with their parenthesis.
    pub(super) fn table_functions(&self, typed: &str) -> Vec<Candidate> {
        calls(starting(typed, self.state.table_functions().keys()))
    }

    /// Functions for expressions, with their parenthesis.
    pub(super) fn functions(&self, typed: &str) -> Vec<Candidate> {
        calls(self.bare_functions(typed))
    }

    /// All functions.
    pub(super) fn bare_functions(&self, typed: &str) -> Vec<Candidate> {
        starting(typed, function_names(&self.state))
    }

    /// What SET sets.
    pub(super) fn settings(&self, typed: &str) -> Vec<Candidate> {
        let mut keys = self::keys(self.state.config_options().entries());
        keys.extend(self::keys(self.state.runtime_env().config_entries()));
        keys.extend(["ALL", "TABLES", "COLUMNS", "FUNCTIONS"].map(str::to_owned));
        starting(typed, keys)
    }

    /// What an external table can be stored as.
    pub(super) fn storages(&self, typed: &str) -> Vec<Candidate> {
        starting(typed, self.state.table_factories().keys().map(|name| name.to_uppercase()))
    }

    /// Options of the file format that the statement names, where it is one of DataFusion's.
    pub(super) fn options(&self, statement: &str, typed: &str) -> Vec<Candidate> {
        let formats = [
            ("csv", ConfigFileType::CSV),
            ("json", ConfigFileType::JSON),
            ("parquet", ConfigFileType::PARQUET),
        ];
        let named =
            formats.into_iter().find(|(name, _)| tokens(statement).any(|token| token.is(name)));
        let Some((_, format)) = named else { return Vec::new() };
        let mut options = TableOptions::default();
        options.set_config_format(format);
        let keys = self::keys(options.entries());
        starting(typed, keys.into_iter().filter(|key| key.starts_with("format.")))
    }
}

fn calls(functions: Vec<Candidate>) -> Vec<Candidate> {
    let call = |function: Candidate| Candidate::same(format!("{}(", function.shown));
    functions.into_iter().map(call).collect()
}

fn keys(entries: Vec<ConfigEntry>) -> Vec<String> {
    entries.into_iter().map(|entry| entry.key).collect()
}

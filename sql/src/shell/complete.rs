//! What could stand where the cursor is.

mod hdf5;
mod names;
mod options;
mod path;
mod place;
mod scope;

use std::time::Duration;

use datafusion::prelude::SessionContext;
use tokio::runtime::Handle;

use crate::shell::command::COMMANDS;
use crate::shell::format::Format;
use crate::shell::keywords;
use names::Names;
use place::{Call, Place};

/// How long Tab may take. What is not known by then is not offered.
const PATIENCE: Duration = Duration::from_secs(2);

/// Completes names from a session, and paths from the file system.
pub(crate) struct Completion {
    context: SessionContext,
    runtime: Handle,
    hdf5: hdf5::Listing,
}

/// What could stand there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// In a list.
    pub(crate) shown: String,
    /// In the line.
    pub(crate) inserted: String,
}

impl Candidate {
    fn same(text: impl Into<String>) -> Self {
        let shown = text.into();
        Self { inserted: shown.clone(), shown }
    }
}

impl Completion {
    pub(crate) fn new(context: SessionContext, runtime: Handle) -> Self {
        Self { context, runtime, hdf5: hdf5::Listing::default() }
    }

    /// The byte from which on the line is replaced, and by what, in alphabetical order.
    pub(crate) fn candidates(&self, line: &str, at: usize) -> (usize, Vec<Candidate>) {
        let Some(before) = line.get(..at) else { return (at, Vec::new()) };
        let (start, found) = self.at(Place::of(before), line, at);
        let mut found = found.unwrap_or_default();
        found.sort();
        found.dedup();
        (start, found)
    }

    fn at(&self, place: Place<'_>, line: &str, at: usize) -> (usize, Option<Vec<Candidate>>) {
        match place {
            Place::Nothing => (at, None),
            Place::Command { start, text } => {
                let all = COMMANDS.iter().flat_map(|spec| spec.names).copied();
                (start, Some(names::starting(text, all)))
            }
            Place::Argument { command, start, text } => self.argument(command, start, text),
            Place::Text { start, text, call } => {
                let (from, found) = self.text(line, text, &call.unwrap_or_default());
                (start + from, found)
            }
            Place::Option { start, text } => {
                // Only the engine's own have names without dots, that need no quotes.
                let options = self.options(line, text).into_iter();
                (start, Some(options.filter(|name| !name.shown.contains('.')).collect()))
            }
            Place::Setting { start, text } => {
                (start, Some(Names::new(&self.context).settings(text)))
            }
            Place::Storage { start, text } => {
                (start, Some(Names::new(&self.context).storages(text)))
            }
            Place::Relation { start, text } => {
                let names = Names::new(&self.context);
                let (_, tables) = self.wait(async { (0, names.tables(text).await) });
                let mut found = tables.unwrap_or_default();
                found.extend(names.table_functions(text));
                (start, Some(found))
            }
            Place::Qualified { qualifier, start, text } => {
                let columns = scope::columns(&self.context, line, at, Some(qualifier));
                let (_, columns) = self.wait(async { (0, Some(columns.await)) });
                (start, Some(names::identifiers(text, columns.unwrap_or_default())))
            }
            Place::Word { start, text, begins } => (start, Some(self.word(line, at, text, begins))),
        }
    }

    fn argument(&self, command: &str, start: usize, text: &str) -> (usize, Option<Vec<Candidate>>) {
        let names = Names::new(&self.context);
        let found = match command {
            ".mode" => {
                let all = <Format as clap::ValueEnum>::value_variants().iter();
                let all: Vec<String> = all.map(|format| format.name()).collect();
                names::starting(text, all)
            }
            ".timer" | "\\timing" | ".bail" => names::starting(text, ["on", "off"]),
            ".read" | "\\i" | ".output" | "\\o" => {
                let (from, found) = path::files(text);
                return (start + from, Some(found));
            }
            ".schema" | "\\d" => {
                let (_, tables) = self.wait(async { (0, names.tables(text).await) });
                tables.unwrap_or_default()
            }
            ".help" | "\\?" | "\\h" | ".functions" | "\\df" => names.bare_functions(text),
            _ => return (start, None),
        };
        (start, Some(found))
    }

    /// In quotes: a path within an HDF5 file, an option or its value, and else a file.
    fn text(&self, line: &str, text: &str, call: &Call<'_>) -> (usize, Option<Vec<Candidate>>) {
        if let [file, ..] = call.texts.as_slice()
            && call.name.to_ascii_lowercase().starts_with("hdf5")
        {
            return self.wait(self.hdf5.members(&self.context, file, text));
        }
        let values = match call.key {
            _ if !call.is_options() => Vec::new(),
            None => return (0, Some(self.options(line, text))),
            Some("group") => {
                let Some(file) = options::location(line) else { return (0, None) };
                return self.wait(self.hdf5.members(&self.context, file, text));
            }
            Some(name) => options::values(name),
        };
        let values = names::starting(text, values);
        if !values.is_empty() {
            return (0, Some(values));
        }
        let (from, found) = path::files(text);
        (from, Some(found))
    }

    /// Options that the statement can have.
    fn options(&self, line: &str, text: &str) -> Vec<Candidate> {
        let own = names::starting(text, options::names(line));
        if own.is_empty() { Names::new(&self.context).options(line, text) } else { own }
    }

    /// A word that is no table: columns, then functions and keywords, once it has begun.
    fn word(&self, line: &str, at: usize, text: &str, begins: bool) -> Vec<Candidate> {
        if begins {
            return names::words(text, keywords::statements());
        }
        let columns = scope::columns(&self.context, line, at, None);
        let (_, columns) = self.wait(async { (0, Some(columns.await)) });
        let mut found = names::identifiers(text, columns.unwrap_or_default());
        if !text.is_empty() {
            found.extend(Names::new(&self.context).functions(text));
            found.extend(names::words(text, keywords::keywords()));
        }
        found
    }

    /// What is known in time.
    fn wait<T>(&self, future: impl Future<Output = (usize, Option<T>)>) -> (usize, Option<T>) {
        let in_time = async { tokio::time::timeout(PATIENCE, future).await };
        self.runtime.block_on(in_time).unwrap_or((0, None))
    }
}

#[cfg(test)]
mod tests;

//! Reading what the user types.

mod helper;
mod history;
mod keys;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use rustyline::config::{Behavior, CompletionType, Config};
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;

use crate::shell::complete::Completion;
use helper::ShellHelper;
use keys::EmptyLine;

const PROMPT: &str = "zagg> ";

/// Lines of history that are kept.
const KEPT: usize = 10_000;

/// What the user did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Entered statements or commands.
    Text(String),
    /// Pressed Ctrl-C, on an empty line or on one with text.
    Interrupted { empty: bool },
    /// Pressed Ctrl-D on an empty line.
    End,
}

/// A line editor whose lines end where a statement does.
pub(crate) struct Editor {
    editor: rustyline::Editor<ShellHelper, DefaultHistory>,
    history: Option<PathBuf>,
    empty: EmptyLine,
}

impl Editor {
    /// `history` is the file of past input; without one it is not kept.
    pub(crate) fn new(completion: Completion, history: Option<PathBuf>) -> io::Result<Self> {
        let mut config = Config::builder()
            .max_history_size(KEPT)
            .map_err(in_io)?
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            .auto_add_history(false);
        if !io::stdout().is_terminal() {
            // Results go elsewhere, and the prompt is none.
            config = config.behavior(Behavior::PreferTerm);
        }
        let mut editor = rustyline::Editor::with_config(config.build()).map_err(in_io)?;
        editor.set_helper(Some(ShellHelper { completion }));
        let empty = EmptyLine::default();
        keys::bind(&mut editor, &empty);
        let history = history.filter(|path| history::prepare(path));
        if let Some(path) = &history {
            // A first session has none.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history, empty })
    }

    /// Waits for the next input.
    pub(crate) fn read(&mut self) -> io::Result<Input> {
        match self.editor.readline(PROMPT) {
            Ok(text) => {
                self.keep(&text);
                Ok(Input::Text(text))
            }
            Err(ReadlineError::Interrupted) => Ok(Input::Interrupted { empty: self.empty.get() }),
            Err(ReadlineError::Eof) => Ok(Input::End),
            Err(error) => Err(in_io(error)),
        }
    }

    /// Writes the text to the history at once: the session may not come to an orderly end.
    fn keep(&mut self, text: &str) {
        let text = text.trim_end();
        if !history::is_kept(text) || !self.editor.add_history_entry(text).unwrap_or(false) {
            return;
        }
        if let Some(path) = &self.history {
            // A full disk is no reason to end a session.
            let _ = self.editor.append_history(path);
        }
    }
}

fn in_io(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other),
    }
}

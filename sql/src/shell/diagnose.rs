//! Errors as people see them: what is wrong, where, and what was perhaps meant.

mod caret;
mod meaning;

use std::io::{self, Write};

use crate::shell::Shell;
use crate::shell::failure::Failure;
use crate::shell::split::{Piece, What};

pub(crate) use caret::Span;

/// What an error comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    pub(crate) message: String,
    /// Where in the statement, if it is known.
    pub(crate) span: Option<Span>,
    pub(crate) helps: Vec<String>,
}

/// Prints `failure` of `piece`, which stands in the file `name`, on stderr.
pub(crate) fn report(
    shell: &Shell,
    failure: &Failure,
    piece: &Piece<'_>,
    name: Option<&str>,
) -> io::Result<()> {
    let mut diagnosis = match failure {
        Failure::Query(error) => {
            shell.runtime.block_on(meaning::of(error, &shell.context, piece.text))
        }
        Failure::Command { reason, help } => {
            Diagnosis { message: reason.clone(), span: None, helps: help.iter().cloned().collect() }
        }
        other => Diagnosis { message: other.to_string(), ..Diagnosis::default() },
    };
    if piece.what == What::Command {
        // Places are those of the statement that the command was turned into.
        diagnosis.span = None;
    }
    io::stderr().write_all(text(&diagnosis, piece, name).as_bytes())
}

fn text(diagnosis: &Diagnosis, piece: &Piece<'_>, name: Option<&str>) -> String {
    let mut text = format!("error: {}\n", diagnosis.message);
    text.push_str(&caret::place(diagnosis.span, piece, name));
    if let Some(span) = diagnosis.span {
        text.push_str(&caret::lines(span, piece.text));
    }
    for help in &diagnosis.helps {
        text.push_str(&format!("  help: {help}\n"));
    }
    text
}

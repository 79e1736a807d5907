//! What the editor asks about a line: is it complete, how does it go on, what colours has it.

use std::borrow::Cow;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use crate::shell::complete::Completion;
use crate::shell::keywords::is_keyword;
use crate::shell::lex::{Kind, tokens};
use crate::shell::split::is_complete;

/// Answers from the session.
pub(super) struct ShellHelper {
    pub(super) completion: Completion,
}

impl Helper for ShellHelper {}

impl Hinter for ShellHelper {
    type Hint = String;
}

impl Validator for ShellHelper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match is_complete(context.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Completer for ShellHelper {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, found) = self.completion.candidates(line, at);
        let pair = |c: crate::shell::complete::Candidate| Pair {
            display: c.shown,
            replacement: c.inserted,
        };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

impl Highlighter for ShellHelper {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if line.trim_start().starts_with(['\\', '.']) {
            return Cow::Borrowed(line);
        }
        Cow::Owned(coloured(line))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        // What is typed may change the meaning of all that follows.
        kind != CmdKind::MoveCursor
    }
}

/// The line with the escape codes of a terminal. The editor asks for it where colours are wanted alone.
fn coloured(line: &str) -> String {
    let mut text = String::with_capacity(2 * line.len());
    for token in tokens(line) {
        let colour = match token.kind {
            Kind::Word if is_keyword(token.text) => "\x1b[1;34m",
            Kind::Text => "\x1b[32m",
            Kind::Number => "\x1b[36m",
            Kind::Parameter => "\x1b[35m",
            Kind::Comment => "\x1b[2m",
            _ => "",
        };
        text.push_str(colour);
        text.push_str(token.text);
        if !colour.is_empty() {
            text.push_str("\x1b[0m");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_change_no_character() {
        let line = "SELECT h, 'x', 1.5 -- why\nFROM t WHERE a > $low";
        let text = coloured(line);
        let mut plain = text.clone();
        for code in ["\x1b[1;34m", "\x1b[32m", "\x1b[36m", "\x1b[35m", "\x1b[2m", "\x1b[0m"] {
            plain = plain.replace(code, "");
        }
        assert_eq!(plain, line);
        assert!(text.starts_with("\x1b[1;34mSELECT\x1b[0m h, \x1b[32m'x'\x1b[0m"));
    }
}

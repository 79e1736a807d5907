//! Text into statements and commands.

use crate::shell::lex::{Kind, Token, tokens};

/// One statement or command, with the place where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) what: What,
    /// Without the `;`, and without space and comments before it.
    pub(crate) text: &'a str,
    /// Its first byte in the whole text.
    pub(crate) start: usize,
    /// Its line in the whole text, from 1.
    pub(crate) line: usize,
    /// Its column in that line, in characters, from 1.
    pub(crate) column: usize,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// SQL, and whether its `;` is there.
    Statement { ended: bool },
    /// A command of the shell, to the end of its line.
    Command,
}

/// The pieces of `text`, in order. Empty statements are none.
///
/// A command begins with `\` or `.` where a statement could begin, and ends with its line.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut rest = Rest { text, start: 0, line: 1, column: 1 };
    std::iter::from_fn(|| rest.piece()).collect()
}

/// What is not split yet.
struct Rest<'a> {
    text: &'a str,
    start: usize,
    line: usize,
    column: usize,
}

impl<'a> Rest<'a> {
    fn piece(&mut self) -> Option<Piece<'a>> {
        let first = tokens(self.text).find(|t| t.counts() && t.kind != Kind::End)?;
        self.take(first.start);
        let (start, line, column) = (self.start, self.line, self.column);
        if first.kind == Kind::Symbol && matches!(first.text, "\\" | ".") {
            let text = self.take(self.text.find('\n').unwrap_or(self.text.len())).trim_end();
            return Some(Piece { what: What::Command, text, start, line, column });
        }
        let end = tokens(self.text).find(|t| t.kind == Kind::End);
        let text = self.take(end.map_or(self.text.len(), |t| t.start)).trim_end();
        let what = What::Statement { ended: end.is_some() };
        Some(Piece { what, text, start, line, column })
    }

    /// Goes on by `bytes`, which end where a token does.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.text.split_at(bytes);
        self.text = rest;
        self.start += bytes;
        for c in taken.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        taken
    }
}

/// Whether Enter should run `text` and not begin a new line.
pub(crate) fn is_complete(text: &str) -> bool {
    let open = tokens(text).any(|token| !token.closed);
    match pieces(text).last() {
        None => !open,
        Some(Piece { what: What::Command, .. }) => true,
        Some(Piece { what: What::Statement { ended }, .. }) => {
            *ended && !open || is_bare_word(text)
        }
    }
}

/// Words that do what someone new to the shell expects of them.
pub(crate) fn is_bare_word(text: &str) -> bool {
    ["exit", "quit", "help"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// The tokens of the statement that `text` ends with, from its beginning; none where one has just ended.
pub(crate) fn last_statement(text: &str) -> Vec<Token<'_>> {
    match pieces(text).last() {
        Some(Piece { what: What::Statement { ended: false }, start, .. }) => {
            let shifted = |token: Token<'_>| token.start + start;
            let body = text.get(*start..).unwrap_or("");
            tokens(body).map(|token| Token { start: shifted(token), ..token }).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(&str, usize, usize)> {
        pieces(text).iter().map(|p| (p.text, p.line, p.column)).collect()
    }

    #[test]
    fn statements_end_at_semicolons_outside_quotes() {
        let text = "SELECT ';' ;-- one;\n ;;SELECT $$;$$\n, 2 /* ; */;  ";
        assert_eq!(texts(text), [("SELECT ';'", 1, 1), ("SELECT $$;$$\n, 2 /* ; */", 2, 4)]);
    }

    #[test]
    fn commands_end_with_their_line_and_need_not_be_sql() {
        let text = "\n\\d it's\n.read a;b.sql\nSELECT 1;\\q\n .quit";
        assert_eq!(
            texts(text),
            [
                ("\\d it's", 2, 1),
                (".read a;b.sql", 3, 1),
                ("SELECT 1", 4, 1),
                ("\\q", 4, 10),
                (".quit", 5, 2),
            ]
        );
    }

    #[test]
    fn a_dot_within_a_statement_is_no_command() {
        assert_eq!(texts("SELECT a\n.b FROM a;").len(), 1);
    }

    #[test]
    fn enter_runs_what_is_complete() {
        for text in
            ["", "  ", "SELECT 1;", "SELECT 1; -- done", "\\d", ".mode csv", "exit", "HELP "]
        {
            assert!(is_complete(text), "{text}");
        }
        for text in
            ["SELECT 1", "SELECT ';", "SELECT 1; SELECT 2", "SELECT 1; /* ", "/*", "exit now"]
        {
            assert!(!is_complete(text), "{text}");
        }
    }

    #[test]
    fn the_statement_that_is_being_typed() {
        let words = |text| last_statement(text).iter().map(|t| t.text).collect::<String>();
        assert_eq!(words("SELECT 1; SELECT x "), "SELECT x ");
        assert_eq!(words(".mode csv\nSEL"), "SEL");
        assert_eq!(words("SELECT 1; "), "");
        assert_eq!(last_statement("\\d\n é;SEL").first().unwrap().start, 7);
    }
}

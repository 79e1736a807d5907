//! SQL as a sequence of tokens, for text that may not be finished yet.
//!
//! The parser's own tokenizer refuses a text whose quote is still open, which is what a shell looks at while
//! someone types. This one never fails: it tells whether the last token is closed.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Space,
    Comment,
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes.
    Quoted,
    /// Text: `'…'`, `$$…$$`, `$tag$…$tag$`.
    Text,
    Number,
    /// A parameter such as `$name`.
    Parameter,
    /// The `;` that ends a statement.
    End,
    Symbol,
}

/// A piece of the text. All of them together are the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Its first byte in the whole text.
    pub(crate) start: usize,
    /// A quote or comment is closed; anything else always is.
    pub(crate) closed: bool,
}

impl Token<'_> {
    /// Whether it counts: neither space nor comment.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment)
    }

    /// Whether it is this word, in upper or lower case.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// The tokens of `sql`.
pub(crate) fn tokens(sql: &str) -> impl Iterator<Item = Token<'_>> + Clone {
    Tokens { rest: sql, start: 0, escapes: false }
}

#[derive(Clone)]
struct Tokens<'a> {
    rest: &'a str,
    start: usize,
    /// The word before was the `E` of a text with backslashes, `E'it\'s'`.
    escapes: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = self.rest.chars().next()?;
        let (kind, length, closed) = self.measure(first);
        let (text, rest) = self.rest.split_at(length);
        let token = Token { kind, text, start: self.start, closed };
        self.escapes = token.is("e");
        self.rest = rest;
        self.start += length;
        Some(token)
    }
}

impl Tokens<'_> {
    /// Kind and length in bytes of the next token, and whether it is closed.
    fn measure(&self, first: char) -> (Kind, usize, bool) {
        let rest = self.rest;
        match first {
            ';' => (Kind::End, 1, true),
            '\'' if self.escapes => escaped(rest),
            '\'' => quoted(rest, '\'', Kind::Text),
            '"' | '`' => quoted(rest, first, Kind::Quoted),
            '$' => dollar(rest),
            '-' if rest.starts_with("--") => {
                (Kind::Comment, rest.find('\n').unwrap_or(rest.len()), true)
            }
            '/' if rest.starts_with("/*") => block_comment(rest),
            c if c.is_whitespace() => (Kind::Space, run(rest, char::is_whitespace), true),
            c if c.is_ascii_digit() => {
                (Kind::Number, run(rest, |c| c.is_alphanumeric() || "._".contains(c)), true)
            }
            c if c.is_alphabetic() || "_@#".contains(c) => {
                (Kind::Word, run(rest, |c| c.is_alphanumeric() || "_@#$".contains(c)), true)
            }
            c => (Kind::Symbol, c.len_utf8(), true),
        }
    }
}

/// Bytes at the start whose characters all belong.
fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Up to the closing quote; a doubled one stands for itself.
fn quoted(text: &str, quote: char, kind: Kind) -> (Kind, usize, bool) {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return (kind, at + c.len_utf8(), true);
        }
    }
    (kind, text.len(), false)
}

/// Like [`quoted`], where a backslash also takes the meaning from what follows.
fn escaped(text: &str) -> (Kind, usize, bool) {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' if chars.next_if(|(_, next)| *next == '\'').is_none() => {
                return (Kind::Text, at + 1, true);
            }
            _ => {}
        }
    }
    (Kind::Text, text.len(), false)
}

/// `$$…$$`, `$tag$…$tag$` or the parameter `$name`.
fn dollar(text: &str) -> (Kind, usize, bool) {
    let name = 1 + run(text.get(1..).unwrap_or(""), |c| c.is_alphanumeric() || c == '_');
    let (head, tail) = text.split_at(name);
    let Some(body) = tail.strip_prefix('$') else {
        return (Kind::Parameter, name, true);
    };
    let tag = format!("{head}$");
    match body.find(&tag) {
        Some(at) => (Kind::Text, tag.len() + at + tag.len(), true),
        None => (Kind::Text, text.len(), false),
    }
}

/// Comments nest.
fn block_comment(text: &str) -> (Kind, usize, bool) {
    let mut depth = 0_usize;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '/' if chars.next_if(|(_, next)| *next == '*').is_some() => depth += 1,
            '*' if chars.next_if(|(_, next)| *next == '/').is_some() => {
                depth -= 1;
                if depth == 0 {
                    return (Kind::Comment, at + 2, true);
                }
            }
            _ => {}
        }
    }
    (Kind::Comment, text.len(), false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(sql: &str) -> Vec<(Kind, &str, bool)> {
        let all: Vec<Token<'_>> = tokens(sql).collect();
        assert_eq!(all.iter().map(|t| t.text).collect::<String>(), sql);
        all.iter().filter(|t| t.kind != Kind::Space).map(|t| (t.kind, t.text, t.closed)).collect()
    }

    #[test]
    fn words_numbers_and_symbols() {
        assert_eq!(
            kinds("SELECT h_li+1.5e3 -- ;\n;"),
            [
                (Kind::Word, "SELECT", true),
                (Kind::Word, "h_li", true),
                (Kind::Symbol, "+", true),
                (Kind::Number, "1.5e3", true),
                (Kind::Comment, "-- ;", true),
                (Kind::End, ";", true),
            ]
        );
    }

    #[test]
    fn a_semicolon_in_quotes_is_text() {
        for text in
            ["';'", "'it''s;'", "\";\"", "`;`", "$$;'$$", "$a$ ; $b$ ; $a$", "/* ; /* */ ; */"]
        {
            let found = kinds(text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].2, "{text} is closed");
        }
        assert_eq!(kinds(r"E'\';'").len(), 2);
    }

    #[test]
    fn what_is_open_says_so() {
        for text in ["'a", "'a''", "\"a", "$$a$", "$t$ $$", "/* /* */", r"'\"] {
            let found = kinds(text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(!found[0].2, "{text} is open");
        }
    }

    #[test]
    fn parameters_are_no_quotes() {
        assert_eq!(
            kinds("$low, $1;"),
            [
                (Kind::Parameter, "$low", true),
                (Kind::Symbol, ",", true),
                (Kind::Parameter, "$1", true),
                (Kind::End, ";", true),
            ]
        );
    }

    #[test]
    fn any_text_is_taken() {
        for text in ["", "é'ü", "$", "$é$ x", "\u{1F30D};", "-", "/", "*/", "E", "e'"] {
            kinds(text);
        }
    }
}

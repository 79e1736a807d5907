//! What kind of thing the cursor stands in or behind.

use crate::shell::keywords::is_keyword;
use crate::shell::lex::{Kind, Token, tokens};
use crate::shell::split::{What, last_statement, pieces};

/// Where the cursor is, what was typed of it so far, and from which byte on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// Where nothing is known.
    Nothing,
    /// The name of a command.
    Command { start: usize, text: &'a str },
    /// What a command is about.
    Argument { command: &'a str, start: usize, text: &'a str },
    /// Text in quotes that are still open.
    Text { start: usize, text: &'a str, call: Option<Call<'a>> },
    /// A setting, behind SET or SHOW.
    Setting { start: usize, text: &'a str },
    /// How an external table is stored.
    Storage { start: usize, text: &'a str },
    /// The name of an option, in `OPTIONS (`, without quotes.
    Option { start: usize, text: &'a str },
    /// A table, behind FROM and its like.
    Relation { start: usize, text: &'a str },
    /// Something of what stands before the dot.
    Qualified { qualifier: &'a str, start: usize, text: &'a str },
    /// Any other word, and whether it is the first.
    Word { start: usize, text: &'a str, begins: bool },
}

/// The innermost parenthesis that is open, with the word before it and the texts in it so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Call<'a> {
    pub(super) name: &'a str,
    pub(super) texts: Vec<&'a str>,
    /// What the cursor stands directly behind: in `OPTIONS (`, the name of an option.
    pub(super) key: Option<&'a str>,
}

/// Words that a table follows.
const BEFORE_TABLES: [&str; 6] = ["FROM", "JOIN", "INTO", "TABLE", "DESCRIBE", "VIEW"];

impl<'a> Place<'a> {
    /// The place at the end of `before`.
    pub(super) fn of(before: &'a str) -> Self {
        if let Some(last) = pieces(before).last()
            && last.what == What::Command
            && before.trim_end_matches(' ').ends_with(last.text)
        {
            return Self::in_command(before, last.text);
        }
        if tokens(before).last().is_some_and(|token| token.kind == Kind::Comment) {
            return Self::Nothing;
        }
        let statement = last_statement(before);
        let (typed, head) = match statement.split_last() {
            Some((last, head)) if matches!(last.kind, Kind::Word | Kind::Text | Kind::Quoted) => {
                (Some(*last), head)
            }
            Some((last, _)) if last.kind == Kind::Number => return Self::Nothing,
            _ => (None, statement.as_slice()),
        };
        let head: Vec<Token<'a>> = head.iter().copied().filter(Token::counts).collect();
        match typed {
            Some(token) if token.kind == Kind::Text => Self::in_text(token, &head),
            Some(token) if token.kind == Kind::Quoted && token.closed => Self::Nothing,
            Some(token) => Self::in_word(before, token.start, token.text, &head),
            None => Self::in_word(before, before.len(), "", &head),
        }
    }

    fn in_command(before: &'a str, command: &'a str) -> Self {
        let start = before.rfind(command).unwrap_or(0);
        let line = before.get(start..).unwrap_or("");
        let Some((name, _)) = line.split_once(' ') else {
            return Self::Command { start, text: line };
        };
        let text = line.rsplit(' ').next().unwrap_or("");
        let text = text.trim_start_matches(['\'', '"']);
        Self::Argument { command: name, start: before.len() - text.len(), text }
    }

    fn in_text(token: Token<'a>, head: &[Token<'a>]) -> Self {
        match token.text.strip_prefix('\'') {
            Some(text) if !token.closed => {
                Self::Text { start: token.start + 1, text, call: open_call(head) }
            }
            _ => Self::Nothing,
        }
    }

    fn in_word(before: &'a str, start: usize, text: &'a str, head: &[Token<'a>]) -> Self {
        let last = head.last();
        let is = |token: Option<&Token<'a>>, words: &[&str]| {
            token.is_some_and(|token| words.iter().any(|word| token.is(word)))
        };
        if is(head.first(), &["SET", "SHOW", "RESET"])
            && head.iter().skip(1).all(|t| t.kind == Kind::Word || t.text == ".")
        {
            // Settings are dotted names.
            let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
            return Self::Setting { start, text: before.get(start..).unwrap_or("") };
        }
        if let [.., qualifier, dot] = head
            && dot.text == "."
            && matches!(qualifier.kind, Kind::Word | Kind::Quoted)
        {
            return Self::Qualified { qualifier: qualifier.text, start, text };
        }
        if let [.., stored, as_] = head
            && stored.is("STORED")
            && as_.is("AS")
        {
            return Self::Storage { start, text };
        }
        let in_options = || open_call(head).is_some_and(|call| call.is_options());
        if last.is_some_and(|token| matches!(token.text, "(" | ",")) && in_options() {
            return Self::Option { start, text };
        }
        if is(last, &BEFORE_TABLES) {
            return Self::Relation { start, text };
        }
        // EXPLAIN and its like stand before a statement.
        let begins = head.iter().all(|t| ["EXPLAIN", "ANALYZE", "VERBOSE"].iter().any(|w| t.is(w)));
        Self::Word { start, text, begins }
    }
}

impl Call<'_> {
    /// Whether it is the OPTIONS of a statement.
    pub(super) fn is_options(&self) -> bool {
        self.name.eq_ignore_ascii_case("options")
    }
}

/// The innermost open parenthesis.
fn open_call<'a>(head: &[Token<'a>]) -> Option<Call<'a>> {
    let mut open: Vec<Call<'a>> = Vec::new();
    let mut word = "";
    for token in head {
        match token.kind {
            Kind::Symbol if token.text == "(" => {
                open.push(Call { name: word, ..Call::default() });
            }
            Kind::Symbol if token.text == ")" => drop(open.pop()),
            Kind::Text => {
                if let Some(call) = open.last_mut() {
                    call.texts.push(token.text.trim_matches('\''));
                }
            }
            _ => {}
        }
        let is_name = token.kind == Kind::Word && (!is_keyword(token.text) || token.is("options"));
        word = if is_name { token.text } else { "" };
        if let Some(call) = open.last_mut() {
            let key = matches!(token.kind, Kind::Word | Kind::Text | Kind::Quoted);
            call.key = key.then(|| token.text.trim_matches(['\'', '"']));
        }
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_statements() {
        let word = |start, text, begins| Place::Word { start, text, begins };
        let cases = [
            ("", word(0, "", true)),
            ("SEL", word(0, "SEL", true)),
            ("SELECT 1; SEL", word(10, "SEL", true)),
            ("EXPLAIN ANALYZE sel", word(16, "sel", true)),
            ("SELECT h_", word(7, "h_", false)),
            ("SELECT count(", word(13, "", false)),
            ("SELECT * FROM ", Place::Relation { start: 14, text: "" }),
            ("SELECT * FROM a JOIN at", Place::Relation { start: 21, text: "at" }),
            ("SELECT a.h", Place::Qualified { qualifier: "a", start: 9, text: "h" }),
            ("SET datafusion.exec.b", Place::Setting { start: 4, text: "datafusion.exec.b" }),
            ("SHOW ", Place::Setting { start: 5, text: "" }),
            ("CREATE EXTERNAL TABLE t STORED AS G", Place::Storage { start: 34, text: "G" }),
            ("SELECT 'a'", Place::Nothing),
            ("SELECT 1 -- wh", Place::Nothing),
            ("SELECT 12", Place::Nothing),
        ];
        for (text, expected) in cases {
            assert_eq!(Place::of(text), expected, "{text}");
        }
    }

    #[test]
    fn places_in_quotes_know_the_call() {
        let place = Place::of("SELECT * FROM hdf5('a.h5', 'gt1l/l");
        let call = Some(Call { name: "hdf5", texts: vec!["a.h5"], key: None });
        assert_eq!(place, Place::Text { start: 28, text: "gt1l/l", call });
        let place = Place::of("SELECT * FROM f('x') WHERE a IN ('");
        let call = Some(Call::default());
        assert_eq!(place, Place::Text { start: 34, text: "", call });
        let place = Place::of("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'da");
        assert_eq!(place, Place::Text { start: 48, text: "da", call: None });
    }

    #[test]
    fn options_are_names_and_values() {
        let table = "CREATE EXTERNAL TABLE t STORED AS GRANULES LOCATION 'g' OPTIONS (";
        let name = format!("{table}sh");
        assert_eq!(Place::of(&name), Place::Option { start: table.len(), text: "sh" });
        let value = format!("{table}config 'atl06', shards 'po");
        let Place::Text { text: "po", call: Some(call), .. } = Place::of(&value) else {
            panic!("no text")
        };
        assert!(call.is_options() && call.key == Some("shards"));
        let name = format!("{table}config 'atl06', 'sh");
        let Place::Text { text: "sh", call: Some(call), .. } = Place::of(&name) else {
            panic!("no text")
        };
        assert!(call.is_options() && call.key.is_none());
    }

    #[test]
    fn places_in_commands() {
        assert_eq!(Place::of("\\d"), Place::Command { start: 0, text: "\\d" });
        assert_eq!(Place::of(" .mo"), Place::Command { start: 1, text: ".mo" });
        let argument = |command, start, text| Place::Argument { command, start, text };
        assert_eq!(Place::of(".mode "), argument(".mode", 6, ""));
        assert_eq!(Place::of(".read 'da"), argument(".read", 7, "da"));
        assert_eq!(
            Place::of(".mode csv\nSEL"),
            Place::Word { start: 10, text: "SEL", begins: true }
        );
    }
}

//! Text to tokens.

use std::ops::Range;

use super::ast::Trouble;

/// Longest expression, in tokens. It bounds the depth of the tree and so the stack.
const MAX_TOKENS: usize = 500;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A literal, and its digits if it is a whole number.
    Number(f64, Option<String>),
    /// A name, dots included: `np.sqrt`.
    Name(String),
    Symbol(&'static str),
    End,
}

pub(super) type Spanned = (Token, Range<usize>);

/// Longest first, so that `**` is not read as two `*`.
const SYMBOLS: [&str; 25] = [
    "**", "//", "==", "!=", "<=", ">=", "<<", ">>", "+", "-", "*", "/", "%", "(", ")", ",", "&",
    "|", "~", "^", "<", ">", "=", "[", "]",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, Trouble> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|r| !r.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            at += blank;
            continue;
        }
        if tokens.len() >= MAX_TOKENS {
            let message = format!("the expression has more than {MAX_TOKENS} parts");
            return Err(Trouble::new(at..text.len(), message));
        }
        let (token, length) =
            token(rest).map_err(|(message, length)| Trouble::new(at..at + length, message))?;
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens.push((Token::End, text.trim_end().len()..text.trim_end().len()));
    Ok(tokens)
}

type Piece = Result<(Token, usize), (String, usize)>;

fn token(rest: &str) -> Piece {
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or_default();
    let second = chars.next().unwrap_or_default();
    if first.is_ascii_digit() || first == '.' && second.is_ascii_digit() {
        return number(rest);
    }
    if first.is_alphabetic() || first == '_' {
        let length = name_length(rest);
        return Ok((Token::Name(rest.get(..length).unwrap_or_default().to_owned()), length));
    }
    if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
        return Ok((Token::Symbol(symbol), symbol.len()));
    }
    let message = match first {
        '\'' | '"' => "text has no meaning in an expression".to_owned(),
        '.' => "attributes and methods of a result are not supported; write `np.mean(x)` for \
                `x.mean()`"
            .to_owned(),
        c => format!("`{c}` has no meaning here"),
    };
    Err((message, first.len_utf8()))
}

/// Letters, digits and underscores, and a dot when a letter follows it.
fn name_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next_is_letter = chars.peek().is_some_and(|(_, n)| n.is_alphabetic() || *n == '_');
        if !(c.is_alphanumeric() || c == '_' || c == '.' && next_is_letter) {
            return i;
        }
    }
    rest.len()
}

fn number(rest: &str) -> Piece {
    let digits = |from: usize| {
        let tail = rest.get(from..).unwrap_or_default();
        tail.find(|c: char| !(c.is_ascii_digit() || c == '_')).unwrap_or(tail.len())
    };
    let at = |i: usize| rest.as_bytes().get(i).copied().unwrap_or_default();
    let mut length = digits(0);
    let mut whole = true;
    if at(length) == b'.' {
        whole = false;
        length += 1;
        length += digits(length);
    }
    if matches!(at(length), b'e' | b'E') {
        let sign = usize::from(matches!(at(length + 1), b'+' | b'-'));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            whole = false;
            length += 1 + sign + exponent;
        }
    }
    let next = rest.get(length..).and_then(|r| r.chars().next());
    if next.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
        return Err(("this number is not finished, or not a decimal one".to_owned(), length + 1));
    }
    let text = rest.get(..length).unwrap_or_default().replace('_', "");
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value, whole.then_some(text)), length)),
        _ => Err(("this number is too large for a double".to_owned(), length)),
    }
}

//! The tables of a statement, and their columns.

use datafusion::prelude::SessionContext;

use crate::shell::keywords::is_keyword;
use crate::shell::lex::{Kind, Token, tokens};
use crate::shell::split::last_statement;

/// Something after FROM or JOIN.
#[derive(Debug, PartialEq, Eq)]
struct Relation {
    /// As it stands in the statement, with the arguments of a function.
    text: String,
    /// The name that its columns go by.
    name: String,
}

/// The columns of the tables in the statement at the byte `at` of `line`; those of `qualifier` alone, if
/// there is one.
pub(super) async fn columns(
    context: &SessionContext,
    line: &str,
    at: usize,
    qualifier: Option<&str>,
) -> Vec<String> {
    let (before, after) = line.split_at_checked(at).unwrap_or((line, ""));
    // What follows is read by itself: a quote that is open at the cursor must not swallow it.
    let after = tokens(after).take_while(|token| token.kind != Kind::End);
    let tokens: Vec<Token<'_>> =
        last_statement(before).into_iter().chain(after).filter(Token::counts).collect();
    let mut found = Vec::new();
    for relation in relations(&tokens) {
        if qualifier.is_some_and(|name| !bare(name).eq_ignore_ascii_case(&relation.name)) {
            continue;
        }
        // Whatever can stand after FROM tells its columns when it is planned.
        let sql = format!("SELECT * FROM {}", relation.text);
        if let Ok(plan) = context.state().create_logical_plan(&sql).await {
            found.extend(plan.schema().fields().iter().map(|field| field.name().clone()));
        }
    }
    found
}

fn relations(tokens: &[Token<'_>]) -> Vec<Relation> {
    let mut found = Vec::new();
    let mut rest = tokens.iter().peekable();
    while let Some(token) = rest.next() {
        if !(token.is("FROM") || token.is("JOIN")) {
            continue;
        }
        loop {
            found.extend(relation(&mut rest));
            if rest.next_if(|token| token.text == ",").is_none() {
                break;
            }
        }
    }
    found
}

type Rest<'t, 'a> = std::iter::Peekable<std::slice::Iter<'t, Token<'a>>>;

/// A table, a file in quotes or a function, with its alias.
fn relation(rest: &mut Rest<'_, '_>) -> Option<Relation> {
    let is_name = |token: &Token<'_>| match token.kind {
        Kind::Word => !is_keyword(token.text),
        Kind::Quoted | Kind::Text => token.closed,
        _ => false,
    };
    let first = rest.next_if(|token| is_name(token))?;
    let (mut text, mut name) = (first.text.to_owned(), bare(first.text).to_owned());
    while rest.next_if(|token| token.text == ".").is_some() {
        let part = rest.next_if(|token| is_name(token))?;
        text.push('.');
        text.push_str(part.text);
        name = bare(part.text).to_owned();
    }
    if rest.peek().is_some_and(|token| token.text == "(") {
        let mut depth = 0_usize;
        for token in rest.by_ref() {
            text.push_str(token.text);
            match token.text {
                "(" => depth += 1,
                ")" if depth == 1 => break,
                ")" => depth -= 1,
                _ => {}
            }
        }
    }
    let as_ = rest.next_if(|token| token.is("AS"));
    let alias = rest.next_if(|token| is_name(token) && (as_.is_some() || token.kind != Kind::Text));
    if let Some(alias) = alias {
        name = bare(alias.text).to_owned();
    }
    Some(Relation { text, name })
}

/// A name without its quotes.
fn bare(name: &str) -> &str {
    name.trim_matches(['"', '`'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Vec<(String, String)> {
        let tokens: Vec<Token<'_>> = tokens(sql).filter(Token::counts).collect();
        relations(&tokens).into_iter().map(|r| (r.text, r.name)).collect()
    }

    #[test]
    fn relations_with_and_without_aliases() {
        let pair = |text: &str, name: &str| (text.to_owned(), name.to_owned());
        assert_eq!(found("SELECT a FROM t WHERE x"), [pair("t", "t")]);
        assert_eq!(
            found("SELECT FROM z.\"T x\" AS a, u b JOIN v ON b.x = v.x"),
            [pair("z.\"T x\"", "a"), pair("u", "b"), pair("v", "v")]
        );
        assert_eq!(
            found("SELECT FROM hdf5('x.h5', f('g')) h LEFT JOIN 'a.csv' USING (id)"),
            [pair("hdf5('x.h5',f('g'))", "h"), pair("'a.csv'", "'a.csv'")]
        );
        assert_eq!(found("SELECT * FROM (SELECT 1 FROM t)"), [pair("t", "t")]);
        assert_eq!(found("SELECT * FROM"), []);
        assert_eq!(found("SELECT * FROM f('x"), [pair("f('x", "f")]);
    }
}

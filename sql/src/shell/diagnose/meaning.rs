//! What DataFusion's errors mean to who wrote the statement.

use datafusion::common::{Location, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::{Diagnosis, Span};
use crate::shell::command::{function_names, tables};
use crate::shell::keywords;
use crate::shell::lex::{Kind, tokens};
use crate::shell::suggest::nearest;

/// Columns named in an error, at most.
const NAMED: usize = 24;

/// How the error about a function's arguments goes.
const NO_MATCH: &str = "No function matches the given name and argument types";

/// What `error` of `statement` means.
pub(super) async fn of(
    error: &DataFusionError,
    context: &SessionContext,
    statement: &str,
) -> Diagnosis {
    let mut diagnosis = plain(error);
    let (name, helps) = match error.find_root() {
        DataFusionError::SchemaError(inner, _) => column(inner, &mut diagnosis.message),
        DataFusionError::ResourcesExhausted(_) => {
            let help = "-m/--memory-limit and -d/--disk-limit say what may be used";
            (None, vec![help.to_owned()])
        }
        _ => named(&mut diagnosis.message, context).await,
    };
    diagnosis.helps.extend(helps);
    if diagnosis.span.is_none() {
        diagnosis.span = name.and_then(|name| locate(&name, statement));
    }
    diagnosis
}

/// Message and place, without what only this program knows.
fn plain(error: &DataFusionError) -> Diagnosis {
    let mut inner = error;
    while let DataFusionError::Diagnostic(_, within) = inner {
        inner = within;
    }
    let mut message = match inner.find_root() {
        DataFusionError::External(own) => own.to_string(),
        DataFusionError::SQL(parser, _) => parser.to_string(),
        _ => inner.message().into_owned(),
    };
    if let Some(text) = message.strip_prefix("sql parser error: ") {
        message = text.to_owned();
    }
    if let Some(reason) = refused(&message) {
        message = reason;
    } else if let Some(at) = message.find(NO_MATCH) {
        // Before it stand the same facts once for each form of the function.
        message = message.split_off(at);
    }
    let diagnostic = error.diagnostic();
    let mut span = diagnostic.and_then(|d| d.span).and_then(|s| Span::new(s.start, s.end));
    if let Some((text, at)) = trailing_place(&message) {
        span = span.or_else(|| Span::new(at, at));
        message = text;
    }
    let mut helps = Vec::new();
    if let Some(diagnostic) = diagnostic {
        message = diagnostic_message(&diagnostic.message, message);
        helps.extend(diagnostic.helps.iter().map(|help| help.message.clone()));
    }
    let help = found_instead(&message);
    helps.extend(help);
    Diagnosis { message, span, helps }
}

/// The reason of a function that looks at its arguments itself, and says more than of which types they are.
fn refused(message: &str) -> Option<String> {
    let (_, told) = message.split_once(" user-defined coercion failed with: ")?;
    let (told, _) = told.split_once(NO_MATCH)?;
    let told = told.trim();
    Some(told.strip_prefix("Error during planning: ").unwrap_or(told).to_owned())
}

/// A diagnostic's message is shorter than the error's, save where it only repeats the place.
fn diagnostic_message(diagnostic: &str, error: String) -> String {
    match trailing_place(diagnostic) {
        Some(_) => error,
        None => diagnostic.to_owned(),
    }
}

/// The parser tells places at the end of its messages.
fn trailing_place(message: &str) -> Option<(String, Location)> {
    let (text, place) = message.rsplit_once(" at Line: ")?;
    let (line, column) = place.split_once(", Column: ")?;
    let at = Location { line: line.parse().ok()?, column: column.trim().parse().ok()? };
    Some((text.to_owned(), at))
}

/// A statement that begins with a word that is nearly a known one.
fn found_instead(message: &str) -> Option<String> {
    let (expected, found) = message.split_once(", found: ")?;
    let near = nearest(found, keywords::statements())?;
    expected.ends_with("an SQL statement").then(|| format!("did you mean `{near}`?"))
}

/// A column that is not there.
fn column(error: &SchemaError, message: &mut String) -> (Option<String>, Vec<String>) {
    let SchemaError::FieldNotFound { field, valid_fields } = error else {
        return (None, Vec::new());
    };
    *message = match &field.relation {
        Some(relation) => format!("there is no column `{}` in `{relation}`", field.name),
        None => format!("there is no column `{}`", field.name),
    };
    let mut names: Vec<&str> = valid_fields.iter().map(|field| field.name.as_str()).collect();
    names.dedup();
    let mut helps = Vec::new();
    if let Some(near) = nearest(&field.name, &names) {
        let quoted = near.chars().any(|c| c.is_uppercase() || !(c.is_alphanumeric() || c == '_'));
        let near = if quoted { format!("\"{near}\"") } else { near };
        helps.push(format!("did you mean `{near}`?"));
    }
    if !names.is_empty() {
        let more = names.len().saturating_sub(NAMED);
        let list = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        helps.push(format!("columns are {list}{more}"));
    }
    (Some(field.name.clone()), helps)
}

/// Errors that are known by their words alone.
async fn named(message: &mut String, context: &SessionContext) -> (Option<String>, Vec<String>) {
    let state = context.state();
    if let Some(name) = between(message, "able function '", "' not found") {
        let near = nearest(&name, state.table_functions().keys());
        *message = format!("there is no table function `{name}`");
        return (Some(name), vec![meant(near, ".functions lists all")]);
    }
    if let Some(name) = between(message, "table '", "' not found") {
        let default = &state.config_options().catalog;
        let prefix = format!("{}.{}.", default.default_catalog, default.default_schema);
        let name = name.strip_prefix(&prefix).unwrap_or(&name).to_owned();
        let known = tables(context).await.unwrap_or_default();
        let near = nearest(&name, known.iter().map(|table| table.name.as_str()));
        // Files are named like tables, in quotes.
        let what = if name.contains(['/', '.']) { "table or file" } else { "table" };
        *message = format!("there is no {what} `{name}`");
        return (Some(name), vec![meant(near, ".tables lists all")]);
    }
    if let Some(name) = between(message, "Invalid function '", "'") {
        let near = nearest(&name, function_names(&state));
        *message = format!("there is no function `{name}`");
        return (Some(name), vec![meant(near, ".functions lists all")]);
    }
    if let Some(name) = between(message, "Placeholder '$", "' was not provided") {
        *message = format!("the parameter `${name}` has no value");
        let help = format!("give it one by -v {name}=VALUE or .param {name}=VALUE");
        return (Some(format!("${name}")), vec![help]);
    }
    (None, Vec::new())
}

fn meant(near: Option<String>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    let (found, _) = rest.split_once(after)?;
    Some(found.to_owned())
}

/// The place of a name that stands in the statement just once.
fn locate(name: &str, statement: &str) -> Option<Span> {
    let kinds = [Kind::Word, Kind::Quoted, Kind::Parameter, Kind::Text];
    let is_it = |text: &str| text.trim_matches(['"', '`', '\'']).eq_ignore_ascii_case(name);
    let mut found = tokens(statement).filter(|t| kinds.contains(&t.kind) && is_it(t.text));
    let (Some(token), None) = (found.next(), found.next()) else { return None };
    let before = statement.get(..token.start)?;
    Some(Span {
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
        length: token.text.chars().count(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::session::{Limits, session};

    /// The diagnosis of a statement, with the text that it marks.
    async fn diagnosed(statement: &str) -> (String, String, Vec<String>) {
        let context = session(Limits::default()).unwrap();
        context.sql("CREATE TABLE atl06 AS SELECT 1 AS h_li, 2 AS cell").await.unwrap();
        let frame = context.sql(statement).await;
        let error = match frame {
            Ok(frame) => frame.collect().await.unwrap_err(),
            Err(error) => error,
        };
        let diagnosis = of(&error, &context, statement).await;
        let marked = diagnosis.span.map(|span| {
            let line = statement.lines().nth(span.line - 1).unwrap();
            line.chars().skip(span.column - 1).take(span.length).collect::<String>()
        });
        (diagnosis.message, marked.unwrap_or_default(), diagnosis.helps)
    }

    #[tokio::test]
    async fn faults_are_named_marked_and_put_right() {
        let cases = [
            ("SELECT * FROM atl6", "there is no table `atl6`", "atl6", "did you mean `atl06`?"),
            ("SELECT * FROM public.atl6", "there is no table", "public", ""),
            (
                "SELECT h_lii\nFROM atl06",
                "there is no column `h_lii`",
                "h_lii",
                "did you mean `h_li`?",
            ),
            ("SELECT cell FROM atl06 WHERE a.hli > 1", "there is no column", "", ""),
            (
                "SELECT\nmorton_txt(1)",
                "there is no function `morton_txt`",
                "morton_txt",
                "`morton_text`?",
            ),
            (
                "SELECT * FROM generate_serie(1, 2)",
                "no table function",
                "generate_serie",
                "`generate_series`?",
            ),
            ("SELECT * FROM 'no.csv'", "there is no table or file `no.csv`", "'no.csv'", ".tables"),
            ("SELECT sum('a')", "No function matches the given name", "", ""),
            ("SELECT morton_text('1')", "morton_text: word is Utf8, expected", "", ""),
            ("SELCT 1", "Expected: an SQL statement", "S", "did you mean `SELECT`?"),
            ("SELECT 1 +", "Expected: an expression", "", ""),
            ("SELECT 1 + $low", "the parameter `$low` has no value", "$low", "-v low=VALUE"),
        ];
        for (statement, message, mark, help) in cases {
            let (found, marked, helps) = diagnosed(statement).await;
            assert!(found.contains(message), "{statement}: {found}");
            assert!(marked.starts_with(mark), "{statement}: marked `{marked}`");
            assert!(helps.iter().any(|h| h.contains(help)) || help.is_empty(), "{helps:?}");
        }
    }
}

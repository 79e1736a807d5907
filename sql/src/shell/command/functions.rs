//! The functions of a session, and what each does.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, StringArray};
use datafusion::execution::SessionState;
use datafusion::logical_expr::Documentation;
use glob::Pattern;

use crate::shell::failure::Failure;
use crate::shell::suggest::nearest;

/// A function: its kind, and its documentation where it has one.
type Functions<'a> = BTreeMap<&'a str, (&'static str, Option<&'a Documentation>)>;

fn all(state: &SessionState) -> Functions<'_> {
    let mut all = Functions::new();
    for (name, function) in state.window_functions() {
        all.insert(name, ("window", function.documentation()));
    }
    // Aggregates are window functions too, and better known as what they are.
    for (name, function) in state.aggregate_functions() {
        all.insert(name, ("aggregate", function.documentation()));
    }
    for (name, function) in state.scalar_functions() {
        all.insert(name, ("scalar", function.documentation()));
    }
    for name in state.table_functions().keys() {
        all.insert(name, ("table", None));
    }
    all
}

/// The names of all functions.
pub(crate) fn names(state: &SessionState) -> Vec<String> {
    all(state).into_keys().map(str::to_owned).collect()
}

/// Those whose name matches. A pattern without `*` or `?` may stand anywhere in the name.
pub(super) fn matching(
    state: &SessionState,
    pattern: Option<&str>,
) -> Result<RecordBatch, Failure> {
    let pattern = pattern.unwrap_or("*").to_lowercase().replace('%', "*");
    let pattern = if pattern.contains(['*', '?']) { pattern } else { format!("*{pattern}*") };
    let pattern =
        Pattern::new(&pattern).map_err(|e| Failure::command(format!("{pattern}: {e}")))?;
    let mut found = all(state);
    found.retain(|name, _| pattern.matches(name));
    let names: StringArray = found.keys().map(|name| Some(*name)).collect();
    let kinds: StringArray = found.values().map(|(kind, _)| Some(*kind)).collect();
    let texts: StringArray = found
        .values()
        .map(|(_, documentation)| documentation.map(|d| first_sentence(&d.description)))
        .collect();
    let columns = [
        ("function", Arc::new(names) as _),
        ("kind", Arc::new(kinds) as _),
        ("gives", Arc::new(texts) as _),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

fn first_sentence(text: &str) -> &str {
    let line = text.trim().lines().next().unwrap_or("");
    line.split_once(". ").map_or(line, |(first, _)| first).trim_end_matches('.')
}

/// What the function does, as text.
pub(super) fn help(state: &SessionState, name: &str) -> Result<String, Failure> {
    let all = all(state);
    let wanted = name.trim_end_matches("()").to_lowercase();
    let Some((kind, documentation)) = all.get(wanted.as_str()) else {
        let help = nearest(&wanted, all.keys()).map(|near| format!("did you mean `{near}`?"));
        let help = help.or_else(|| Some(".functions lists all".to_owned()));
        return Err(Failure::Command { reason: format!("there is no function `{name}`"), help });
    };
    let Some(documentation) = documentation else {
        return Ok(format!("{wanted}  ({kind} function, not described)\n"));
    };
    Ok(text(kind, documentation))
}

fn text(kind: &str, documentation: &Documentation) -> String {
    let mut text = format!("{}  ({kind} function)\n\n", documentation.syntax_example.trim());
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}", documentation.description.trim());
    if let Some(arguments) = documentation.arguments.as_deref().filter(|list| !list.is_empty()) {
        text.push('\n');
        for (name, meaning) in arguments {
            let _ = writeln!(text, "  {name}: {}", meaning.trim());
        }
    }
    if let Some(example) = &documentation.sql_example {
        // The markers of a code block are for web pages.
        let lines = example.trim().lines().filter(|line| !line.trim_start().starts_with("```"));
        text.push('\n');
        for line in lines {
            let _ = writeln!(text, "  {line}");
        }
    }
    if let Some(related) = documentation.related_udfs.as_deref().filter(|list| !list.is_empty()) {
        let _ = writeln!(text, "\nSee also: {}", related.join(", "));
    }
    text
}

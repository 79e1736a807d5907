//! Identifiers and the layout of the query.

use super::variable::Variable;

/// Words that cannot stand unquoted for a column or table.
const KEYWORDS: &str = "
    all analyze and any array as asc between by case cast cluster collate cross
    current_date current_time current_timestamp date default desc describe distinct
    distribute else end except exists explain extract false fetch filter for from full
    global group having in inner insert intersect interval into is join lateral left
    like limit map minus natural not null nulls offset on or order outer over overlaps
    partition pivot position prewhere primary qualify returning right row sample select
    set settings similar some sort start struct substring table tablesample then time
    timestamp to top trim true union unnest unpivot update user using values view when
    where window with within
";

/// A name as SQL: unquoted where that means the same name.
pub(super) fn identifier(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// A name for the table that never needs quotes.
pub(super) fn table_name(name: &str) -> String {
    let mut out: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    if !is_plain(&out) {
        out.insert_str(0, "t_");
    }
    out
}

fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !KEYWORDS.split_whitespace().any(|k| k == name)
}

/// All predicates joined, those with an `OR` or `CASE` in parentheses; `None` without any.
pub(super) fn conjunction(predicates: &[String], separator: &str) -> Option<String> {
    let several = predicates.len() > 1;
    let parts: Vec<String> = predicates
        .iter()
        .map(|p| if several && p.contains(" OR ") { format!("({p})") } else { p.clone() })
        .collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}

/// One line per column.
pub(super) fn query(table: &str, variables: &[Variable], filters: &[String]) -> String {
    let mut lines = vec!["cell".to_owned()];
    lines.extend(variables.iter().map(|v| format!("{} AS {}", v.sql, identifier(&v.name))));
    let mut sql = format!("SELECT {}\nFROM {table}\n", lines.join(",\n       "));
    if let Some(condition) = conjunction(filters, "\n  AND ") {
        sql.push_str(&format!("WHERE {condition}\n"));
    }
    sql.push_str("GROUP BY cell");
    sql
}

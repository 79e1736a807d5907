//! The page of all functions, from their SQL documentation.

use std::collections::BTreeMap;
use std::fmt::Write;

use datafusion_expr::Documentation;

use crate::{aggregate, scalar};

/// The sections in the order in which they are read; others follow by name.
const ORDER: [&str; 5] = [
    "HEALPix Functions",
    "Morton Functions",
    "ICESat-2 Functions",
    "Statistical Functions",
    "Approximate Functions",
];

const HEAD: &str = "# Functions

Every function of `zagg-udfs`, beside those that DataFusion has itself. This page is written by
`cargo run -p zagg-udfs --example functions_md > docs/functions.md` from the documentation in the code.

* **NULL.** A scalar function of NULL is NULL. Aggregates skip NULL, and NaN where the values are floats; a group in which no row counts is NULL.
* **Cells** are HEALPix NESTED ids (`UInt64`) of an order that is given beside them, or packed Morton words, which carry theirs.
* **Convention.** `'authalic'` (the default: geodetic WGS84 latitude becomes authalic latitude) or `'sphere'` (latitude as it is), always a literal.
* Any argument may be a constant or a column, unless it says *constant*.
";

/// One function.
struct Entry {
    name: String,
    aggregate: bool,
    documentation: Documentation,
}

/// The reference page of all functions, in Markdown.
///
/// ```
/// assert!(zagg_udfs::reference().contains("### healpix_cell"));
/// ```
pub fn reference() -> String {
    let scalars = scalar::scalar_functions();
    let aggregates = aggregate::aggregate_functions();
    let scalars = scalars.iter().map(|f| (f.name(), false, f.documentation()));
    let aggregates = aggregates.iter().map(|f| (f.name(), true, f.documentation()));
    let mut sections = BTreeMap::<_, Vec<Entry>>::new();
    for (name, aggregate, documentation) in scalars.chain(aggregates) {
        let Some(documentation) = documentation.cloned() else { continue };
        let label = documentation.doc_section.label;
        let place = ORDER.iter().position(|known| *known == label).unwrap_or(ORDER.len());
        let entry = Entry { name: name.to_owned(), aggregate, documentation };
        sections.entry((place, label)).or_default().push(entry);
    }

    let mut page = HEAD.to_owned();
    for ((_, label), entries) in &mut sections {
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        push(&mut page, format_args!("\n## {label}\n\n"));
        for entry in &*entries {
            let kind = if entry.aggregate { " (aggregate)" } else { "" };
            push(&mut page, format_args!("- [{0}](#{0}){kind}\n", entry.name));
        }
        entries.iter().for_each(|entry| describe(&mut page, entry));
    }
    page
}

fn describe(page: &mut String, Entry { name, documentation, .. }: &Entry) {
    push(page, format_args!("\n### {name}\n\n{}\n\n", documentation.description.trim()));
    push(page, format_args!("```sql\n{}\n```\n", documentation.syntax_example));
    if let Some(arguments) = documentation.arguments.as_ref().filter(|all| !all.is_empty()) {
        page.push('\n');
        for (argument, description) in arguments {
            push(page, format_args!("- `{argument}`: {description}\n"));
        }
    }
    if let Some(example) = &documentation.sql_example {
        push(page, format_args!("\n{}\n", example.trim()));
    }
    if let Some(related) = documentation.related_udfs.as_ref().filter(|all| !all.is_empty()) {
        let links: Vec<_> = related.iter().map(|other| format!("[{other}](#{other})")).collect();
        push(page, format_args!("\nSee also {}.\n", links.join(", ")));
    }
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = page.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_what_the_code_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/functions.md");
        let committed = std::fs::read_to_string(path).unwrap();
        assert!(
            committed == reference(),
            "run `cargo run -p zagg-udfs --example functions_md > docs/functions.md`"
        );
    }

    #[test]
    fn every_function_has_its_place() {
        let page = reference();
        let names =
            scalar::scalar_functions().iter().map(|f| f.name().to_owned()).collect::<Vec<_>>();
        let more = aggregate::aggregate_functions();
        for name in names.iter().map(String::as_str).chain(more.iter().map(|f| f.name())) {
            assert!(page.contains(&format!("\n### {name}\n")), "{name}");
        }
        // Every link leads to a function of the page.
        for link in page.split("](#").skip(1) {
            let name = link.split(')').next().unwrap();
            assert!(page.contains(&format!("\n### {name}\n")), "{name}");
        }
        let sections = page.lines().filter_map(|line| line.strip_prefix("## "));
        assert!(sections.eq(ORDER), "a section of a new name");
    }
}

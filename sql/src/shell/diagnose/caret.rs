//! The line at fault, with a mark under what is wrong in it.

use datafusion::common::Location;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::shell::split::Piece;

/// Characters shown on each side of the fault, where the line is long.
const AROUND: usize = 60;

/// A place in a statement: lines and columns from 1, in characters; the end is the first that is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Characters in it, in its first line; at least 1.
    pub(crate) length: usize,
}

impl Span {
    /// As DataFusion gives places.
    pub(crate) fn new(start: Location, end: Location) -> Option<Self> {
        let length =
            if start.line == end.line { end.column.saturating_sub(start.column) } else { 1 };
        Some(Self {
            line: usize::try_from(start.line).ok().filter(|line| *line > 0)?,
            column: usize::try_from(start.column).ok().filter(|column| *column > 0)?,
            length: usize::try_from(length).unwrap_or(1).max(1),
        })
    }
}

/// The line that names the place: file, line and column, or the line alone in what was typed.
pub(super) fn place(span: Option<Span>, piece: &Piece<'_>, name: Option<&str>) -> String {
    let (line, column) = match span {
        None => (piece.line, piece.column),
        Some(span) if span.line == 1 => (piece.line, piece.column + span.column - 1),
        Some(span) => (piece.line + span.line - 1, span.column),
    };
    match name {
        Some(name) => format!("  {name}:{line}:{column}\n"),
        None if span.is_some() && (piece.text.contains('\n') || piece.line > 1) => {
            format!("  line {line}\n")
        }
        None => String::new(),
    }
}

/// The line at fault and the mark under it.
pub(super) fn lines(span: Span, statement: &str) -> String {
    let Some(line) = statement.lines().nth(span.line - 1) else { return String::new() };
    // Beyond the end stands what is missing there.
    let at = (span.column - 1).min(line.chars().count());
    let from = at.saturating_sub(AROUND);
    let shown: String = line
        .chars()
        .skip(from)
        .take(2 * AROUND)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let before = if from > 0 { "… " } else { "" };
    let after = if line.chars().count() > from + 2 * AROUND { " …" } else { "" };
    let indent: usize = shown.chars().take(at - from).filter_map(|c| c.width()).sum();
    let marked: usize =
        shown.chars().skip(at - from).take(span.length).filter_map(|c| c.width()).sum();
    let (indent, mark) = (" ".repeat(indent + before.width()), "^".repeat(marked.max(1)));
    format!("  | {before}{shown}{after}\n  | {indent}{mark}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::split::pieces;

    #[test]
    fn the_mark_stands_under_the_fault() {
        let span = Span { line: 2, column: 6, length: 4 };
        assert_eq!(lines(span, "SELECT 1\nFROM atl6"), "  | FROM atl6\n  |      ^^^^\n");
        let span = Span { line: 1, column: 13, length: 3 };
        let expected = format!("  | SELECT '日本' abc\n  | {}^^^\n", " ".repeat(14));
        assert_eq!(lines(span, "SELECT '日本' abc"), expected);
        let beyond = Span { line: 1, column: 99, length: 1 };
        assert_eq!(lines(beyond, "SELECT"), "  | SELECT\n  |       ^\n");
        assert_eq!(lines(Span { line: 9, column: 1, length: 1 }, "SELECT"), "");
    }

    #[test]
    fn long_lines_are_cut() {
        let line = format!("{}x{}", "a, ".repeat(100), ", b".repeat(100));
        let text = lines(Span { line: 1, column: 301, length: 1 }, &line);
        let mut shown = text.lines();
        let (line, mark) = (shown.next().unwrap(), shown.next().unwrap());
        assert_eq!(line.chars().nth(mark.find('^').unwrap()), Some('x'));
        assert!(line.chars().count() < 130);
    }

    #[test]
    fn places_are_those_of_the_file() {
        let pieces = pieces("SELECT 1;\n\n  SELECT\n  x;");
        let name = Some("a.sql");
        let at = |line, column| Some(Span { line, column, length: 1 });
        assert_eq!(place(at(1, 3), &pieces[1], name), "  a.sql:3:5\n");
        assert_eq!(place(at(2, 3), &pieces[1], name), "  a.sql:4:3\n");
        assert_eq!(place(None, &pieces[1], name), "  a.sql:3:3\n");
        assert_eq!(place(at(1, 3), &pieces[0], None), "");
        assert_eq!(place(at(2, 3), &pieces[1], None), "  line 4\n");
    }
}

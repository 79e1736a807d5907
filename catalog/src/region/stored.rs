//! Covers as text, to be kept beside the code.
//!
//! The first line has the order. Each word after it is a range of NESTED ids: how many cells after the end of the last one it
//! begins, and `+` how many more than one it has.

use zagg_udfs::cell::CellError;
use zagg_udfs::cell::cover::Cover;

/// Reads what [`encode`] wrote. `None` for text that it did not.
pub(super) fn decode(text: &str) -> Option<Result<Cover, CellError>> {
    let mut words =
        text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    let order: u8 = words.next()?.parse().ok()?;
    let mut cells = Vec::new();
    let mut next = 0_u64;
    for word in words {
        let (gap, more) = word.split_once('+').unwrap_or((word, "0"));
        let begin = next.checked_add(gap.parse().ok()?)?;
        let end = begin.checked_add(more.parse::<u64>().ok()?)?.checked_add(1)?;
        cells.extend(begin..end);
        next = end;
    }
    Some(Cover::from_cells(order, cells))
}

/// The text of a cover, after lines of explanation.
#[cfg(test)]
pub(super) fn encode(about: &str, cover: &Cover) -> String {
    use std::fmt::Write;

    let mut text: String = about.lines().map(|line| format!("# {line}\n")).collect();
    write!(text, "{}", cover.order()).unwrap();
    let (mut next, mut column) = (0, usize::MAX);
    for range in cover.ranges() {
        let more = range.end - range.start - 1;
        let mut word = (range.start - next).to_string();
        if more > 0 {
            write!(word, "+{more}").unwrap();
        }
        let broken = column.saturating_add(word.len()) >= 120;
        column = if broken { word.len() } else { column + 1 + word.len() };
        text.push(if broken { '\n' } else { ' ' });
        text.push_str(&word);
        next = range.end;
    }
    text.push('\n');
    text
}

//! Which columns fit into a terminal.

/// Characters that a table adds to each column, and once.
const FRAME: usize = 3;

/// Widest column where not everything fits.
pub(super) const WIDEST: usize = 40;

/// The columns to show, in order; `None` stands once for those left out.
///
/// `widths` are those of the columns' contents. The first columns and the last are kept: keys come first as
/// a rule, and what was just added comes last.
pub(super) fn columns(widths: &[usize], terminal: usize) -> Vec<Option<usize>> {
    let all = widths.iter().map(|width| width + FRAME).sum::<usize>() + 1;
    let everything = (0..widths.len()).map(Some).collect();
    let (Some((last, others)), true) = (widths.split_last(), all > terminal) else {
        return everything;
    };
    let gap = 1 + FRAME;
    let mut used = 1 + gap + last + FRAME;
    let fitting = others.iter().take_while(|width| {
        used += *width + FRAME;
        used <= terminal
    });
    let first = fitting.count();
    if first == others.len() {
        return everything;
    }
    // The first column is shown whatever its width.
    let first = first.max(1);
    if first >= others.len() {
        return everything;
    }
    (0..first).map(Some).chain([None, Some(others.len())]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_shown_where_it_fits() {
        assert_eq!(columns(&[5, 5, 5], 25), [Some(0), Some(1), Some(2)]);
        assert_eq!(columns(&[], 25), []);
        assert_eq!(columns(&[100], 25), [Some(0)]);
    }

    #[test]
    fn the_middle_is_left_out_where_it_does_not() {
        assert_eq!(columns(&[5, 5, 5, 5], 24), [Some(0), None, Some(3)]);
        assert_eq!(columns(&[100, 5, 5], 24), [Some(0), None, Some(2)]);
    }
}

//! Which columns fit into a terminal.

/// Characters that a table adds to each column, and once.
const FRAME: usize = 3;

/// Widest column where columns are left out.
const WIDEST: usize = 40;

/// Narrowest column that long values are cut down to, so that none is left out.
const NARROWEST: usize = 20;

/// Whether columns of these widths do not fit.
pub(super) fn is_wider(widths: &[usize], terminal: usize) -> bool {
    widths.iter().map(|width| width + FRAME).sum::<usize>() + 1 > terminal
}

/// Width to which the values of all columns are cut: the largest with which all columns fit, or else one with
/// which many do.
pub(super) fn widest(widths: &[usize], terminal: usize) -> usize {
    let most = widths.iter().copied().max().unwrap_or(0).min(terminal);
    let cut = |to: usize| widths.iter().map(|width| (*width).min(to) + FRAME).sum::<usize>() + 1;
    (NARROWEST..=most).rev().find(|to| cut(*to) <= terminal).unwrap_or(WIDEST)
}

/// The columns to show, in order; `None` stands once for those left out.
///
/// `widths` are those of the columns' contents. The first columns and the last are kept: keys come first as
/// a rule, and what was just added comes last.
pub(super) fn columns(widths: &[usize], terminal: usize) -> Vec<Option<usize>> {
    let everything = (0..widths.len()).map(Some).collect();
    let (Some((last, others)), true) = (widths.split_last(), is_wider(widths, terminal)) else {
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
    fn long_values_are_cut_before_columns_are_left_out() {
        assert_eq!(widest(&[5, 100], 60), 60 - 1 - 2 * FRAME - 5);
        assert_eq!(widest(&[100, 100, 100], 40), WIDEST);
        assert_eq!(widest(&[5, 5], 60), WIDEST);
    }

    #[test]
    fn the_middle_is_left_out_where_it_does_not() {
        assert_eq!(columns(&[5, 5, 5, 5], 24), [Some(0), None, Some(3)]);
        assert_eq!(columns(&[100, 5, 5], 24), [Some(0), None, Some(2)]);
    }
}

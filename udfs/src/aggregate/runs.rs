//! Rows of one group that follow each other: along a track, a cell has many.

use datafusion_common::Result;

/// Calls `each` with (group, start, end) for every run of rows of one group.
pub(super) fn runs(
    group_indices: &[usize],
    mut each: impl FnMut(usize, usize, usize) -> Result<()>,
) -> Result<()> {
    let mut start = 0;
    for run in group_indices.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        each(run[0], start, end)?;
        start = end;
    }
    Ok(())
}

//! Copying a decoded chunk to its place among the columns of a block.

/// Columns that a copy takes from a chunk and where they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Columns of a row of the chunk.
    pub(crate) of_chunk: usize,
    /// First column taken.
    pub(crate) from: usize,
    /// Columns taken.
    pub(crate) count: usize,
    /// Columns of a row of the output.
    pub(crate) of_output: usize,
    /// First column written.
    pub(crate) to: usize,
}

/// Copies `columns` of each row of `chunk` to `output`, as many rows as the output has.
pub(crate) fn copy(chunk: &[u8], columns: Columns, width: usize, output: &mut [u8]) {
    if columns.of_chunk * width == 0 || columns.of_output * width == 0 {
        return;
    }
    if columns.count == 1 {
        match width {
            1 => return one::<1>(chunk, columns, output),
            2 => return one::<2>(chunk, columns, output),
            4 => return one::<4>(chunk, columns, output),
            8 => return one::<8>(chunk, columns, output),
            _ => {}
        }
    }
    let rows = chunk.chunks_exact(columns.of_chunk * width);
    for (row, place) in rows.zip(output.chunks_exact_mut(columns.of_output * width)) {
        let from = row.get(columns.from * width..(columns.from + columns.count) * width);
        let to = place.get_mut(columns.to * width..(columns.to + columns.count) * width);
        if let (Some(from), Some(to)) = (from, to) {
            to.copy_from_slice(from);
        }
    }
}

/// One column of elements of a width known when compiling.
fn one<const WIDTH: usize>(chunk: &[u8], columns: Columns, output: &mut [u8]) {
    let rows = chunk.chunks_exact(columns.of_chunk * WIDTH);
    for (row, place) in rows.zip(output.chunks_exact_mut(columns.of_output * WIDTH)) {
        let from = row.get(columns.from * WIDTH..).and_then(<[u8]>::first_chunk::<WIDTH>);
        let to = place.get_mut(columns.to * WIDTH..).and_then(<[u8]>::first_chunk_mut::<WIDTH>);
        if let (Some(from), Some(to)) = (from, to) {
            *to = *from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_columns_of_rows() {
        let chunk: Vec<u8> = (0..12).collect();
        let columns = Columns { of_chunk: 4, from: 1, count: 2, of_output: 3, to: 1 };
        let mut output = [99; 6];
        copy(&chunk, columns, 1, &mut output);
        assert_eq!(output, [99, 1, 2, 99, 5, 6]);
        let columns = Columns { of_chunk: 2, from: 1, count: 1, of_output: 1, to: 0 };
        let mut output = [99; 6];
        copy(&chunk, columns, 2, &mut output);
        assert_eq!(output, [2, 3, 6, 7, 10, 11]);
    }
}

//! Cutting an array into chunks.

/// Where each chunk of an array begins, the last dimension varying fastest.
pub(super) fn origins(shape: &[usize], chunk: &[usize]) -> impl Iterator<Item = Vec<usize>> {
    let counts: Vec<usize> =
        shape.iter().zip(chunk).map(|(&length, &chunk)| length.div_ceil(chunk)).collect();
    let total: usize = counts.iter().product();
    (0..total).map(move |index| {
        coordinates(index, &counts).iter().zip(chunk).map(|(at, chunk)| at * chunk).collect()
    })
}

/// An array: its bytes, the size of one element, and its shape.
#[derive(Clone, Copy)]
pub(super) struct Array<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) element: usize,
    pub(super) shape: &'a [usize],
}

impl Array<'_> {
    /// The bytes of the chunk at `origin`, whole: what lies beyond the array is `fill`, one
    /// element.
    pub(super) fn chunk(&self, chunk: &[usize], origin: &[usize], fill: &[u8]) -> Vec<u8> {
        let mut bytes = fill.repeat(chunk.iter().product());
        // The part of the chunk that lies within the array, as rows along the last dimension.
        let mut extent: Vec<usize> = self
            .shape
            .iter()
            .zip(origin)
            .zip(chunk)
            .map(|((&length, &start), &chunk)| chunk.min(length - start))
            .collect();
        let row = extent.pop().unwrap_or(1) * self.element;
        for index in 0..extent.iter().product() {
            let mut at = coordinates(index, &extent);
            at.push(0);
            let to = offset(&at, chunk) * self.element;
            let from: Vec<usize> = at.iter().zip(origin).map(|(at, start)| at + start).collect();
            let from = offset(&from, self.shape) * self.element;
            // Within both: the extent was clipped to the array and to the chunk.
            bytes[to..to + row].copy_from_slice(&self.bytes[from..from + row]);
        }
        bytes
    }
}

/// The coordinates of the `index`-th element of an array of this shape.
fn coordinates(mut index: usize, shape: &[usize]) -> Vec<usize> {
    let mut at = vec![0; shape.len()];
    for (place, &length) in at.iter_mut().zip(shape).rev() {
        *place = index % length;
        index /= length;
    }
    at
}

/// The index of the element at these coordinates.
fn offset(at: &[usize], shape: &[usize]) -> usize {
    at.iter().zip(shape).fold(0, |index, (at, length)| index * length + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_cover_the_array_in_order() {
        let all: Vec<_> = origins(&[3, 5], &[2, 4]).collect();
        assert_eq!(all, [[0, 0], [0, 4], [2, 0], [2, 4]]);
        assert_eq!(origins(&[0], &[10]).count(), 0);
    }

    #[test]
    fn chunks_at_the_edge_are_filled_up() {
        let bytes: Vec<u8> = (0..15).collect();
        let array = Array { bytes: &bytes, element: 1, shape: &[3, 5] };
        assert_eq!(array.chunk(&[2, 4], &[0, 0], &[99]), [0, 1, 2, 3, 5, 6, 7, 8]);
        assert_eq!(array.chunk(&[2, 4], &[2, 4], &[99]), [14, 99, 99, 99, 99, 99, 99, 99]);
    }

    #[test]
    fn elements_of_several_bytes_stay_whole() {
        let array = Array { bytes: &[1, 2, 3, 4, 5, 6], element: 2, shape: &[3] };
        assert_eq!(array.chunk(&[2], &[2], &[7, 8]), [5, 6, 7, 8]);
    }
}
